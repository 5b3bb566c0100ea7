"""Reddit's own ways: communities and titles, its shared budget, pictures, lost posts, what it tells."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import http
from portal.platforms import oauth
from portal.platforms.base import App, Author, Content, Figures, Lost, Media, Published, Token
from portal.platforms.errors import (
    CannotDo,
    CannotTell,
    ContentRejected,
    Declined,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.platforms.reddit import Reddit
from portal.platforms.reddit_content import MOST_CHARACTERS, MOST_TITLE_CHARACTERS
from tests.platforms.wire import Wire

USER_AGENT = "web:org.example.portal:v1.0.0 (by /u/example)"
TOKEN = Token("eyJexample2", "12345-exampleRefresh")
ANA = Author("t2_abc12", "account", "DrAnaExample", "DrAnaExample")
OPTIONS = {"subreddit": "exampletest", "title": "Three signs of dehydration"}
ADDRESS = "https://www.reddit.com/r/exampletest/comments/1kexmp1/three_signs_of_dehydration/"
STORE = "https://reddit-uploaded-media.s3-accelerate.amazonaws.com"


@pytest.fixture(autouse=True)
def named_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(http._names, "reddit", USER_AGENT)


@pytest.fixture
def network() -> Reddit:
    return Reddit()


def content(text: str = "Dr. Ana explains", link: str | None = None, **options: Any) -> Content:
    return Content(text, ANA, link=link, options={**OPTIONS, **options})


def picture(**facts: Any) -> Media:
    return Media(**{"id": 1, "url": "https://portal.example/a", "mime_type": "image/png", "bytes": 9} | facts)


# What a post may hold


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"title": ""}, "options.title"),
        ({"title": "  "}, "options.title"),
        ({"title": None}, "options.title"),
        ({"title": 5}, "options.title"),
        ({"title": "a" * (MOST_TITLE_CHARACTERS + 1)}, "options.title"),
        ({"subreddit": ""}, "options.subreddit"),
        ({"subreddit": "r/"}, "options.subreddit"),
        ({"subreddit": ["exampletest"]}, "options.subreddit"),
        ({"subreddit": "two words"}, "options.subreddit"),
        ({"subreddit": "a/../b"}, "options.subreddit"),
        ({"subreddit": "https://www.reddit.com/r/exampletest"}, "options.subreddit"),
        ({"flair_id": "<b>"}, "options.flair_id"),
        ({"flair_id": 7}, "options.flair_id"),
    ],
)
def test_what_reddit_needs_is_asked_for(network: Reddit, options: dict[str, Any], field: str) -> None:
    (problem,) = network.problems(content(**options))
    assert problem.field == field and problem.words.endswith(".")


@pytest.mark.parametrize("sign", ["a", "字", "e\u0301"[0], "👩"])
def test_a_title_is_counted_in_signs_not_bytes(network: Reddit, sign: str) -> None:
    assert network.problems(content(title=sign * 300)) == []
    (problem,) = network.problems(content(title=sign * 301))
    assert problem.words == "This title is 1 character too long for Reddit (301 of 300)."


@given(text=st.text(min_size=1, max_size=50))
def test_a_text_is_counted_in_signs(text: str) -> None:
    assert Reddit().length(text) == len(text)


def test_a_link_post_may_do_without_a_text_and_a_text_post_may_not(network: Reddit) -> None:
    assert network.problems(content("", link="https://clinic.example/a")) == []
    assert [problem.field for problem in network.problems(content(""))] == ["content"]
    assert [problem.field for problem in network.problems(content("a" * (MOST_CHARACTERS + 1)))] == [
        "content"
    ]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ([{}] * 21, "Reddit takes up to 20 pictures a post, and this one has 21."),
        ([{"mime_type": "video/mp4"}], "Videos cannot go to Reddit from here. Take the video out."),
        ([{"mime_type": "image/webp"}], "Reddit takes pictures as JPEG, PNG or GIF. Choose another file."),
        (
            [{"bytes": 21 * 1024 * 1024}],
            "This picture has 21.0 MB. Reddit takes up to 20 MB: choose a smaller one.",
        ),
    ],
)
def test_pictures_that_do_not_fit_are_refused_with_the_number(
    network: Reddit, media: list[dict[str, Any]], words: str
) -> None:
    files = tuple(picture(**facts) for facts in media)
    (problem,) = network.problems(Content("text", ANA, media=files, options=OPTIONS))
    assert (problem.field, problem.words) == ("media", words)


def test_the_preview_says_where_it_goes_and_under_which_title(network: Reddit) -> None:
    note = network.preview(content()).note
    assert note and "r/exampletest" in note and "“Three signs of dehydration”" in note
    assert "your profile" in str(network.preview(content(subreddit="u_DrAnaExample")).note)


def test_a_picture_outweighs_a_link_which_then_stands_in_the_text(network: Reddit) -> None:
    said = Content("Look", ANA, link="https://clinic.example/a", media=(picture(),), options=OPTIONS)

    form = network.compose(said, {"url": f"{STORE}/rte_images/exkey1"})["form"]

    assert (form["kind"], form["url"]) == ("image", f"{STORE}/rte_images/exkey1")
    assert form["text"] == "Look\n\nhttps://clinic.example/a"


@pytest.mark.parametrize(
    ("said", "query", "texts"),
    [
        (
            content(),
            {"type": "TEXT", "title": OPTIONS["title"], "text": "Dr. Ana explains"},
            ("Dr. Ana explains", OPTIONS["title"]),
        ),
        (
            content(link="https://clinic.example/a"),
            {"type": "LINK", "title": OPTIONS["title"], "url": "https://clinic.example/a"},
            ("Dr. Ana explains", OPTIONS["title"], "https://clinic.example/a"),
        ),
        (content("a" * 5000), {"title": OPTIONS["title"]}, ("a" * 5000, OPTIONS["title"])),
    ],
    ids=["text", "link", "too long for an address"],
)
def test_by_hand_reddits_own_page_is_opened_with_what_fits(
    network: Reddit, said: Content, query: dict[str, str], texts: tuple[str, ...]
) -> None:
    task = network.by_hand(said)

    assert task.address == f"https://www.reddit.com/r/exampletest/submit?{urlencode(query)}"
    assert task.texts == texts and "DrAnaExample" in task.how


def test_by_hand_says_what_else_to_do(network: Reddit) -> None:
    said = Content("Look", ANA, media=(picture(),), options={**OPTIONS, "flair_id": "1111"})
    assert len(network.by_hand(said).checks) == 3 and len(network.by_hand(content()).checks) == 1


# Signing in

CONNECTION = Reddit.connections[0]
APP = App("AbCdEf123456", "secret")
CALLBACK = "https://portal.example/social/callback/reddit"
TOLD = {
    "access_token": "eyJexample1",
    "token_type": "bearer",
    "expires_in": 86400,
    "refresh_token": "12345-exampleRefresh",
    "scope": "identity submit read flair edit history mysubreddits",
}


def test_the_consent_page_is_asked_for_a_lasting_permission() -> None:
    address = oauth.authorization_address(CONNECTION, APP, CALLBACK, "STATE", None)

    assert address.startswith("https://www.reddit.com/api/v1/authorize?")
    assert "duration=permanent" in address and "code_challenge" not in address
    assert "scope=identity%20submit%20read%20flair%20edit%20history%20mysubreddits" in address


def test_a_code_becomes_a_token_with_the_portals_own_user_agent(wire: Wire, now: datetime) -> None:
    wire.answers(200, TOLD)

    token = oauth.exchange(CONNECTION, APP, CALLBACK, "CODE", None)

    call = wire.calls[0]
    assert call.url == "https://www.reddit.com/api/v1/access_token"
    assert call.headers["User-Agent"] == USER_AGENT
    assert call.headers["Authorization"] == "Basic QWJDZEVmMTIzNDU2OnNlY3JldA=="
    assert call.form == {"grant_type": "authorization_code", "code": "CODE", "redirect_uri": CALLBACK}
    assert (token.access, token.refresh) == ("eyJexample1", "12345-exampleRefresh")
    assert token.expires_at == now + timedelta(days=1) and token.refresh_expires_at is None
    assert oauth.missing_permissions(CONNECTION, token) == []


def test_a_used_code_is_said_inside_an_answer_of_200(wire: Wire) -> None:
    wire.answers(200, {"error": "invalid_grant"})

    with pytest.raises(Declined):
        oauth.exchange(CONNECTION, APP, CALLBACK, "CODE", None)


@pytest.mark.parametrize("more", [{}, {"refresh_token": "12345-newRefresh"}])
def test_a_new_renewing_token_is_kept_when_one_comes(wire: Wire, more: dict[str, str]) -> None:
    told = {name: value for name, value in TOLD.items() if name != "refresh_token"}
    wire.answers(200, told | {"access_token": "eyJexample2"} | more)

    token = oauth.refresh(CONNECTION, APP, TOKEN)

    assert (token.access, token.refresh) == (
        "eyJexample2",
        more.get("refresh_token", "12345-exampleRefresh"),
    )


@pytest.mark.parametrize("body", [{"message": "Bad Request", "error": 400}, {"error": 400}])
def test_a_withdrawn_permission_needs_connecting_again(wire: Wire, body: dict[str, Any]) -> None:
    wire.answers(400, body)

    with pytest.raises(ReconnectNeeded):
        oauth.refresh(CONNECTION, APP, TOKEN)


def test_a_wrong_secret_is_the_operators_matter(wire: Wire) -> None:
    wire.answers(401, {"message": "Unauthorized", "error": 401})

    with pytest.raises(OperatorNeeded):
        oauth.refresh(CONNECTION, APP, TOKEN)


def test_too_many_sign_ins_are_told_to_wait(wire: Wire) -> None:
    wire.answers(429, "<html></html>")

    with pytest.raises(RateLimited):
        oauth.refresh(CONNECTION, APP, TOKEN)


def test_disconnecting_withdraws_the_renewing_token_first(wire: Wire) -> None:
    wire.answers(200).answers(204)

    oauth.revoke(CONNECTION, APP, TOKEN)

    first = wire.calls[0]
    assert first.url == "https://www.reddit.com/api/v1/revoke_token"
    assert first.form == {"token": "12345-exampleRefresh", "token_type_hint": "refresh_token"}


def test_who_the_token_is_for(network: Reddit, wire: Wire) -> None:
    me = {
        "id": "abc12",
        "name": "DrAnaExample",
        "icon_img": "https://styles.redditmedia.com/t5_x/styles/profileIcon.png?width=256&s=abc",
        "created_utc": 1551517200.0,
        "total_karma": 460,
        "has_verified_email": True,
        "is_suspended": False,
    }
    wire.answers(200, me, {"x-ratelimit-used": "1", "x-ratelimit-remaining": "999.0"})

    (identity,) = network.identities(CONNECTION, TOKEN)

    assert (identity.remote_id, identity.handle, identity.picture_url) == (
        "t2_abc12",
        "DrAnaExample",
        me["icon_img"],
    )
    assert identity.facts["has_verified_email"] is True
    assert wire.calls[0].url == "https://oauth.reddit.com/api/v1/me?raw_json=1"
    assert wire.calls[0].headers["User-Agent"] == USER_AGENT


# Answers that nobody foresaw

odd = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["json", "errors", "data", "name", "url", "ratelimit"]), inner)
    ),
    max_leaves=9,
)
FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@FIXTURE
@given(status=st.sampled_from([200, 201, 400, 403, 404, 429, 500]), body=odd, inner=odd, data=odd)
def test_whatever_reddit_answers_has_a_meaning(
    wire: Wire, status: int, body: Any, inner: Any, data: Any
) -> None:
    for answered in (body, {"json": inner}, {"json": {"errors": inner, "data": data, "ratelimit": body}}):
        wire.answers(status, answered, {"x-ratelimit-remaining": "900"})
        with suppress(PlatformError):
            publish(Reddit())


@FIXTURE
@given(body=odd, inner=odd)
def test_whatever_a_list_holds_can_be_read(wire: Wire, body: Any, inner: Any) -> None:
    network, moment = Reddit(), datetime(2026, 11, 22, tzinfo=UTC)
    for answered in (body, {"data": inner}, {"data": {"children": inner}}, listing(body)):  # type: ignore[arg-type]
        wire.answers(200, answered)
        with suppress(PlatformError):
            network.find(lost(network, moment), ANA, TOKEN)
        wire.script.clear()


# The budget that all doctors share


def publish(network: Reddit, said: Content | None = None, staged: dict[str, Any] | None = None) -> Published:
    published = network.publish(network.compose(said or content(), staged or {}), ANA, TOKEN)
    assert isinstance(published, Published)
    return published


def made() -> dict[str, Any]:
    return {"json": {"errors": [], "data": {"url": ADDRESS, "id": "1kexmp1", "name": "t3_1kexmp1"}}}


def rates(remaining: str, reset: str = "540") -> dict[str, str]:
    return {"x-ratelimit-used": "9", "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}


def test_with_few_calls_left_everybody_waits_for_the_next_window(
    network: Reddit, wire: Wire, now: datetime
) -> None:
    wire.answers(200, made(), rates("49.0"))
    publish(network)

    with pytest.raises(RateLimited) as raised:
        publish(network)

    assert raised.value.whole_app and raised.value.until == now + timedelta(seconds=540)
    with pytest.raises(RateLimited):
        network.identities(CONNECTION, TOKEN)
    assert len(wire.calls) == 1


@pytest.mark.parametrize("headers", [rates("50.0"), rates("49.0", "0"), rates("many"), rates("nan"), {}])
def test_enough_calls_left_or_no_word_of_it_stops_nobody(
    network: Reddit, wire: Wire, now: datetime, headers: dict[str, str]
) -> None:
    wire.answers(200, made(), headers).answers(200, made(), rates("900.0"))

    assert publish(network).remote_id == publish(network).remote_id


def test_an_absurd_window_is_not_believed(
    network: Reddit, wire: Wire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.answers(200, made(), rates("0.0", "900000")).answers(200, made())
    publish(network)
    monkeypatch.setattr("portal.clock.now", lambda: now + timedelta(minutes=11))

    assert publish(network).permalink == ADDRESS


# Pictures

LEASE = {
    "args": {
        "action": "//reddit-uploaded-media.s3-accelerate.amazonaws.com",
        "fields": [
            {"name": "acl", "value": "private"},
            {"name": "key", "value": "rte_images/exkey1"},
            {"name": "policy", "value": "ZXhhbXBsZQ=="},
        ],
    },
    "asset": {"asset_id": "exasset1", "processing_state": "incomplete"},
}
STORED = "<PostResponse><Key>rte_images/exkey1</Key></PostResponse>"
ACCEPTED = {
    "json": {"errors": [], "data": {"websocket_url": "wss://ws.example/a", "user_submitted_page": "…"}}
}


@pytest.fixture
def chart(tmp_path: Path) -> Content:
    path = tmp_path / "secret-name.png"
    path.write_bytes(b"\x89PNG bytes")
    return Content("A chart", ANA, media=(picture(path=str(path)),), options=OPTIONS)


def test_a_picture_goes_to_the_leased_place_with_the_file_last(
    network: Reddit, chart: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str, dict[str, Any]]] = []
    answers = [http.Answer(200, {}, str.encode(_json(LEASE))), http.Answer(201, {}, STORED.encode())]
    monkeypatch.setattr(
        http, "request", lambda method, url, **call: (calls.append((method, url, call)), answers.pop(0))[1]
    )
    kept: list[dict[str, Any]] = []

    staged = network.stage(chart, TOKEN, {}, kept.append)

    assert staged == {"url": f"{STORE}/rte_images/exkey1"} == kept[-1]
    (_, lease_url, lease), (_, store_url, upload) = calls
    assert lease_url == "https://oauth.reddit.com/api/media/asset.json"
    assert lease["body"] == b"api_type=json&filepath=picture.png&mimetype=image%2Fpng"
    assert store_url == STORE and "Authorization" not in upload["headers"]
    assert [name for name, _ in upload["fields"]] == ["acl", "key", "policy", "file"]
    assert upload["fields"][-1][1] == ("picture.png", b"\x89PNG bytes", "image/png")
    assert not network.needs_staging(chart, staged)


def test_an_uploaded_picture_is_not_uploaded_again(network: Reddit, chart: Content, wire: Wire) -> None:
    staged = {"url": f"{STORE}/rte_images/exkey1"}
    assert network.stage(chart, TOKEN, staged, lambda _: None) == staged and wire.calls == []


@pytest.mark.parametrize(
    "args",
    [
        None,
        {"action": "//evil.example", "fields": LEASE["args"]["fields"]},
        {"action": "//reddit-uploaded-media.s3-accelerate.amazonaws.com@evil.example", "fields": []},
        {"action": LEASE["args"]["action"], "fields": []},
        {"action": LEASE["args"]["action"], "fields": "none"},
    ],
)
def test_a_lease_that_is_none_is_asked_for_again(
    network: Reddit, chart: Content, wire: Wire, args: Any
) -> None:
    wire.answers(200, {"args": args})

    with pytest.raises(TemporaryFailure):
        network.stage(chart, TOKEN, {}, lambda _: None)


def test_a_picture_that_is_too_large_for_the_store_fails_with_its_number(
    network: Reddit, chart: Content, wire: Wire
) -> None:
    words = "<Error><Code>EntityTooLarge</Code><MaxSizeAllowed>20971520</MaxSizeAllowed></Error>"
    monkey = wire.answers(200, LEASE).answers(400, words)

    with pytest.raises(ContentRejected) as raised:
        network.stage(chart, TOKEN, {}, lambda _: None)
    assert "20 MB" in raised.value.words and len(monkey.calls) == 2


def test_an_accepted_picture_has_no_id_yet_and_is_looked_for(
    network: Reddit, chart: Content, wire: Wire
) -> None:
    wire.answers(200, ACCEPTED)

    with pytest.raises(OutcomeUnknown) as raised:
        publish(network, chart, {"url": f"{STORE}/rte_images/exkey1"})
    assert raised.value.code == "accepted"


def test_a_picture_post_is_never_called_absent(
    network: Reddit, chart: Content, wire: Wire, now: datetime
) -> None:
    sent = network.compose(chart, {"url": f"{STORE}/rte_images/exkey1"})
    wire.answers(200, listing()).answers(200, listing())

    with pytest.raises(TemporaryFailure):
        network.find(Lost(sent, now - timedelta(minutes=11), now=now), ANA, TOKEN)
    with pytest.raises(CannotTell):
        network.find(Lost(sent, now - timedelta(minutes=13), now=now), ANA, TOKEN)


# Lost posts


def _json(body: Any) -> str:
    import json

    return json.dumps(body)


def listing(*posts: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {
        "kind": "Listing",
        "data": {"after": after, "children": [{"kind": "t3", "data": post} for post in posts]},
    }


def shown(now: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "id": "1kexmp1",
        "name": "t3_1kexmp1",
        "subreddit": "ExampleTest",
        "title": "Three signs of dehydration",
        "selftext": "Dr. Ana explains",
        "is_self": True,
        "url": ADDRESS,
        "permalink": "/r/exampletest/comments/1kexmp1/three_signs_of_dehydration/",
        "created_utc": now.timestamp() - 30,
        "author": "DrAnaExample",
        "removed_by_category": None,
        **changes,
    }


def lost(network: Reddit, now: datetime, said: Content | None = None, **facts: Any) -> Lost:
    return Lost(network.compose(said or content(), {}), now - timedelta(seconds=30), **facts)


def test_a_lost_post_is_found_among_the_newest(network: Reddit, wire: Wire, now: datetime) -> None:
    wire.answers(200, listing(shown(now)))

    assert network.find(lost(network, now), ANA, TOKEN) == Published("t3_1kexmp1", ADDRESS)
    call = wire.calls[0]
    assert call.path == "/user/DrAnaExample/submitted"
    assert call.query == {"sort": "new", "limit": "25", "raw_json": "1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"subreddit": "elsewhere"},
        {"title": "Another"},
        {"created_utc": 0},
        {"created_utc": "soon"},
        {"name": "t3_known"},
        {"name": "../etc"},
    ],
    ids=["elsewhere", "other title", "older", "without a time", "a known one", "no name"],
)
def test_another_post_is_not_taken_for_it(
    network: Reddit, wire: Wire, now: datetime, changes: dict[str, Any]
) -> None:
    wire.answers(200, listing(shown(now, **changes)))

    assert network.find(lost(network, now, known_ids=frozenset({"t3_known"})), ANA, TOKEN) is None


def test_a_lost_link_is_known_by_its_address(network: Reddit, wire: Wire, now: datetime) -> None:
    said = content(link="https://clinic.example/a")
    mine = shown(now, name="t3_2", url="https://clinic.example/a")
    wire.answers(200, listing(shown(now), mine))

    found = network.find(lost(network, now, said), ANA, TOKEN)

    assert found and found.remote_id == "t3_2"


def test_a_post_that_filters_hid_is_found_with_a_note(network: Reddit, wire: Wire, now: datetime) -> None:
    wire.answers(200, listing(shown(now, removed_by_category="automod_filtered")))

    found = network.find(lost(network, now), ANA, TOKEN)

    assert found and found.note and "hidden" in found.note


def test_a_busy_account_is_read_page_by_page(network: Reddit, wire: Wire, now: datetime) -> None:
    wire.answers(200, listing(shown(now, title="Else"), after="t3_9")).answers(200, listing(shown(now)))

    assert network.find(lost(network, now), ANA, TOKEN)
    assert wire.calls[1].query["after"] == "t3_9"


def test_an_account_so_busy_that_nothing_is_certain_is_not_called_absent(
    network: Reddit, wire: Wire, now: datetime
) -> None:
    for _ in range(4):
        wire.answers(200, listing(shown(now, title="Else"), after="t3_9"))

    with pytest.raises(CannotTell):
        network.find(lost(network, now), ANA, TOKEN)


def test_an_account_without_a_name_cannot_be_looked_at(network: Reddit, now: datetime) -> None:
    with pytest.raises(CannotTell):
        network.find(lost(network, now), Author("t2_abc12", "account", "Ana"), TOKEN)


@pytest.mark.parametrize("answer", [(503, b""), (200, b"<html>"), (302, b"")])
def test_a_list_that_does_not_come_says_nothing(
    network: Reddit, wire: Wire, now: datetime, answer: Any
) -> None:
    wire.answers(*answer)

    with pytest.raises(TemporaryFailure):
        network.find(lost(network, now), ANA, TOKEN)


# Afterwards


def test_deleting_is_checked_for_reddit_always_says_yes(network: Reddit, wire: Wire, now: datetime) -> None:
    wire.answers(200, {}).answers(200, listing(shown(now, author="[deleted]")))
    network.delete("t3_1kexmp1", ANA, TOKEN)
    wire.answers(200, {}).answers(200, listing())
    network.delete("t3_1kexmp1", ANA, TOKEN)
    assert (wire.calls[0].path, wire.calls[0].form) == ("/api/del", {"id": "t3_1kexmp1"})

    wire.answers(200, {}).answers(200, listing(shown(now)))
    with pytest.raises(CannotDo):
        network.delete("t3_1kexmp1", ANA, TOKEN)


def test_figures_come_for_many_posts_at_once(network: Reddit, wire: Wire, now: datetime) -> None:
    wire.answers(
        200, listing(shown(now, score=7, num_comments=2), shown(now, name="t3_b", author="[deleted]"))
    )

    assert network.figures(["t3_1kexmp1", "t3_b", "nonsense"], ANA, TOKEN) == {
        "t3_1kexmp1": Figures(likes=7, comments=2)
    }
    assert wire.calls[0].query == {"id": "t3_1kexmp1,t3_b", "raw_json": "1"}


@pytest.mark.parametrize(
    ("address", "id"),
    [
        (ADDRESS, "t3_1kexmp1"),
        ("https://old.reddit.com/r/exampletest/comments/1kexmp1/", "t3_1kexmp1"),
        ("https://reddit.com/comments/1kexmp1", "t3_1kexmp1"),
        ("https://www.reddit.com/user/DrAna/comments/1kexmp1/title/?utm_source=share", "t3_1kexmp1"),
        ("https://redd.it/1kexmp1", "t3_1kexmp1"),
        ("http://127.0.0.1:8010/www.reddit.com/r/a/comments/1kexmp1/b/", "t3_1kexmp1"),
        ("https://notreddit.com/r/a/comments/1kexmp1/", None),
        ("https://www.reddit.com/r/exampletest/s/AbCdEf", None),
        ("https://www.reddit.com/r/exampletest/", None),
    ],
)
def test_a_pasted_address_gives_its_post(network: Reddit, address: str, id: str | None) -> None:
    assert network.remote_id_from_permalink(address) == id


# What communities tell


def test_reddits_own_sentence_is_passed_on_where_only_it_explains(network: Reddit, wire: Wire) -> None:
    body = {
        "explanation": "The title contains a word this community does not allow.",
        "reason": "SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING",
        "error_type": "SUBMIT_VALIDATION_ERROR",
    }
    wire.answers(400, body)

    with pytest.raises(ContentRejected) as raised:
        publish(network)
    assert raised.value.words.endswith(
        "Reddit says: The title contains a word this community does not allow."
    )


def test_a_gallery_is_sent_as_json_with_its_pictures_in_order(network: Reddit, wire: Wire) -> None:
    charts = (picture(alt_text="Before"), picture(id=2, alt_text="x" * 181))
    said = Content("Two charts", ANA, media=charts, options={**OPTIONS, "flair_id": "1111"})
    wire.answers(200, {"json": {"errors": [], "data": {"url": ADDRESS, "id": "t3_1kexmp1"}}})

    sent = network.compose(said, {"assets": {"1": "exasset1", "2": "exasset2"}})
    published = network.publish(sent, ANA, TOKEN)

    call = wire.calls[0]
    assert call.path == "/api/submit_gallery_post.json"
    assert call.headers["Content-Type"] == "application/json"
    assert call.json == {
        "api_type": "json",
        "sr": "exampletest",
        "title": OPTIONS["title"],
        "text": "Two charts",
        "flair_id": "1111",
        "items": [
            {"media_id": "exasset1", "caption": "Before", "outbound_url": ""},
            {"media_id": "exasset2", "caption": "", "outbound_url": ""},
        ],
        "nsfw": False,
        "spoiler": False,
        "sendreplies": True,
        "show_error_list": True,
        "validate_on_submit": True,
    }
    assert published == Published("t3_1kexmp1", ADDRESS)


@pytest.mark.parametrize("body", [{"json": {"errors": []}}, {"json": {"errors": [], "data": {"id": "x"}}}])
def test_a_gallery_without_its_id_is_unknown(network: Reddit, wire: Wire, body: dict[str, Any]) -> None:
    said = Content("x", ANA, media=(picture(), picture(id=2)), options=OPTIONS)
    wire.answers(200, body)

    with pytest.raises(OutcomeUnknown):
        network.publish(network.compose(said, {}), ANA, TOKEN)
