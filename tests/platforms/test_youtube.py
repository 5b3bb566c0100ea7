"""YouTube's own ways: uploads in parts, titles and tags, privacy that comes back changed, lost videos."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal import clock, http
from portal.platforms import oauth, youtube_upload
from portal.platforms.base import Afterwards, App, Author, Content, Figures, Lost, Media, Published, Token
from portal.platforms.errors import (
    CannotDo,
    CannotTell,
    ContentRejected,
    OperatorNeeded,
    OutcomeUnknown,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
    TokenEnded,
)
from portal.platforms.youtube import BELIEVED_FOR, YouTube
from portal.platforms.youtube_checks import LARGEST_PICTURE, LARGEST_VIDEO
from tests.platforms.wire import Wire

network = YouTube()
TOKEN = Token("ya29.a0Example", "1//0gExample")
FACTS = {"uploads": "UUexample0000000000000001", "long_uploads": "allowed"}
ANA = Author("UCexample0000000000000001", "channel", "Dr. Ana Example", "dr.ana.example", FACTS)
SESSION = (
    "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
    "&notifySubscribers=true&upload_id=ABg5-Example"
)
BLOCK = 262_144
SIZE = 1_000_000
OPTIONS = {"title": "Three signs of dehydration", "tags": ["hydration", "first aid"], "made_for_kids": False}
TEXT = "Dr. Ana explains.\nhttps://clinic.example"


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Content:
    """A post with a million bytes, sent in parts of half a megabyte."""
    monkeypatch.setattr(youtube_upload, "CHUNK", 2 * BLOCK)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(250)) * (SIZE // 250))
    return post(video(path=str(path)))


def video(**facts: Any) -> Media:
    known = {"id": 7, "url": "https://portal.example/media/f", "mime_type": "video/mp4", "bytes": SIZE}
    return Media(**(known | facts))


def picture(**facts: Any) -> Media:
    known = {"id": 8, "url": "https://portal.example/media/p", "mime_type": "image/jpeg", "bytes": 84_211}
    return Media(**(known | facts))


def post(*media: Media, text: str = TEXT, **options: Any) -> Content:
    return Content(text, ANA, media=media, options={**OPTIONS, "privacy": "private", **options})


def made(privacy: str = "private", **status: Any) -> dict[str, Any]:
    """The video resource of the sheet."""
    status = {"uploadStatus": "uploaded", "privacyStatus": privacy, "license": "youtube", **status}
    return {"kind": "youtube#video", "etag": "e3", "id": "dQexampleId", "status": status}


def refusal(code: int, reason: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "…", "errors": [{"message": "…", "reason": reason}]}}


class Kept(list[dict[str, Any]]):
    """What was stored on the way, as the database would have it."""

    def __call__(self, staged: dict[str, Any]) -> None:
        self.append(json.loads(json.dumps(staged)))


def opened(wire: Wire) -> Wire:
    return wire.answers(200, b"", {"Location": SESSION, "Content-Length": "0"})


def held(wire: Wire, last: int | None) -> Wire:
    return wire.answers(308, b"", {"Range": f"bytes=0-{last}"} if last is not None else {})


def staged(content: Content, wire: Wire) -> dict[str, Any]:
    """All but the last part is there."""
    held(opened(wire), 2 * BLOCK - 1)
    done = network.stage(content, TOKEN, {}, Kept())
    wire.calls.clear()
    return done


# What may go


@pytest.mark.parametrize(
    ("title", "is_fine"),
    [
        ("a", True),
        ("a" * 100, True),
        ("a" * 101, False),
        ("日" * 100, True),
        ("👩‍⚕️" * 25, True),
        ("👩‍⚕️" * 26, False),
        ("", False),
        ("   ", False),
        (None, False),
        (5, False),
        ("less < more", False),
        ("a > b", False),
    ],
)
def test_a_title_has_up_to_a_hundred_characters(title: Any, is_fine: bool) -> None:
    problems = network.problems(post(video(), title=title))

    assert ([problem.field for problem in problems] == []) is is_fine
    assert {problem.field for problem in problems} <= {"options.title"}


def test_a_title_that_is_too_long_is_told_with_its_number() -> None:
    (problem,) = network.problems(post(video(), title="a" * 112))

    assert problem.words == "This title is 12 characters too long for YouTube (112 of 100)."


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("a" * 5000, True),
        ("a" * 5001, False),
        ("é" * 2500, True),
        ("é" * 2501, False),
        ("日" * 1666, True),
        ("日" * 1667, False),
        ("👨‍👩‍👧‍👦" * 200, True),
        ("👨‍👩‍👧‍👦" * 201, False),
        ("e\u0301" * 1666, True),
        ("e\u0301" * 1667, False),
        ("a < b", False),
        ("a > b", False),
    ],
)
def test_a_description_is_counted_in_bytes(text: str, is_fine: bool) -> None:
    problems = network.problems(post(video(), text=text))

    assert (problems == []) is is_fine
    assert {problem.field for problem in problems} <= {"content"}


def test_a_link_is_counted_with_the_description() -> None:
    content = replace(post(video(), text="a" * 4980), link="https://example.com/hours")

    assert [problem.field for problem in network.problems(content)] == ["content"]
    assert network.length(network.preview(content).visible) <= network.preview(content).length == 5007


def test_letters_that_count_more_than_once_are_explained() -> None:
    (problem,) = network.problems(post(video(), text="é" * 2501))

    assert problem.words.startswith("This text is 2 characters too long for YouTube (5,002 of 5,000).")
    assert "count twice or more" in problem.words


@pytest.mark.parametrize(
    ("tags", "is_fine"),
    [
        (None, True),
        ([], True),
        (["Foo-Baz"], True),
        (["a" * 500], True),
        (["a" * 501], False),
        (["a" * 249, "b" * 250], True),
        (["a" * 250, "b" * 250], False),
        (["a" * 250 + " " + "b" * 247], True),
        (["a" * 250 + " " + "b" * 248], False),
        ("hydration", False),
        ([1], False),
    ],
)
def test_tags_count_together_with_commas_and_quotes(tags: Any, is_fine: bool) -> None:
    problems = network.problems(post(video(), tags=tags))

    assert (problems == []) is is_fine
    assert {problem.field for problem in problems} <= {"options.tags"}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"made_for_kids": None}, "options.made_for_kids"),
        ({"made_for_kids": "no"}, "options.made_for_kids"),
        ({"made_for_kids": 0}, "options.made_for_kids"),
        ({"privacy": "friends"}, "options.privacy"),
        ({"privacy": ["public"]}, "options.privacy"),
    ],
)
def test_what_must_be_chosen_is_asked_for(options: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in network.problems(post(video(), **options))] == [field]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ((), "Add a video for YouTube. It takes no post without one."),
        ((picture(),), "Add a video for YouTube. It takes no post without one."),
        ((video(), video(id=9)), "YouTube takes one video a post, and here are 2. Keep one."),
        ((video(bytes=LARGEST_VIDEO + 1),), "This video has 256.0 GB. YouTube takes up to 256 GB."),
        ((video(bytes=0),), "This video is empty. Choose another one."),
        ((video(duration=43_201),), "This video is 12.0 hours long. YouTube takes up to 12 hours."),
        (
            (video(), picture(mime_type="image/webp")),
            "YouTube takes JPEG and PNG pictures, not image/webp. Choose another one.",
        ),
        (
            (video(), picture(), picture()),
            "YouTube takes one picture for the video, and here are 2. Keep one.",
        ),
        (
            (video(), picture(bytes=LARGEST_PICTURE + 1)),
            "This picture has 50.0 MB. YouTube takes up to 50 MB.",
        ),
    ],
)
def test_media_that_youtube_would_not_take_are_named(media: tuple[Media, ...], words: str) -> None:
    assert [(one.field, one.words) for one in network.problems(post(*media))] == [("media", words)]


@pytest.mark.parametrize(
    "media",
    [
        (video(),),
        (video(mime_type="video/quicktime"), picture()),
        (video(bytes=LARGEST_VIDEO, duration=43_200), picture(mime_type="image/png", bytes=LARGEST_PICTURE)),
    ],
)
def test_media_at_their_edge_are_taken(media: tuple[Media, ...]) -> None:
    assert network.problems(post(*media)) == []


@pytest.mark.parametrize(
    ("seconds", "long_uploads", "is_fine"),
    [(900, "eligible", True), (901, "eligible", False), (901, "disallowed", False), (901, "allowed", True)],
)
def test_a_channel_without_its_phone_number_takes_a_quarter_of_an_hour(
    seconds: float, long_uploads: str, is_fine: bool
) -> None:
    author = replace(ANA, facts={"long_uploads": long_uploads})
    content = replace(post(video(duration=seconds)), author=author)

    assert (network.problems(content) == []) is is_fine


def test_the_preview_names_the_title_and_who_sees_it() -> None:
    preview = network.preview(post(video(), privacy="public"))

    assert preview.note == (
        "Title: “Three signs of dehydration”. The video is public. YouTube may lock it as private; you are "
        "told if so."
    )
    assert [one.id for one in preview.media] == [7]


# Uploading ahead of time


def test_a_session_is_opened_as_youtube_wants_it(film: Content, wire: Wire, now: datetime) -> None:
    kept = Kept()
    held(opened(wire), 2 * BLOCK - 1)

    network.stage(film, TOKEN, {}, kept)

    call = wire.calls[0]
    assert (call.method, call.url) == ("POST", SESSION.partition("&upload_id")[0])
    assert call.headers == {
        "Authorization": "Bearer ya29.a0Example",
        "Content-Type": "application/json; charset=UTF-8",
        "X-Upload-Content-Length": "1000000",
        "X-Upload-Content-Type": "video/mp4",
    }
    assert call.json == {
        "snippet": {
            "title": "Three signs of dehydration",
            "description": TEXT,
            "categoryId": "27",
            "tags": ["hydration", "first aid"],
        },
        "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
    }
    # The address is stored before a byte is sent.
    assert (kept[0]["session"], kept[0]["offset"], len(wire.calls)) == (SESSION, 0, 2)


def test_all_but_the_last_part_is_sent_ahead(film: Content, wire: Wire, now: datetime) -> None:
    kept = Kept()
    held(opened(wire), 2 * BLOCK - 1)

    done = network.stage(film, TOKEN, {}, kept)

    part = wire.calls[1]
    assert (part.method, part.url, len(part.body)) == ("PUT", SESSION, 524_288)
    assert part.headers["Content-Range"] == "bytes 0-524287/1000000"
    assert kept[-1] == done and done["offset"] == 524_288
    assert not network.needs_staging(film, done) and network.needs_staging(film, {})


def test_the_last_part_makes_the_video(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)
    wire.answers(201, made())

    published = network.publish(network.compose(film, done), ANA, Token("ya29.a0Second"))

    (call,) = wire.calls
    assert (call.method, call.url, len(call.body)) == ("PUT", SESSION, 475_712)
    assert call.headers["Content-Range"] == "bytes 524288-999999/1000000"
    # The token may have been renewed since the upload began.
    assert call.headers["Authorization"] == "Bearer ya29.a0Second"
    assert published == Published("dQexampleId", "https://www.youtube.com/watch?v=dQexampleId")


def test_a_crash_goes_on_where_the_session_says(film: Content, wire: Wire, now: datetime) -> None:
    kept = Kept()
    opened(wire).fails(http.Unanswered("cut"))
    with pytest.raises(TemporaryFailure):
        network.stage(film, TOKEN, {}, kept)
    wire.calls.clear()

    # Half of the part had arrived, and less than was sent is held.
    held(held(wire, BLOCK - 1), 3 * BLOCK - 1)
    done = network.stage(film, TOKEN, kept[-1], kept)

    question, part = wire.calls
    assert (question.headers["Content-Range"], question.body) == ("bytes */1000000", b"")
    assert part.headers["Content-Range"] == f"bytes {BLOCK}-{3 * BLOCK - 1}/1000000"
    assert done["offset"] == 3 * BLOCK


def test_a_session_that_holds_nothing_is_sent_everything(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)
    held(held(wire, None), 2 * BLOCK - 1)

    network.stage(film, TOKEN, done, Kept())

    assert wire.calls[1].headers["Content-Range"] == "bytes 0-524287/1000000"


@pytest.mark.parametrize("status", [404, 410])
def test_a_session_that_is_gone_is_opened_anew(film: Content, wire: Wire, now: datetime, status: int) -> None:
    done, kept = staged(film, wire), Kept()
    assert not network.begins_anew(film, done)
    wire.answers(status, b"Not Found")

    # A new session is another upload of the day: it is counted before it is opened.
    with pytest.raises(TemporaryFailure):
        network.stage(film, TOKEN, done, kept)
    assert network.begins_anew(film, kept[-1])
    held(opened(wire), 2 * BLOCK - 1)
    network.stage(film, TOKEN, kept[-1], Kept())

    assert [call.method for call in wire.calls] == ["PUT", "POST", "PUT"]


def test_a_session_that_goes_while_it_is_filled_is_forgotten(
    film: Content, wire: Wire, now: datetime
) -> None:
    kept = Kept()
    opened(wire).answers(404, b"")

    with pytest.raises(TemporaryFailure):
        network.stage(film, TOKEN, {}, kept)
    assert kept[-1]["session"] is None


def test_an_upload_that_is_whole_already_is_never_sent_again(
    film: Content, wire: Wire, now: datetime
) -> None:
    done = staged(film, wire)
    wire.answers(201, made())

    whole = network.stage(film, TOKEN, done, Kept())
    published = network.publish(network.compose(film, whole), ANA, TOKEN)

    assert (published.remote_id, len(wire.calls)) == ("dQexampleId", 1)


def test_what_a_session_said_is_asked_again_after_a_while(
    film: Content, wire: Wire, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    done = staged(film, wire)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=5))

    assert network.needs_staging(film, done)


def test_after_looking_for_a_lost_video_its_session_is_asked_again_before_a_second_sending() -> None:
    assert timedelta(seconds=sum(network.look_after_seconds)) > BELIEVED_FOR


def test_another_text_or_video_needs_another_upload(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)

    assert network.needs_staging(replace(film, text="Something else"), done)
    assert network.needs_staging(replace(film, media=(replace(film.media[0], id=99),)), done)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, refusal(400, "invalidTitle")), ContentRejected),
        ((401, refusal(401, "authError")), TokenEnded),
        ((401, refusal(401, "youtubeSignupRequired")), ReconnectNeeded),
        ((403, refusal(403, "quotaExceeded")), RateLimited),
        ((503, b"<html>"), TemporaryFailure),
        ((200, b""), TemporaryFailure),
        ((200, b"", {"Location": "https://evil.example/upload"}), TemporaryFailure),
    ],
)
def test_an_upload_that_cannot_begin_creates_nothing(
    film: Content, wire: Wire, now: datetime, answer: Any, error: type[Exception]
) -> None:
    wire.answers(*answer)

    with pytest.raises(error) as raised:
        network.stage(film, TOKEN, {}, Kept())
    assert type(raised.value) is error and len(wire.calls) == 1


def test_the_days_quota_ends_at_midnight_in_california(film: Content, wire: Wire, now: datetime) -> None:
    wire.answers(403, refusal(403, "quotaExceeded"))

    with pytest.raises(RateLimited) as raised:
        network.stage(film, TOKEN, {}, Kept())
    assert raised.value.whole_app and raised.value.until
    assert timedelta() < raised.value.until - datetime(2026, 11, 23, 8, tzinfo=UTC) < timedelta(minutes=6)


def test_a_video_that_is_no_longer_there_is_told(wire: Wire) -> None:
    with pytest.raises(ContentRejected):
        network.stage(post(video(path="/nowhere/film.mp4")), TOKEN, {}, Kept())


def test_a_last_part_that_arrived_in_half_is_ended(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)
    held(wire, 3 * BLOCK - 1).answers(201, made())

    network.publish(network.compose(film, done), ANA, TOKEN)

    assert wire.calls[1].headers["Content-Range"] == f"bytes {3 * BLOCK}-999999/1000000"


# What came back


@pytest.mark.parametrize("asked", ["public", "unlisted"])
def test_another_privacy_than_asked_is_told_in_plain_words(
    film: Content, wire: Wire, now: datetime, asked: str
) -> None:
    content = replace(film, options={**film.options, "privacy": asked})
    done = staged(content, wire)
    wire.answers(201, made("private"))

    note = network.publish(network.compose(content, done), ANA, TOKEN).note

    seen = {"public": "public", "unlisted": "for those with the link"}[asked]
    assert note == (
        f"You asked for a video that is {seen}, but YouTube made it private. "
        "Open YouTube Studio to see why and to change it."
    )


def test_a_video_that_is_refused_after_all_is_told(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)
    wire.answers(201, made(uploadStatus="rejected", rejectionReason="duplicate"))

    note = network.publish(network.compose(film, done), ANA, TOKEN).note
    assert note == "YouTube refused the video. Open YouTube Studio to see why."


def with_picture(film: Content, tmp_path: Path) -> Content:
    still = tmp_path / "still.jpg"
    still.write_bytes(b"\xff\xd8\xff still")
    return replace(film, media=(*film.media, picture(path=str(still))))


def test_a_video_gets_its_picture(film: Content, tmp_path: Path, wire: Wire, now: datetime) -> None:
    content = with_picture(film, tmp_path)
    done = staged(content, wire)
    wire.answers(201, made()).answers(200, {"kind": "youtube#thumbnailSetResponse", "items": [{}]})

    published = network.publish(network.compose(content, done), ANA, TOKEN)

    call = wire.calls[1]
    assert published.note is None
    assert call.url == (
        "https://www.googleapis.com/upload/youtube/v3/thumbnails/set?videoId=dQexampleId&uploadType=media"
    )
    assert (call.headers["Content-Type"], call.body) == ("image/jpeg", b"\xff\xd8\xff still")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http.Answer(403, {}, json.dumps(refusal(403, "forbidden")).encode()), "youtube.com/verify"),
        (http.Answer(429, {}, json.dumps(refusal(429, "uploadRateLimitExceeded")).encode()), "today"),
        (http.Answer(400, {}, json.dumps(refusal(400, "invalidImage")).encode()), "cannot read"),
        (http.Answer(400, {}, json.dumps(refusal(400, "imageTooTall")).encode()), "too tall"),
        (http.Answer(503, {}, b"<html>"), "without your picture"),
        (http.Unanswered("cut"), "without your picture"),
    ],
)
def test_a_picture_that_fails_does_not_fail_the_post(
    film: Content, tmp_path: Path, wire: Wire, now: datetime, answer: Any, words: str
) -> None:
    content = with_picture(film, tmp_path)
    done = staged(content, wire)
    wire.answers(201, made()).script.append(answer)

    published = network.publish(network.compose(content, done), ANA, TOKEN)

    assert published.remote_id == "dQexampleId"
    assert published.note and words in published.note and "YouTube Studio" in published.note


# Lost videos


@pytest.fixture
def lost(film: Content, wire: Wire, now: datetime) -> Callable[..., Lost]:
    sent = network.compose(film, staged(film, wire))
    return lambda **facts: Lost(sent, now - timedelta(seconds=15), **facts)


def listed(now: datetime, **snippet: Any) -> dict[str, Any]:
    at = (now - timedelta(seconds=10)).isoformat()
    snippet = {"publishedAt": at, "title": "Three signs of dehydration", **snippet}
    contents = {"videoId": "dQexampleId", "videoPublishedAt": snippet["publishedAt"]}
    return {"snippet": snippet, "contentDetails": contents, "status": {"privacyStatus": "private"}}


@pytest.mark.parametrize("status", [200, 201])
def test_a_lost_video_is_asked_of_its_session(lost: Any, wire: Wire, status: int) -> None:
    wire.answers(status, made())

    found = network.find(lost(), ANA, TOKEN)

    (call,) = wire.calls
    assert (call.method, call.url) == ("PUT", SESSION)
    assert call.headers["Content-Range"] == "bytes */1000000"
    assert found == Published("dQexampleId", "https://www.youtube.com/watch?v=dQexampleId")


def test_a_session_that_waits_for_more_has_made_no_video(lost: Any, wire: Wire) -> None:
    held(wire, 2 * BLOCK - 1)

    assert network.find(lost(), ANA, TOKEN) is None


@pytest.mark.parametrize("status", [404, 410])
def test_without_its_session_a_video_is_found_among_the_uploads(
    lost: Any, wire: Wire, now: datetime, status: int
) -> None:
    wire.answers(status, b"Not Found").answers(200, {"items": [listed(now)]})

    found = network.find(lost(), ANA, TOKEN)

    assert found and found.remote_id == "dQexampleId"
    assert wire.calls[1].url == (
        "https://www.googleapis.com/youtube/v3/playlistItems?part=snippet,contentDetails,status"
        "&playlistId=UUexample0000000000000001&maxResults=50"
    )


@pytest.mark.parametrize(
    "other",
    [{"title": "Something else"}, {"publishedAt": "2026-11-22T09:00:00Z"}, {"publishedAt": "yesterday"}],
)
def test_another_video_is_not_taken_for_it(lost: Any, wire: Wire, now: datetime, other: Any) -> None:
    wire.answers(404, b"").answers(200, {"items": [listed(now, **other)]})

    assert network.find(lost(), ANA, TOKEN) is None


def test_a_video_that_is_known_is_not_taken_for_it(lost: Any, wire: Wire, now: datetime) -> None:
    wire.answers(404, b"").answers(200, {"items": [listed(now)]})

    assert network.find(lost(known_ids=frozenset({"dQexampleId"})), ANA, TOKEN) is None


def test_a_channel_so_busy_that_nothing_is_certain_is_asked_of_the_doctor(
    lost: Any, wire: Wire, now: datetime
) -> None:
    wire.answers(404, b"").answers(200, {"items": [listed(now, title="Else")] * 50})

    with pytest.raises(CannotTell):
        network.find(lost(), ANA, TOKEN)


@pytest.mark.parametrize("answer", [(503, b""), (200, b"<html>"), (302, b""), (500, b"{}")])
def test_a_session_that_does_not_answer_says_nothing(lost: Any, wire: Wire, answer: Any) -> None:
    wire.answers(*answer)

    with pytest.raises(TemporaryFailure):
        network.find(lost(), ANA, TOKEN)


def test_a_lost_last_part_is_unknown(film: Content, wire: Wire, now: datetime) -> None:
    done = staged(film, wire)
    wire.fails(http.Unanswered("cut"))

    with pytest.raises(OutcomeUnknown):
        network.publish(network.compose(film, done), ANA, TOKEN)


# The channel


def channel() -> dict[str, Any]:
    return {
        "kind": "youtube#channel",
        "id": "UCexample0000000000000001",
        "snippet": {
            "title": "Dr. Ana Example",
            "customUrl": "@dr.ana.example",
            "thumbnails": {
                "default": {"url": "https://yt3.ggpht.com/x=s88"},
                "medium": {"url": "https://yt3.ggpht.com/x=s240"},
            },
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UUexample0000000000000001"}},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed"},
    }


def test_the_channel_that_was_picked(wire: Wire) -> None:
    wire.answers(200, {"items": [channel()]})

    (identity,) = network.identities(network.connection(), TOKEN)

    assert (identity.remote_id, identity.display_name) == ("UCexample0000000000000001", "Dr. Ana Example")
    assert (identity.handle, identity.picture_url) == ("dr.ana.example", "https://yt3.ggpht.com/x=s240")
    assert identity.facts == FACTS
    assert wire.calls[0].url == (
        "https://www.googleapis.com/youtube/v3/channels"
        "?part=id,snippet,contentDetails,status,statistics&mine=true"
    )


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}}),
        (200, {"items": []}),
        (401, refusal(401, "youtubeSignupRequired")),
    ],
)
def test_an_account_without_a_channel_has_none_to_offer(wire: Wire, answer: Any) -> None:
    wire.answers(*answer)

    assert network.identities(network.connection(), TOKEN) == []


def test_a_video_is_deleted(wire: Wire) -> None:
    wire.answers(204).answers(404, refusal(404, "videoNotFound"))

    network.delete("dQexampleId", ANA, TOKEN)
    network.delete("dQexampleId", ANA, TOKEN)

    assert wire.calls[0].method == "DELETE"
    assert wire.calls[0].url == "https://www.googleapis.com/youtube/v3/videos?id=dQexampleId"


def test_without_that_permission_the_doctor_deletes(wire: Wire) -> None:
    wire.answers(403, refusal(403, "insufficientPermissions"))

    with pytest.raises(CannotDo):
        network.delete("dQexampleId", ANA, TOKEN)


def test_figures_are_read_from_texts_and_may_be_hidden(wire: Wire) -> None:
    first = {"id": "aaaaaaaaaaa", "statistics": {"viewCount": "1200", "likeCount": "7", "commentCount": "0"}}
    second = {"id": "bbbbbbbbbbb", "statistics": {"viewCount": "3"}}
    wire.answers(200, {"items": [first, second]})

    figures = network.figures(["aaaaaaaaaaa", "bbbbbbbbbbb", "ccccccccccc"], ANA, TOKEN)

    assert figures == {
        "aaaaaaaaaaa": Figures(likes=7, comments=0, views=1200),
        "bbbbbbbbbbb": Figures(views=3),
    }
    assert wire.calls[0].query == {"part": "statistics", "id": "aaaaaaaaaaa,bbbbbbbbbbb,ccccccccccc"}


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("https://www.youtube.com/watch?v=dQexampleId", "dQexampleId"),
        ("https://m.youtube.com/watch?app=desktop&v=d-_xampleId&t=5s", "d-_xampleId"),
        ("https://youtu.be/dQexampleId?si=abc", "dQexampleId"),
        ("https://youtube.com/shorts/dQexampleId", "dQexampleId"),
        ("http://127.0.0.1:8010/www.youtube.com/watch?v=dQexampleId", "dQexampleId"),
        ("https://notyoutube.com/watch?v=dQexampleId", None),
        ("https://www.youtube.com/@dr.ana", None),
    ],
)
def test_a_pasted_address_gives_its_video(address: str, id: str | None) -> None:
    assert network.remote_id_from_permalink(address) == id


@pytest.mark.parametrize("error", ["deleted_client", "redirect_uri_mismatch", "invalid_client"])
def test_what_is_wrong_with_the_app_is_the_operators(wire: Wire, error: str) -> None:
    wire.answers(400, {"error": error})

    with pytest.raises(OperatorNeeded):
        oauth.refresh(network.connection(), App("id", "secret"), TOKEN)


def test_a_renewing_token_that_died_means_connecting_again(wire: Wire) -> None:
    wire.answers(400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})

    with pytest.raises(ReconnectNeeded):
        oauth.refresh(network.connection(), App("id", "secret"), TOKEN)


def test_a_renewed_token_keeps_the_one_that_renews(wire: Wire) -> None:
    scope = "https://www.googleapis.com/auth/youtube.upload https://www.googleapis.com/auth/youtube.readonly"
    body = {"access_token": "ya29.a0Second", "expires_in": 3599, "scope": scope, "token_type": "Bearer"}
    wire.answers(200, body)

    token = oauth.refresh(network.connection(), App("123", "GOCSPX"), TOKEN)

    assert (token.access, token.refresh) == ("ya29.a0Second", "1//0gExample")
    assert oauth.missing_permissions(network.connection(), token) == []
    assert wire.calls[0].form == {
        "grant_type": "refresh_token",
        "refresh_token": "1//0gExample",
        "client_id": "123",
        "client_secret": "GOCSPX",
    }


def test_a_permission_that_was_unticked_is_named(wire: Wire) -> None:
    token = replace(TOKEN, scopes=frozenset({"https://www.googleapis.com/auth/youtube.readonly"}))

    assert oauth.missing_permissions(network.connection(), token) == ["upload videos for you"]


def test_the_way_to_google_asks_for_all_that_is_needed() -> None:
    address = oauth.authorization_address(
        network.connection(), App("123", "s"), "https://portal.example/back", "STATE", "v" * 64
    )

    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked.pop("code_challenge") and asked.pop("scope").count("googleapis.com/auth/youtube.") == 3
    assert asked == {
        "response_type": "code",
        "client_id": "123",
        "redirect_uri": "https://portal.example/back",
        "state": "STATE",
        "access_type": "offline",
        "prompt": "consent",
        "include_granted_scopes": "true",
        "code_challenge_method": "S256",
    }


def test_by_hand_the_doctor_pastes_all_texts() -> None:
    by_hand = network.by_hand(post(video()))

    assert by_hand.texts == (TEXT, "Three signs of dehydration", "hydration, first aid")
    assert by_hand.checks == ("Choose who sees it: private.", "Say that it is not made for children.")


# What became of it


def looked_at(wire: Wire, asked: str = "public", **changes: Any) -> Afterwards:
    status = {"uploadStatus": "processed", "privacyStatus": "public", **changes.pop("status", {})}
    video = {
        "kind": "youtube#video",
        "id": "dQexampleId",
        "status": status,
        "processingDetails": {"processingStatus": "succeeded"},
        **changes,
    }
    body = {"kind": "youtube#videoListResponse", "etag": "e", "items": [video]}
    wire.answers(200, body)
    return network.look_again("dQexampleId", {"privacy": asked}, ANA, TOKEN)


def test_a_video_that_is_ready_is_told_in_words(wire: Wire) -> None:
    found = looked_at(wire)

    assert found == Afterwards(news="YouTube has prepared the video: people can watch it.")
    assert wire.calls[0].query == {"part": "status,processingDetails", "id": "dQexampleId"}


def test_a_video_that_is_still_worked_on_is_looked_at_again(wire: Wire) -> None:
    still = {"processingStatus": "processing", "processingProgress": {"partsTotal": "10"}}
    found = looked_at(wire, status={"uploadStatus": "uploaded"}, processingDetails=still)

    assert found == Afterwards()


def test_a_video_that_was_locked_as_private_is_told(wire: Wire) -> None:
    found = looked_at(wire, status={"privacyStatus": "private"})

    assert found.trouble is not None and "made it private" in found.trouble and not found.is_over


def test_a_video_that_is_as_private_as_was_asked_is_no_trouble(wire: Wire) -> None:
    assert looked_at(wire, "private", status={"privacyStatus": "private"}).trouble is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"uploadStatus": "failed", "failureReason": "codec"}, "does not know how the video was made"),
        ({"uploadStatus": "failed", "failureReason": "emptyFile"}, "The file was empty."),
        ({"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "has this video already"),
        ({"uploadStatus": "rejected", "rejectionReason": "somethingNew"}, "refused the video. Open"),
        ({"uploadStatus": "deleted"}, "removed the video"),
    ],
)
def test_why_a_video_will_never_be_there_is_told_in_words(
    wire: Wire, status: dict[str, str], words: str
) -> None:
    found = looked_at(wire, status=status)

    assert found.is_over and found.trouble is not None and words in found.trouble


def test_a_video_that_cannot_be_prepared_is_told(wire: Wire) -> None:
    work = {"processingStatus": "failed", "processingFailureReason": "transcodeFailed"}
    found = looked_at(wire, status={"uploadStatus": "uploaded"}, processingDetails=work)

    assert found.trouble == "YouTube could not prepare the video. Save it as MP4 and send it again."


def test_a_video_that_is_gone_is_news_and_no_more_is_asked(wire: Wire) -> None:
    wire.answers(200, {"kind": "youtube#videoListResponse", "items": []})

    found = network.look_again("dQexampleId", {"privacy": "public"}, ANA, TOKEN)
    assert (found.trouble, found.is_over) == (None, True) and found.news


@pytest.mark.parametrize(
    "answer", [(503, b"<html>"), (200, b"<html>"), (302, b""), (200, b'{"items":[{"id"')]
)
def test_a_look_that_is_not_answered_is_made_again(wire: Wire, answer: tuple[int, bytes]) -> None:
    wire.answers(*answer)

    with pytest.raises(TemporaryFailure):
        network.look_again("dQexampleId", {"privacy": "public"}, ANA, TOKEN)
