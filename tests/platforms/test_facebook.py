"""Facebook's own ways: signing in, pages, photos, videos and lost posts."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal import http
from portal.platforms import facebook, oauth
from portal.platforms.base import App, Author, Content, Lost, Media, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Declined,
    OutcomeUnknown,
    ReconnectNeeded,
    TemporaryFailure,
    UploadGone,
)
from tests.platforms.wire import Wire

network = facebook.Facebook()
PAGE = network.connection()
APP = App("990011", "s3cr3t")
TOKEN = Token("EAApageA", refresh="EAAlong")
AUTHOR = Author("61550001", "page", "Praxis Dr. Lindner", "praxislindner")
PICTURE = Media(1, "https://portal.example/m/9f1c.jpg", "image/jpeg", 1000, alt_text="Waiting room")
BACK = "https://portal.example/social/callback/facebook"
# printf EAApageA | openssl dgst -sha256 -hmac s3cr3t
PROOF = "d46d358f8c812456538d031b2493fe04e6924526db9062a005281540c25976c8"


def content(text: str = "Our renovated rooms", **more: Any) -> Content:
    return Content(text, AUTHOR, **more)


def lost(now: datetime, **more: Any) -> Lost:
    staged = {"photos": {"1": {"id": "122100000000000101", "at": now.isoformat()}}}
    return Lost(network.compose(content(**more), staged), sent_at=now - timedelta(seconds=15))


def post(number: int, now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"61550001_{number}",
        "message": "Our renovated rooms",
        "created_time": f"{now - timedelta(seconds=14):%Y-%m-%dT%H:%M:%S}+0000",
        "permalink_url": f"https://www.facebook.com/61550001/posts/{number}",
        **changes,
    }


def test_the_way_to_facebook_has_commas_between_permissions() -> None:
    address = oauth.authorization_address(PAGE, APP, BACK, "STATE", None)

    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://www.facebook.com/v26.0/dialog/oauth"
    scope = parse_qs(parts.query)["scope"][0].split(",")
    assert scope == [
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_posts",
        "business_management",
        "pages_manage_engagement",
    ]


def test_a_code_becomes_a_token_for_sixty_days_with_what_was_granted(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"access_token": "EAAshort", "token_type": "bearer", "expires_in": 5105})
    wire.answers(200, {"access_token": "EAAlong", "token_type": "bearer", "expires_in": 5183944})
    given = [("pages_show_list", "granted"), ("pages_manage_posts", "granted")]
    given.append(("pages_read_engagement", "declined"))
    wire.answers(200, {"data": [{"permission": name, "status": status} for name, status in given]})

    token = oauth.exchange(PAGE, APP, BACK, "AQD-one", None)

    assert (token.access, token.expires_at) == ("EAAlong", now + timedelta(seconds=5183944))
    assert oauth.missing_permissions(PAGE, token) == ["check that a post is there"]
    assert [call.path for call in wire.calls] == [
        "/v26.0/oauth/access_token",
        "/v26.0/oauth/access_token",
        "/v26.0/me/permissions",
    ]
    assert wire.calls[1].query["fb_exchange_token"] == "EAAshort"
    assert wire.calls[2].headers["Authorization"] == "Bearer EAAlong"


@pytest.mark.parametrize(("code", "error"), [(100, Declined), (1, TemporaryFailure), (7777, Declined)])
def test_a_code_that_was_used_is_said_kindly(wire: Wire, code: int, error: type[Exception]) -> None:
    wire.answers(400, {"error": {"message": "no", "type": "OAuthException", "code": code}})

    with pytest.raises(error):
        oauth.exchange(PAGE, APP, BACK, "AQD-one", None)


def test_pages_are_listed_to_the_end_and_those_without_the_task_are_left_out(wire: Wire) -> None:
    def page(number: int, *tasks: str, **more: Any) -> dict[str, Any]:
        return {
            "id": f"{number}",
            "name": f"Page {number}",
            "tasks": [*tasks],
            "access_token": "EAAp",
            **more,
        }

    more = "https://graph.facebook.com/v26.0/me/accounts?after=QVG"
    picture = {"data": {"url": "https://scontent.example/p.jpg"}}
    first = [page(1, "CREATE_CONTENT", picture=picture, username="one"), page(2, "ANALYZE")]
    wire.answers(200, {"data": first, "paging": {"cursors": {"after": "QVG"}, "next": more}})
    wire.answers(200, {"data": [page(3, "CREATE_CONTENT"), page(4, "CREATE_CONTENT", access_token=None)]})

    pages = network.identities(PAGE, Token("EAAlong"))

    assert [(one.remote_id, one.handle, one.picture_url) for one in pages] == [
        ("1", "one", "https://scontent.example/p.jpg"),
        ("3", None, None),
    ]
    assert all(one.token == Token("EAAp", refresh="EAAlong") for one in pages)
    assert wire.calls[0].query == {
        "fields": "id,name,username,category,access_token,tasks,picture{url}",
        "limit": "100",
    }
    assert wire.calls[1].url == more


def test_our_token_follows_no_page_that_lies_elsewhere(wire: Wire) -> None:
    wire.answers(200, {"data": [], "paging": {"next": "https://elsewhere.example/next"}})

    assert network.identities(PAGE, Token("EAAlong")) == [] and len(wire.calls) == 1


def test_a_refused_page_token_cannot_be_renewed() -> None:
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(PAGE, APP, TOKEN)


def test_disconnecting_withdraws_the_right_to_post(wire: Wire) -> None:
    wire.answers(200, {"success": True})

    oauth.revoke(PAGE, APP, TOKEN)

    call = wire.calls[0]
    assert (call.method, call.path) == ("DELETE", "/v26.0/me/permissions/pages_manage_posts")
    assert call.headers["Authorization"] == "Bearer EAAlong"


def test_pictures_are_staged_unpublished_and_each_is_kept(wire: Wire, now: datetime) -> None:
    second = replace(PICTURE, id=2, alt_text=None)
    both, kept = content(media=(PICTURE, second)), list[dict[str, Any]]()
    wire.answers(200, {"id": "122100000000000101"}).answers(200, {"id": "122100000000000102"})

    assert network.needs_staging(both, {})
    staged = network.stage(both, TOKEN, {}, kept.append)

    assert wire.calls[0].json == {
        "url": PICTURE.url,
        "published": False,
        "alt_text_custom": "Waiting room",
    }
    assert [list(one["photos"]) for one in kept] == [["1"], ["1", "2"]]
    assert not network.needs_staging(both, staged)
    assert json.loads(network.compose(both, staged)["body"])["attached_media"] == [
        {"media_fbid": "122100000000000101"},
        {"media_fbid": "122100000000000102"},
    ]


def test_staging_goes_on_where_it_stopped(wire: Wire, now: datetime) -> None:
    both = content(media=(PICTURE, replace(PICTURE, id=2)))
    wire.answers(200, {"id": "122100000000000102"})

    network.stage(both, TOKEN, {"photos": {"1": {"id": "9", "at": now.isoformat()}}}, lambda staged: None)

    assert len(wire.calls) == 1


def test_a_staged_picture_is_not_believed_for_ever(now: datetime) -> None:
    old = {"photos": {"1": {"id": "9", "at": (now - timedelta(hours=21)).isoformat()}}}

    assert network.needs_staging(content(media=(PICTURE,)), old)


def test_an_upload_without_an_answer_may_be_made_again(wire: Wire) -> None:
    wire.answers(500, {"error": {"message": "…", "code": 2, "is_transient": True}})

    with pytest.raises(TemporaryFailure):
        network.stage(content(media=(PICTURE,)), TOKEN, {}, lambda staged: None)


def test_a_picture_on_this_machine_is_sent_as_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []

    def request(method: str, url: str, **call: Any) -> Any:
        sent.append(call)
        return facebook_answer({"id": "5"})

    monkeypatch.setattr("portal.http.request", request)
    path = tmp_path / "a.jpg"
    path.write_bytes(b"JPEG")

    network.stage(content(media=(replace(PICTURE, path=str(path)),)), TOKEN, {}, lambda staged: None)

    assert sent[0]["fields"] == [
        ("published", "false"),
        ("alt_text_custom", "Waiting room"),
        ("source", ("a.jpg", b"JPEG", "image/jpeg")),
    ]


def facebook_answer(body: dict[str, Any]) -> Any:
    return http.Answer(200, {}, json.dumps(body).encode())


def test_a_video_that_is_prepared_at_once_has_its_posts_id(wire: Wire) -> None:
    film = Media(3, "https://portal.example/m/77aa.mp4", "video/mp4", 1000)
    sent = network.compose(content("How to measure blood pressure", media=(film,)), {})
    wire.answers(200, {"id": "880000000000001"})
    wire.answers(
        200,
        {
            "id": "880000000000001",
            "status": {"video_status": "ready"},
            "post_id": "61550001_122100000000000004",
            "permalink_url": "/reel/880000000000001/",
        },
    )

    published = network.publish(sent, AUTHOR, TOKEN)

    assert wire.calls[0].path == "/v26.0/61550001/videos"
    assert wire.calls[0].json == {"file_url": film.url, "description": "How to measure blood pressure"}
    assert published.remote_id == "61550001_122100000000000004"
    assert published.permalink == "https://www.facebook.com/reel/880000000000001/"


@pytest.mark.parametrize("said", [{"status": {"video_status": "processing"}}, {"error": {"code": 100}}])
def test_a_video_that_was_taken_is_never_a_refusal(wire: Wire, said: dict[str, Any]) -> None:
    film = Media(3, "https://portal.example/m/77aa.mp4", "video/mp4", 1000)
    wire.answers(200, {"id": "880000000000001"}).answers(200, said)

    with pytest.raises(OutcomeUnknown):
        network.publish(network.compose(content(media=(film,)), {}), AUTHOR, TOKEN)


def test_a_permalink_that_cannot_be_read_fails_no_post(wire: Wire) -> None:
    wire.answers(200, {"id": "61550001_7"}).answers(500, b"")

    published = network.publish(network.compose(content(), {}), AUTHOR, TOKEN)

    assert published.permalink == "https://www.facebook.com/61550001_7"


@pytest.mark.parametrize("media", [(PICTURE,), ()])
def test_a_photo_that_is_gone_is_sent_again_before_the_page_is_blamed(
    wire: Wire, now: datetime, media: tuple[Media, ...]
) -> None:
    wire.answers(400, {"error": {"code": 100, "error_subcode": 33, "message": "Object does not exist"}})

    with pytest.raises(UploadGone if media else ReconnectNeeded) as raised:
        network.publish(lost(now, media=media).sent, AUTHOR, TOKEN)

    if isinstance(raised.value, UploadGone):
        assert isinstance(raised.value.refusal, ReconnectNeeded)


def test_a_lost_post_is_known_by_its_photos_whatever_it_says(wire: Wire, now: datetime) -> None:
    ours = {"data": [{"subattachments": {"data": [{"target": {"id": "122100000000000101"}}]}}]}
    theirs = {"data": [{"target": {"id": "5"}}]}
    rows = [post(1, now, attachments=theirs), post(2, now, attachments=ours, message="Changed")]
    wire.answers(200, {"data": rows})

    found = network.find(lost(now, media=(PICTURE,)), AUTHOR, TOKEN)

    assert found is not None and found.remote_id == "61550001_2"
    assert wire.calls[0].query["since"] == str(int((now - timedelta(seconds=135)).timestamp()))


def test_a_lost_text_is_known_by_its_words_and_its_time(wire: Wire, now: datetime) -> None:
    early = f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+0000"
    rows = [
        post(1, now, created_time=early),
        post(2, now, message="Another"),
        post(3, now, message="Our renovated rooms \r\n"),
        post(4, now),
    ]
    wire.answers(200, {"data": rows})

    looked_for = replace(lost(now), known_ids=frozenset({"61550001_4"}))
    found = network.find(looked_for, AUTHOR, TOKEN)

    assert found is not None and found.remote_id == "61550001_3"


def test_looking_never_takes_a_fault_for_an_absence(wire: Wire, now: datetime) -> None:
    wire.answers(500, {"error": {"code": 2}})
    with pytest.raises(TemporaryFailure):
        network.find(lost(now), AUTHOR, TOKEN)

    wire.answers(400, {"error": {"code": 100}})
    with pytest.raises(CannotTell):
        network.find(lost(now), AUTHOR, TOKEN)


def test_a_post_is_counted(wire: Wire) -> None:
    summaries = {name: {"data": [], "summary": {"total_count": 3}} for name in ("comments", "reactions")}
    wire.answers(200, {"id": "61550001_1", "shares": {"count": 2}, **summaries})

    figures = network.figures(["61550001_1"], AUTHOR, TOKEN)["61550001_1"]

    assert (figures.likes, figures.comments, figures.shares, figures.views) == (3, 3, 2, None)


def test_deleting_what_is_gone_is_no_trouble(wire: Wire) -> None:
    wire.answers(400, {"error": {"code": 100, "error_subcode": 33}})
    network.delete("61550001_1", AUTHOR, TOKEN)

    wire.answers(403, {"error": {"code": 200}})
    with pytest.raises(ReconnectNeeded):
        network.delete("61550001_1", AUTHOR, TOKEN)


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("https://www.facebook.com/61550001_122100000000000001", "61550001_122100000000000001"),
        ("https://www.facebook.com/61550001/posts/122100000000000001", "61550001_122100000000000001"),
        ("https://m.facebook.com/praxislindner/posts/pfbid02abC", "pfbid02abC"),
        ("https://www.facebook.com/praxislindner/posts/our-rooms/1221", "1221"),
        ("https://www.facebook.com/reel/880000000000001/", "880000000000001"),
        ("https://www.facebook.com/watch/?v=880000000000001", "880000000000001"),
        ("https://www.facebook.com/permalink.php?story_fbid=pfbid0a&id=61550001", "pfbid0a"),
        ("https://www.facebook.com/praxislindner", None),
        ("https://notfacebook.com/61550001_1", None),
    ],
)
def test_addresses_that_doctors_paste_are_understood(address: str, id: str | None) -> None:
    assert network.remote_id_from_permalink(address) == id


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bytes": 4 * 1024 * 1024}, None),
        ({"bytes": 4 * 1024 * 1024 + 600_000}, "The picture has 4.57 MB. Facebook takes up to 4 MB."),
        (
            {"mime_type": "image/webp"},
            "The picture is of a kind that Facebook does not take. Use JPEG, PNG, GIF, BMP or TIFF.",
        ),
    ],
)
def test_a_picture_is_measured(changes: dict[str, Any], words: str | None) -> None:
    problems = network.problems(content(media=(replace(PICTURE, **changes),)))

    assert [problem.words for problem in problems] == ([words] if words else [])


def test_ten_pictures_go_and_eleven_do_not() -> None:
    def pictures(count: int) -> tuple[Media, ...]:
        return tuple(replace(PICTURE, id=number) for number in range(count))

    assert network.problems(content(media=pictures(10))) == []
    (problem,) = network.problems(content(media=pictures(11)))
    assert problem.words == "These are 11 pictures. Facebook takes up to 10 a post."


def test_a_link_to_facebook_itself_is_refused() -> None:
    (problem,) = network.problems(content(link="https://www.facebook.com/somebody"))

    assert problem.field == "link"


def test_a_refusal_hides_in_no_status(wire: Wire) -> None:
    wire.answers(200, {"error": {"code": 100, "error_subcode": 1366046}})

    with pytest.raises(ContentRejected):
        network.publish(network.compose(content(), {}), AUTHOR, TOKEN)


def test_pages_of_a_business_portfolio_are_found_once_each(wire: Wire) -> None:
    def page(number: int) -> dict[str, Any]:
        return {"id": str(number), "name": "P", "tasks": ["CREATE_CONTENT"], "access_token": f"EAAp{number}"}

    wire.answers(200, {"data": [page(1)]})
    wire.answers(200, {"data": [{"id": "77", "name": "Portfolio"}]})
    wire.answers(200, {"data": [page(1), page(2)]})
    wire.answers(200, {"data": [page(3)]})

    token = Token("EAAlong", scopes=frozenset({"business_management"}))
    assert [one.remote_id for one in network.identities(PAGE, token)] == ["1", "2", "3"]
    assert [call.path for call in wire.calls[1:]] == [
        "/v26.0/me/businesses",
        "/v26.0/77/owned_pages",
        "/v26.0/77/client_pages",
    ]
    assert wire.calls[2].query == wire.calls[0].query


def test_somebody_without_a_portfolio_still_has_their_own_pages(wire: Wire) -> None:
    own = {"id": "1", "name": "P", "tasks": ["CREATE_CONTENT"], "access_token": "EAAp"}
    wire.answers(200, {"data": [own]})
    wire.answers(403, {"error": {"message": "no", "type": "OAuthException", "code": 200}})

    token = Token("EAAlong", scopes=frozenset({"business_management"}))
    assert [one.remote_id for one in network.identities(PAGE, token)] == ["1"]


def test_each_call_carries_the_proof_of_the_app_and_no_list_carries_it_twice(wire: Wire) -> None:
    token = PAGE.proved(APP, TOKEN)
    assert token.proof == PROOF
    wire.answers(200, {"id": "61550001_1"}).answers(200, {"id": "61550001_1"})

    network.publish(network.compose(content(), {}), AUTHOR, token)

    assert [call.query["appsecret_proof"] for call in wire.calls] == [
        PROOF,
        PROOF,
    ]
    more = "https://graph.facebook.com/v26.0/me/accounts?after=QVG&appsecret_proof=" + PROOF
    wire.answers(200, {"data": [], "paging": {"next": more}}).answers(200, {"data": []})
    network.identities(PAGE, token)
    assert wire.calls[-1].url == more
    assert "proof" not in token.to_record() and PROOF not in repr(token)
