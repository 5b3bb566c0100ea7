"""Instagram's own ways: two logins, tokens that renew themselves, containers, lost posts, limits."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.platforms import instagram, oauth
from portal.platforms.base import App, Author, Content, Lost, Media, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    Declined,
    PlatformError,
    RateLimited,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from tests.platforms.wire import Wire

network = instagram.Instagram()
OWN, BY_PAGE = network.connections
APP = App("550077", "igs3cr3t")
BACK = "https://portal.example/social/callback/instagram"
TOKEN = Token("IGAAlong1")
AUTHOR = Author("17841400000000042", "account", "Dr. Lindner", "dr.lindner")
PICTURE = Media(1, "https://portal.example/m/9f1c.jpg", "image/jpeg", 1000, 1080, 1080)
FILM = Media(2, "https://portal.example/m/77aa.mp4", "video/mp4", 1000, 1080, 1920, 20.0)
HOST = "https://graph.instagram.com/v26.0"
SCOPES = ["instagram_business_basic", "instagram_business_content_publish"]
FREE = {"data": [{"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86400}}]}


def content(text: str = "New opening hours #praxis", *media: Media, **more: Any) -> Content:
    return Content(text, AUTHOR, media=media or (PICTURE,), **more)


def words(of: Content) -> list[str]:
    return [problem.words for problem in network.problems(of)]


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "IGAAshort", "user_id": 17841400000000042, "permissions": SCOPES},
        {"data": [{"access_token": "IGAAshort", "user_id": "1784", "permissions": ",".join(SCOPES)}]},
    ],
    ids=["flat", "as documented"],
)
def test_a_code_becomes_a_token_for_sixty_days(wire: Wire, now: datetime, answer: dict[str, Any]) -> None:
    wire.answers(200, answer)
    wire.answers(200, {"access_token": "IGAAlong1", "token_type": "bearer", "expires_in": 5184000})

    token = oauth.exchange(OWN, APP, BACK, "AQBcode", None)

    assert (token.access, token.scopes) == ("IGAAlong1", frozenset(SCOPES))
    assert (token.expires_at, token.refresh_at) == (now + timedelta(days=60), now + timedelta(days=30))
    assert wire.calls[0].form["client_id"] == "550077" and wire.calls[0].form["code"] == "AQBcode"
    assert wire.calls[1].url == (
        "https://graph.instagram.com/access_token?grant_type=ig_exchange_token"
        "&client_secret=igs3cr3t&access_token=IGAAshort"
    )


def test_a_token_renews_itself(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"access_token": "IGAAlong2", "token_type": "bearer", "expires_in": 5183944})

    token = oauth.refresh(OWN, APP, replace(TOKEN, scopes=frozenset(SCOPES)))

    assert (token.access, token.scopes) == ("IGAAlong2", frozenset(SCOPES))
    assert token.refresh_at == now + timedelta(seconds=5183944) / 2
    assert wire.calls[0].path == "/refresh_access_token"


def test_a_code_that_was_used_is_said_kindly(wire: Wire) -> None:
    said = "Matching code was not found or was already used"
    wire.answers(400, {"error_type": "OAuthException", "code": 400, "error_message": said})

    with pytest.raises(Declined):
        oauth.exchange(OWN, APP, BACK, "AQBcode", None)


@pytest.mark.parametrize("is_listed", [False, True])
def test_who_somebody_is_on_instagram(wire: Wire, is_listed: bool) -> None:
    me = {"user_id": "17841400000000042", "username": "dr.lindner", "name": "Dr. Lindner", "id": "7001"}
    wire.answers(200, {"data": [me]} if is_listed else me)

    (account,) = network.identities(OWN, TOKEN)

    assert (account.remote_id, account.handle, account.picture_url) == (AUTHOR.remote_id, "dr.lindner", None)


def test_pages_without_an_instagram_account_are_left_out(wire: Wire) -> None:
    linked = {"id": "17841400000000042", "username": "dr.lindner", "name": "Dr. Lindner"}
    rows = [
        {"id": "1", "access_token": "EAAp1", "instagram_business_account": linked},
        {"id": "2", "access_token": "EAAp2"},
    ]
    wire.answers(200, {"data": rows})

    (account,) = network.identities(BY_PAGE, Token("EAAlong"))

    assert account.remote_id == "17841400000000042"
    assert account.token == Token("EAAp1", refresh="EAAlong")


def test_one_picture_goes_into_a_container_that_is_looked_at(wire: Wire, now: datetime) -> None:
    post = content("New hours", replace(PICTURE, alt_text="Sign"))
    kept: dict[str, Any] = {}
    wire.answers(200, {"id": "17900000000000001"}).answers(200, {"status_code": "IN_PROGRESS"})
    with pytest.raises(StillPreparing) as raised:
        network.stage(post, TOKEN, {}, kept.update)

    assert raised.value.seconds == 5 and kept["container"] == "17900000000000001"
    assert wire.calls[0].url == f"{HOST}/17841400000000042/media"
    assert wire.calls[0].json == {"image_url": PICTURE.url, "alt_text": "Sign", "caption": "New hours"}
    assert network.needs_staging(post, kept)

    wire.answers(200, {"status_code": "FINISHED"}).answers(200, FREE)
    staged = network.stage(post, TOKEN, kept, kept.update)

    assert not network.needs_staging(post, staged)
    assert network.compose(post, staged)["body"] == '{"creation_id":"17900000000000001"}'


def test_a_carousel_waits_for_its_children(wire: Wire, now: datetime) -> None:
    post, kept = content("Our team", PICTURE, replace(PICTURE, id=3)), dict[str, Any]()
    wire.answers(200, {"id": "11"}).answers(200, {"id": "12"})
    wire.answers(200, {"status_code": "FINISHED"}).answers(200, {"status_code": "FINISHED"})
    wire.answers(200, {"id": "13"}).answers(200, {"status_code": "FINISHED"}).answers(200, FREE)

    staged = network.stage(post, TOKEN, {}, kept.update)

    assert wire.calls[0].json == {"image_url": PICTURE.url, "is_carousel_item": True}
    assert wire.calls[4].json == {"media_type": "CAROUSEL", "children": "11,12", "caption": "Our team"}
    assert staged["container"] == "13"


@pytest.mark.parametrize(("options", "in_feed"), [({}, True), ({"format": "reel"}, False)])
def test_a_video_is_a_reel(wire: Wire, now: datetime, options: dict[str, str], in_feed: bool) -> None:
    wire.answers(200, {"id": "21"}).answers(200, {"status_code": "FINISHED"}).answers(200, FREE)

    network.stage(content("Inhaler", FILM, options=options), TOKEN, {}, lambda staged: None)

    assert wire.calls[0].json == {
        "media_type": "REELS",
        "video_url": FILM.url,
        "caption": "Inhaler",
        "share_to_feed": in_feed,
    }


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("Error: Media upload has failed with error code 2207026", ContentRejected),
        ("Error: Media upload has failed with error code 2207001", TemporaryFailure),
        ("Error", TemporaryFailure),
    ],
)
def test_a_container_that_failed_is_forgotten(
    wire: Wire, now: datetime, status: str, error: type[PlatformError]
) -> None:
    kept: dict[str, Any] = {}
    wire.answers(200, {"id": "31"}).answers(200, {"status_code": "ERROR", "status": status})

    with pytest.raises(error) as raised:
        network.stage(content(), TOKEN, {}, kept.update)

    assert type(raised.value) is error and kept["container"] is None


def test_an_account_that_is_blocked_while_it_prepares_waits_for_hours(wire: Wire, now: datetime) -> None:
    wire.answers(400, {"error": {"code": 4, "error_subcode": 2207051}})

    with pytest.raises(RateLimited) as raised:
        network.stage(content(), TOKEN, {}, lambda staged: None)

    assert raised.value.until == now + timedelta(hours=2) and not raised.value.whole_app


def test_a_used_up_day_is_waited_for(wire: Wire, now: datetime) -> None:
    full = {"data": [{"quota_usage": 50, "config": {"quota_total": 50}}]}
    wire.answers(200, {"id": "31"}).answers(200, {"status_code": "FINISHED"}).answers(200, full)

    with pytest.raises(RateLimited) as raised:
        network.stage(content(), TOKEN, {}, lambda staged: None)

    assert raised.value.until == now + timedelta(hours=1)


def test_a_container_is_looked_at_again_before_a_late_sending(now: datetime) -> None:
    def staged(minutes: int) -> dict[str, Any]:
        at = (now - timedelta(minutes=minutes)).isoformat()
        return {"container": "31", "made_at": at, "ready_at": at}

    assert not network.needs_staging(content(), staged(11))
    assert network.needs_staging(content(), staged(16))


def lost(now: datetime, text: str = "Hours for @clinic", **more: Any) -> Lost:
    sent = network.compose(content(text), {"container": "17900000000000001"})
    return Lost(sent, sent_at=now - timedelta(seconds=15), **more)


def listed(now: datetime, *ids: str, caption: str = "Hours for clinic") -> dict[str, Any]:
    at = f"{now - timedelta(seconds=14):%Y-%m-%dT%H:%M:%S}+0000"
    link = "https://www.instagram.com/p/DAbCdEfGhIj/"
    return {"data": [{"id": id, "caption": caption, "timestamp": at, "permalink": link} for id in ids]}


def test_a_lost_post_is_known_by_its_words_without_the_sign(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"status_code": "PUBLISHED"}).answers(200, listed(now, "1", "2"))

    found = network.find(lost(now, known_ids=frozenset({"2"})), AUTHOR, TOKEN)

    assert found is not None
    assert (found.remote_id, found.permalink) == ("1", "https://www.instagram.com/p/DAbCdEfGhIj/")


def test_two_that_fit_are_for_the_doctor_to_tell_apart(wire: Wire, now: datetime) -> None:
    wire.answers(200, {"status_code": "PUBLISHED"}).answers(200, listed(now, "1", "2"))

    with pytest.raises(CannotTell):
        network.find(lost(now), AUTHOR, TOKEN)


@pytest.mark.parametrize(("state", "is_known"), [("FINISHED", True), ("EXPIRED", True), ("PUBLISHED", False)])
def test_the_container_tells_whether_an_unlisted_post_is_out(
    wire: Wire, now: datetime, state: str, is_known: bool
) -> None:
    wire.answers(200, {"status_code": state}).answers(200, listed(now, "1", caption="Another"))

    if is_known:
        assert network.find(lost(now), AUTHOR, TOKEN) is None
    else:
        with pytest.raises(TemporaryFailure):
            network.find(lost(now), AUTHOR, TOKEN)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, {"status_code": "FINISHED"}, TemporaryFailure),
        (500, {"error": {"code": 2}}, TemporaryFailure),
        (200, {"status_code": "EXPIRED"}, UploadGone),
        (400, {"error": {"code": 100, "error_subcode": 33}}, UploadGone),
    ],
)
def test_a_container_that_is_not_found_is_made_anew_once_instagram_tells_nothing_of_it(
    wire: Wire, status: int, answer: dict[str, Any], error: type[TemporaryFailure]
) -> None:
    wire.answers(400, {"error": {"code": 24, "error_subcode": 2207008}}).answers(status, answer)

    with pytest.raises(error) as raised:
        network.publish(network.compose(content(), {"container": "1"}), AUTHOR, TOKEN)

    assert type(raised.value) is error


def test_what_was_not_ready_is_polled_with_all_that_it_shows(wire: Wire, now: datetime) -> None:
    at = now.isoformat()
    kept = {"container": "13", "items": {"1": "11", "3": "12"}, "made_at": at, "ready_at": at}
    kept["is_unready"] = True
    wire.answers(200, {"status_code": "FINISHED"}).answers(200, {"status_code": "IN_PROGRESS"})

    with pytest.raises(StillPreparing):
        network.stage(content("Our team", PICTURE, replace(PICTURE, id=3)), TOKEN, kept, kept.update)

    assert [call.path.rpartition("/")[2] for call in wire.calls] == ["13", "11"]
    assert {call.method for call in wire.calls} == {"GET"}


def test_a_permalink_that_cannot_be_read_fails_no_post(wire: Wire) -> None:
    wire.answers(200, {"id": "18000000000000001"})
    wire.answers(400, {"error": {"code": 100, "error_subcode": 33}})

    published = network.publish(network.compose(content(), {"container": "1"}), AUTHOR, TOKEN)

    assert published.permalink == "https://www.instagram.com/dr.lindner#18000000000000001"


def test_text_alone_is_refused() -> None:
    assert words(Content("Hello", AUTHOR)) == ["Instagram takes no text alone. Add a picture or a video."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"width": 800, "height": 1000}, None),
        ({"width": 1910, "height": 1000}, None),
        ({"width": 799, "height": 1000}, "Picture 1 is 799 × 1000 pixels, a ratio of 0.799:1."),
        ({"width": 1911, "height": 1000}, "Picture 1 is 1911 × 1000 pixels, a ratio of 1.911:1."),
        ({"bytes": 8 * 1024 * 1024}, None),
        ({"bytes": 9 * 1024 * 1024}, "Picture 1 has 9.00 MB. Instagram takes up to 8 MB."),
        ({"mime_type": "image/png"}, "Picture 1 is a PNG file. Instagram takes JPEG pictures alone."),
        ({"alt_text": "a" * 1000}, None),
        ({"alt_text": "a" * 1001}, "The description of picture 1 has 1,001 characters."),
    ],
)
def test_a_picture_is_measured(changes: dict[str, Any], said: str | None) -> None:
    found = words(content("x", replace(PICTURE, **changes)))

    assert len(found) == (1 if said else 0) and all(one.startswith(said or "") for one in found)


@pytest.mark.parametrize(("seconds", "is_fine"), [(2.9, False), (3, True), (900, True), (900.5, False)])
def test_a_reel_lasts_three_seconds_to_fifteen_minutes(seconds: float, is_fine: bool) -> None:
    assert (words(content("x", replace(FILM, duration=seconds))) == []) is is_fine


def test_hashtags_names_and_items_are_counted() -> None:
    assert words(content("#a " * 30)) == [] and words(content("@a " * 20)) == []
    assert words(content("#a " * 31)) == ["This text has 31 hashtags. Instagram takes up to 30."]
    assert words(content("@a " * 21)) == ["This text names 21 people with an @. Instagram takes up to 20."]
    assert words(content("x", *[PICTURE] * 10)) == []
    assert words(content("x", *[PICTURE] * 11)) == [
        "These are 11 pictures and videos. Instagram takes up to 10."
    ]


@pytest.mark.parametrize(
    ("post", "is_fine"),
    [
        (content("x", FILM, options={"format": "reel"}), True),
        (content("x", PICTURE, options={"format": "feed"}), True),
        (content("x", PICTURE, options={"format": "reel"}), False),
        (content("x", PICTURE, options={"format": "story"}), False),
        (content("x", PICTURE, options={"format": ["reel"]}), False),
    ],
)
def test_a_format_has_to_fit(post: Content, is_fine: bool) -> None:
    assert (network.problems(post) == []) is is_fine


def test_the_preview_says_what_readers_will_not_see() -> None:
    assert "cannot be tapped" in str(network.preview(content(link="https://example.com")).note)
    assert "5 hashtags" in str(network.preview(content("#a " * 6)).note)
    assert network.preview(content("#a " * 5)).note is None
