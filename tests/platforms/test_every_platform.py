"""The same questions for every network. Each brings samples/<key>/posts.json and refusals.json."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import http
from portal.platforms import PLATFORMS
from portal.platforms.base import Connection, Content, Media, Platform, Token
from portal.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)
from tests.platforms.samples import author_of, body_of, content_of, load, of_all, staged_of
from tests.platforms.wire import Wire

TOKEN = Token("access-SECRET", "refresh-SECRET")

every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=list(PLATFORMS))
# Those on which the portal acts for an account; on the others the doctor posts by hand.
every_caller = pytest.mark.parametrize(
    "platform",
    [platform for platform in PLATFORMS.values() if platform.needs_token],
    ids=lambda each: each.key,
)
SENT = [sample for sample in of_all("posts") if "request" in sample.values[1]]
every_connection = pytest.mark.parametrize(
    "connection",
    [connection for platform in PLATFORMS.values() for connection in platform.connections],
    ids=lambda connection: connection.label,
)
#: Where a post is its picture, and a text under it may be missing.
PICTURES_SUFFICE = {"instagram"}
UNCLEAR: list[tuple[int, bytes, dict[str, str]]] = [
    (200, b"", {}),
    (200, b"<html>One moment</html>", {"content-type": "text/html"}),
    (201, b'{"data":{"id":', {}),
    (201, b'{"data":{}}', {}),
    (201, b'{"data":{"id":null}}', {"x-restli-id": ""}),
    (204, b"", {}),
    (302, b"", {"location": "https://elsewhere.example/"}),
    (307, b"", {"location": "https://elsewhere.example/"}),
    (418, b"{}", {}),
    (500, b"", {}),
    (503, b"<html></html>", {}),
]


def plain(platform: Platform, text: str = "Wash your hands.") -> Content:
    """A text with the options, and the video, that this network cannot do without."""
    return replace(content_of(load(platform.key, "posts")[0]), text=text)


def send(platform: Platform, content: Content, staged: Any = None) -> Any:
    sent = platform.compose(content, staged or staged_of(platform.key))
    return platform.publish(sent, content.author, TOKEN)


@pytest.mark.parametrize(("platform", "sample"), SENT)
def test_a_post_goes_out_exactly_as_the_network_wants_it(
    platform: Platform, sample: Any, wire: Wire, now: datetime
) -> None:
    answer = sample["answer"]
    for each in (answer, *sample.get("then", [])):
        wire.answers(each["status"], body_of(each), each.get("headers"))

    published = send(platform, content_of(sample), sample.get("staged"))

    call, wanted = wire.calls[0], sample["request"]
    assert (call.method, call.url) == (wanted["method"], wanted["url"])
    what = next(name for name in ("json", "form", "body") if name in wanted)
    assert (call.body.decode() if what == "body" else getattr(call, what)) == wanted[what]
    assert call.headers["Authorization"] == "Bearer access-SECRET"
    assert wanted["headers"].items() <= call.headers.items()
    assert (published.remote_id, published.permalink) == (sample["remote_id"], sample["permalink"])
    assert platform.problems(content_of(sample)) == []


@pytest.mark.parametrize(("platform", "sample"), of_all("refusals"))
def test_each_refusal_means_what_happens_next(
    platform: Platform, sample: Any, wire: Wire, now: datetime
) -> None:
    looks = sample.get("then", [])
    for each in (sample, *looks):
        wire.answers(each["status"], body_of(each), each.get("headers"))

    with pytest.raises(PlatformError) as raised:
        send(platform, plain(platform))

    error = raised.value
    assert (type(error).__name__, error.code) == (sample["raises"], sample["code"])
    assert error.words.endswith(".") and "SECRET" not in repr(error) + error.words
    if isinstance(error, RateLimited):
        assert error.until is not None
        assert datetime.fromisoformat(sample["until_after"]) <= error.until
        assert error.until <= datetime.fromisoformat(sample["until_before"])
        assert error.whole_app is sample.get("whole_app", False)
    if "remote_id" in sample:
        assert error.remote_id == sample["remote_id"]  # type: ignore[attr-defined]
    assert [call.method for call in wire.calls[1:]] == ["GET"] * len(looks)


@every_caller
@pytest.mark.parametrize("unclear", UNCLEAR, ids=lambda answer: f"{answer[0]} {answer[1]!r}")
def test_an_unclear_answer_is_neither_a_yes_nor_a_no(platform: Platform, unclear: Any, wire: Wire) -> None:
    wire.answers(*unclear)

    with pytest.raises(OutcomeUnknown):
        send(platform, plain(platform))
    assert len(wire.calls) == 1


@every_caller
def test_no_answer_after_sending_is_unknown_and_never_repeated(platform: Platform, wire: Wire) -> None:
    wire.fails(http.Unanswered("no answer"))

    with pytest.raises(OutcomeUnknown):
        send(platform, plain(platform))
    assert len(wire.calls) == 1


@every_caller
def test_what_certainly_did_not_leave_may_be_tried_again(platform: Platform, wire: Wire) -> None:
    wire.fails(http.NotSent("no connection"))

    with pytest.raises(TemporaryFailure):
        send(platform, plain(platform))


@every_caller
def test_what_is_composed_is_pure_and_holds_no_token(platform: Platform) -> None:
    content = plain(platform, "Zwölf 🩺 “quotes” \\ and\nlines")

    first, second = platform.compose(content, {}), platform.compose(content, {})

    assert first == second == json.loads(json.dumps(first))
    assert "SECRET" not in json.dumps(first)


@every_platform
def test_the_longest_text_is_taken_and_one_more_is_not(platform: Platform) -> None:
    author = plain(platform).author
    limit = platform.limit(author)

    assert platform.problems(plain(platform, "a" * limit)) == []
    problems = platform.problems(plain(platform, "a" * (limit + 1)))

    assert [problem.field for problem in problems] == ["content"]
    words = f"This text is 1 character too long for {platform.label} ({limit + 1:,} of {limit:,})."
    assert problems[0].words == words


@every_platform
@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_refused(platform: Platform, text: str) -> None:
    wanted = [] if platform.key in PICTURES_SUFFICE else ["content"]
    assert [problem.field for problem in platform.problems(plain(platform, text))] == wanted


@every_platform
def test_media_of_a_kind_that_no_network_takes_are_refused_in_plain_words(platform: Platform) -> None:
    table = Media(1, "https://portal.example/media/a", "text/csv", 1000)
    problems = platform.problems(replace(plain(platform), media=(table,)))

    assert "media" in [problem.field for problem in problems]


@every_platform
def test_an_option_that_nobody_knows_is_named(platform: Platform) -> None:
    content = plain(platform)
    problems = platform.problems(replace(content, options={**content.options, "colour": "red"}))

    assert [problem.field for problem in problems] == ["options.colour"]


@every_platform
def test_the_preview_shows_what_would_be_sent(platform: Platform) -> None:
    text = "One (two) #three\n" + "word " * 60
    content = replace(plain(platform, text.strip()), link="https://clinic.example/x_y")

    preview = platform.preview(content)

    shown = f"{preview.visible} {preview.rest}".split()
    assert " ".join(shown).startswith("One (two) #three word")
    assert "https://clinic.example/x_y" in (*shown, preview.link)
    assert (preview.limit, preview.author_name) == (
        platform.limit(content.author),
        content.author.display_name,
    )
    assert (
        preview.length == platform.length(f"{text.strip()}\n\nhttps://clinic.example/x_y") or preview.length
    )


odd_options = st.dictionaries(
    st.sampled_from(["thread", "visibility", "subreddit", "title", "flair_id", "colour"]),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.none() | st.text()),
)


@every_platform
@given(text=st.text(), link=st.none() | st.just("https://example.com/a"), options=odd_options)
def test_whatever_is_typed_can_be_shown(
    platform: Platform, text: str, link: str | None, options: Any
) -> None:
    content = replace(plain(platform, text), link=link, options=options)

    preview = platform.preview(content)

    if platform.needs_token:
        json.dumps(platform.compose(content, {}))
    if not [problem for problem in platform.problems(content) if problem.field == "content"]:
        assert preview.length <= preview.limit and (preview.visible or preview.media)


@pytest.mark.parametrize(("platform", "sample"), of_all("posts"))
def test_a_post_is_known_by_its_address(platform: Platform, sample: Any) -> None:
    address = platform.permalink(sample["remote_id"], author_of(sample))

    assert platform.remote_id_from_permalink(address) == sample["remote_id"]
    assert platform.remote_id_from_permalink("https://example.org/nothing") is None
    assert platform.remote_id_from_permalink("") is None


@every_caller
def test_identities_are_asked_for_again_when_nobody_answers(platform: Platform, wire: Wire) -> None:
    for connection in platform.connections:
        wire.fails(http.Unanswered("no answer"))
        with pytest.raises(TemporaryFailure):
            platform.identities(connection, TOKEN)
        wire.answers(200, b"<html></html>")
        with pytest.raises(TemporaryFailure):
            platform.identities(connection, TOKEN)
        wire.answers(401, b"{}")
        with pytest.raises(ReconnectNeeded):
            platform.identities(connection, TOKEN)


@every_connection
def test_a_connection_says_what_it_needs(connection: Connection) -> None:
    assert connection.needs.endswith(".") and connection.label
    assert set(connection.must_have) <= set(connection.scopes)
    if connection.by_address:
        assert connection.by_address.startswith("https://")
        return
    assert connection.authorize_url.startswith("https://") and connection.token_url.startswith("https://")
    assert connection.client_auth in ("client_secret_post", "client_secret_basic")


@every_platform
def test_what_the_portal_cannot_send_can_be_posted_by_hand(platform: Platform) -> None:
    by_hand = platform.by_hand(plain(platform, "Wash your hands & “rest”."))

    assert by_hand.address.startswith("https://") and by_hand.how.endswith(".")
    assert by_hand.texts[0] == "Wash your hands & “rest”."
    assert all(words.endswith(".") for words in by_hand.checks)


@every_platform
def test_looking_has_its_times(platform: Platform) -> None:
    waits = platform.look_after_seconds
    assert len(waits) >= 2 and list(waits) == sorted(waits)


@every_caller
def test_every_line_of_the_table_names_the_vendors_page(platform: Platform) -> None:
    import importlib

    module = importlib.import_module(type(platform).__module__)
    for refusal in module.REFUSALS:
        assert refusal.page.startswith("https://") and refusal.words.endswith(".")
        assert issubclass(refusal.error, PlatformError)


# Counted in each network's own way

SIGNS = {
    "a family": "👨‍👩‍👧‍👦",
    "a flag": "🇬🇧",
    "a Han sign": "日",
    "a letter with its accent": "é",
    "a letter and an accent": "e\u0301",
    "an address": "https://clinic.org/a/very/long/path",
}
#: What a network counts otherwise than by code points.
COUNTED = {
    "twitter": {"a family": 2, "a flag": 2, "a Han sign": 2, "a letter and an accent": 1, "an address": 23},
    "youtube": {name: len(sign.encode()) for name, sign in SIGNS.items()},
}


@every_platform
@pytest.mark.parametrize("name", SIGNS)
def test_each_sign_counts_as_the_network_counts_it(platform: Platform, name: str) -> None:
    limit = platform.limit(plain(platform).author)
    count = COUNTED.get(platform.key, {}).get(name, len(SIGNS[name]))
    text = f"{SIGNS[name]} " * 3
    text += "a" * (limit - 3 * (count + 1))

    assert platform.problems(plain(platform, text)) == []
    (problem,) = platform.problems(plain(platform, text + "a"))
    assert problem.field == "content" and f"({limit + 1:,} of {limit:,})" in problem.words


# Pictures and videos at each limit, and one past it

MB = 1024 * 1024
PICTURE = {"mime_type": "image/jpeg", "bytes": 1000, "width": 1080, "height": 1080}
FILM = {"mime_type": "video/mp4", "bytes": MB, "width": 1280, "height": 720, "duration": 20.0}
AT_THE_EDGE: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("facebook", PICTURE, {"bytes": 4 * MB}, {"bytes": 4 * MB + 1}),
    ("facebook", PICTURE, {"mime_type": "image/tiff"}, {"mime_type": "image/webp"}),
    ("facebook", FILM, {"duration": 1200.0}, {"duration": 1200.1}),
    ("facebook", FILM, {"mime_type": "video/quicktime"}, {"mime_type": "video/webm"}),
    ("instagram", PICTURE, {"bytes": 8 * MB}, {"bytes": 8 * MB + 1}),
    ("instagram", PICTURE, {"height": 1350}, {"height": 1351}),
    ("instagram", PICTURE, {"width": 1910, "height": 1000}, {"width": 1911, "height": 1000}),
    ("instagram", PICTURE, {"alt_text": "a" * 1000}, {"alt_text": "a" * 1001}),
    ("instagram", FILM, {"duration": 3.0}, {"duration": 2.9}),
    ("instagram", FILM, {"duration": 900.0}, {"duration": 900.1}),
    ("instagram", FILM, {"bytes": 300 * MB}, {"bytes": 300 * MB + 1}),
    ("linkedin", PICTURE, {"width": 1, "height": 36_152_319}, {"width": 1, "height": 36_152_320}),
    ("linkedin", PICTURE, {"alt_text": "a" * 4086}, {"alt_text": "a" * 4087}),
    ("linkedin", FILM, {"duration": 3.0}, {"duration": 2.9}),
    ("linkedin", FILM, {"duration": 1800.0}, {"duration": 1800.1}),
    ("linkedin", FILM, {"bytes": 75 * 1024}, {"bytes": 75 * 1024 - 1}),
    ("linkedin", FILM, {"bytes": 500 * MB}, {"bytes": 500 * MB + 1}),
    ("twitter", PICTURE, {"bytes": 5 * MB}, {"bytes": 5 * MB + 1}),
    ("twitter", PICTURE, {"alt_text": "a" * 1000}, {"alt_text": "a" * 1001}),
    ("twitter", FILM, {"bytes": 512 * MB}, {"bytes": 512 * MB + 1}),
    ("twitter", FILM, {"duration": 0.5}, {"duration": 0.4}),
    ("twitter", FILM, {"duration": 140.0}, {"duration": 140.1}),
    ("twitter", FILM, {"width": 1280, "height": 1024}, {"width": 1281, "height": 1024}),
    ("twitter", FILM, {"width": 96, "height": 32}, {"width": 97, "height": 32}),
    ("youtube", FILM, {"duration": 43_200.0}, {"duration": 43_200.1}),
    ("youtube", FILM, {"bytes": 274_877_906_944}, {"bytes": 274_877_906_945}),
]


@pytest.mark.parametrize(
    ("key", "file", "fits", "does_not"),
    AT_THE_EDGE,
    ids=lambda part: f"{part}"[:60] if isinstance(part, dict | str) else None,
)
def test_a_file_at_the_limit_is_taken_and_one_past_it_is_named(
    key: str, file: dict[str, Any], fits: dict[str, Any], does_not: dict[str, Any]
) -> None:
    def problems(changes: dict[str, Any]) -> list[str]:
        media = Media(1, "https://portal.example/media/a", **{**file, **changes})
        found = platform.problems(replace(plain(platform), media=(media,)))
        return [problem.words for problem in found if problem.field == "media"]

    platform = PLATFORMS[key]
    assert problems(fits) == []
    (words,) = problems(does_not)
    assert platform.label in words and words.endswith(".")


# Uploads, and what can happen before the post


@every_caller
def test_a_token_that_dies_between_staging_and_publishing_asks_for_connecting_again(
    platform: Platform, wire: Wire
) -> None:
    wire.answers(401, b"")

    with pytest.raises(ReconnectNeeded):
        send(platform, plain(platform))
    assert len(wire.calls) == 1


def to_upload(platform: Platform, folder: Path) -> Content | None:
    """A post with a file that this network wants before the post itself; None when it wants none."""
    content = plain(platform)
    if not any(one.path for one in content.media):
        path = folder / "a.jpg"
        path.write_bytes(b"a picture")
        content = replace(
            content, media=(Media(1, "https://portal.example/a.jpg", **PICTURE, path=str(path)),)
        )
    return content if platform.needs_staging(content, {}) else None


@every_caller
@pytest.mark.parametrize("unclear", UNCLEAR, ids=lambda answer: f"{answer[0]} {answer[1]!r}")
def test_an_upload_without_a_clear_answer_is_made_again(
    platform: Platform, unclear: Any, wire: Wire, tmp_path: Path
) -> None:
    if (content := to_upload(platform, tmp_path)) is None:
        pytest.skip("it wants no upload")
    wire.answers(*unclear)

    # Nothing of it can be seen, so there is no doubt that the doctor would have to settle.
    with pytest.raises(TemporaryFailure):
        platform.stage(content, TOKEN, {}, lambda staged: None)


@every_caller
@pytest.mark.parametrize("failure", [http.Unanswered("slow"), http.NotSent("no connection")], ids=repr)
def test_an_upload_that_nobody_answered_is_made_again(
    platform: Platform, failure: Exception, wire: Wire, tmp_path: Path
) -> None:
    if (content := to_upload(platform, tmp_path)) is None:
        pytest.skip("it wants no upload")
    wire.fails(failure)

    with pytest.raises(TemporaryFailure):
        platform.stage(content, TOKEN, {}, lambda staged: None)


@every_caller
def test_a_token_that_dies_while_uploading_asks_for_connecting_again(
    platform: Platform, wire: Wire, tmp_path: Path
) -> None:
    if (content := to_upload(platform, tmp_path)) is None:
        pytest.skip("it wants no upload")
    wire.answers(401, b"")

    with pytest.raises(ReconnectNeeded):
        platform.stage(content, TOKEN, {}, lambda staged: None)
