"""Pictures and videos for LinkedIn: uploaded in steps, each kept, gone on with after a stop."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import clock
from portal.platforms import linkedin
from portal.platforms.base import Author, Content, Figures, Lost, Media, Token
from portal.platforms.errors import (
    CannotTell,
    ContentRejected,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    UploadGone,
)
from tests.platforms.wire import Wire

network = linkedin.LinkedIn()
TOKEN = Token("AQVmember")
MEMBER = Author("urn:li:person:AbC123xyz", "profile", "Mara Lindner")
PAGE = Author("urn:li:organization:5509", "organization", "Praxis Dr. Lindner", "praxis-lindner")
UPLOADS = "https://www.linkedin.com/dms-uploads"


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"picture")
    return Media(7, "https://p.example/a.jpg", "image/jpeg", 7, 1200, 800, alt_text="A room", path=str(path))


@pytest.fixture
def video(tmp_path: Path) -> Media:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"01234567")
    return Media(8, "https://p.example/a.mp4", "video/mp4", 8, 640, 360, 10.0, "An inhaler", str(path))


class Kept(list[dict[str, Any]]):
    """What was stored, step by step; `last` as JSON would give it back."""

    def __call__(self, staged: dict[str, Any]) -> None:
        self.append(json.loads(json.dumps(staged)))

    @property
    def last(self) -> dict[str, Any]:
        return self[-1] if self else {}


def place(name: str, kind: str = "image") -> dict[str, Any]:
    url = f"{UPLOADS}/{name}/uploaded-image/0?ca=vector&sync=0"
    return {"value": {"uploadUrlExpiresAt": 1795342600000, "uploadUrl": url, kind: f"urn:li:{kind}:{name}"}}


def video_place() -> dict[str, Any]:
    parts = [
        {"uploadUrl": f"{UPLOADS}/D4cc/uploadedVideo?part=0", "firstByte": 0, "lastByte": 4},
        {"uploadUrl": f"{UPLOADS}/D4cc/uploadedVideo?part=1", "firstByte": 5, "lastByte": 7},
    ]
    return {"value": {"video": "urn:li:video:D4cc", "uploadToken": "", "uploadInstructions": parts}}


def content(*media: Media, author: Author = PAGE, **more: Any) -> Content:
    return Content("New equipment", author, media=media, **more)


def body(content: Content, staged: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(network.compose(content, staged)["body"])["content"]
    return found


def ready(*media: Media) -> dict[str, Any]:
    urns = {one.id: f"urn:li:{one.mime_type[:5]}:{one.id}" for one in media}
    return {"media": {str(id): {"urn": urn, "is_up": True, "is_ready": True} for id, urn in urns.items()}}


def test_a_page_uploads_a_picture_and_asks_until_it_is_there(wire: Wire, picture: Media) -> None:
    wire.answers(200, place("D4aa")).answers(201).answers(200, {"status": "PROCESSING"})
    kept, post = Kept(), content(picture)

    with pytest.raises(StillPreparing) as waits:
        network.stage(post, TOKEN, {}, kept)
    assert waits.value.seconds > 0 and network.needs_staging(post, kept.last)
    wire.answers(200, {"status": "AVAILABLE"})
    staged = network.stage(post, TOKEN, kept.last, kept)

    begin, put, status, _ = wire.calls
    assert begin.url == "https://api.linkedin.com/rest/images?action=initializeUpload"
    assert begin.json == {"initializeUploadRequest": {"owner": PAGE.remote_id}}
    assert (put.method, put.body, put.headers["Authorization"]) == ("PUT", b"picture", "Bearer AQVmember")
    assert status.url == "https://api.linkedin.com/rest/images/urn%3Ali%3Aimage%3AD4aa"
    assert not network.needs_staging(post, staged)
    assert body(post, staged) == {"media": {"id": "urn:li:image:D4aa", "altText": "A room"}}
    assert "AQVmember" not in json.dumps(kept)


def test_a_member_may_not_ask_and_waits_a_little(
    wire: Wire, picture: Media, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.answers(200, place("D4aa")).answers(201)
    kept, post = Kept(), content(picture, author=MEMBER)

    with pytest.raises(StillPreparing) as waits:
        network.stage(post, TOKEN, {}, kept)
    assert 0 < waits.value.seconds <= 20
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=waits.value.seconds))

    assert not network.needs_staging(post, network.stage(post, TOKEN, kept.last, kept))
    assert len(wire.calls) == 2


def test_an_upload_that_was_begun_goes_on_at_its_place(wire: Wire, picture: Media) -> None:
    wire.answers(200, place("D4aa")).answers(503)
    kept, post = Kept(), content(picture)
    with pytest.raises(TemporaryFailure):
        network.stage(post, TOKEN, {}, kept)

    wire.answers(201).answers(200, {"status": "AVAILABLE"})
    network.stage(post, TOKEN, kept.last, kept)

    assert [call.method for call in wire.calls] == ["POST", "PUT", "PUT", "GET"]


def test_an_upload_whose_address_expired_is_begun_anew(wire: Wire, picture: Media) -> None:
    wire.answers(200, place("D4aa")).answers(400, {"status": 400, "code": "EXPIRED_UPLOAD_URL"})
    kept, post = Kept(), content(picture)
    with pytest.raises(TemporaryFailure):
        network.stage(post, TOKEN, {}, kept)

    wire.answers(200, place("D4bb")).answers(201).answers(200, {"status": "AVAILABLE"})
    staged = network.stage(post, TOKEN, kept.last, kept)

    assert body(post, staged)["media"]["id"] == "urn:li:image:D4bb"


def test_a_picture_that_linkedin_cannot_read_is_sent_once_more_and_then_refused_in_words(
    wire: Wire, picture: Media
) -> None:
    wire.answers(200, place("D4aa")).answers(201).answers(200, {"status": "PROCESSING_FAILED"})

    with pytest.raises(UploadGone) as gone:
        network.stage(content(picture), TOKEN, {}, Kept())

    assert isinstance(gone.value.refusal, ContentRejected) and "a picture" in gone.value.refusal.words


def test_of_two_pictures_the_one_that_is_up_is_not_sent_again(wire: Wire, picture: Media) -> None:
    post = content(picture, replace(picture, id=9, alt_text=None))
    wire.answers(200, place("D4aa")).answers(201).answers(503)
    kept = Kept()
    with pytest.raises(TemporaryFailure):
        network.stage(post, TOKEN, {}, kept)

    wire.answers(200, place("D4bb")).answers(201)
    wire.answers(200, {"status": "AVAILABLE"}).answers(200, {"status": "AVAILABLE"})
    staged = network.stage(post, TOKEN, kept.last, kept)

    images = [{"id": "urn:li:image:D4aa", "altText": "A room"}, {"id": "urn:li:image:D4bb"}]
    assert body(post, staged) == {"multiImage": {"images": images}}


def stop_half_way(wire: Wire, post: Content, kept: Kept) -> None:
    """The first of two parts is up, and the second finds nobody."""
    wire.answers(200, video_place()).answers(200, headers={"ETag": '"etag0"'}).answers(503)
    with pytest.raises(TemporaryFailure):
        network.stage(post, TOKEN, {}, kept)


def test_a_video_goes_up_in_its_parts_and_after_a_stop_goes_on_with_the_next(
    wire: Wire, video: Media
) -> None:
    kept, post = Kept(), content(video, author=MEMBER)
    stop_half_way(wire, post, kept)

    wire.answers(200, headers={"ETag": '"etag1"'}).answers(200).answers(200, {"status": "PROCESSING"})
    with pytest.raises(StillPreparing):
        network.stage(post, TOKEN, kept.last, kept)
    wire.answers(200, {"status": "AVAILABLE"})
    staged = network.stage(post, TOKEN, kept.last, kept)

    begin, first, broken, second, finalize, *_ = wire.calls
    wish = begin.json["initializeUploadRequest"]
    assert (wish["fileSizeBytes"], wish["uploadCaptions"]) == (8, False)
    assert (first.body, broken.body, second.body) == (b"01234", b"567", b"567")
    assert "Authorization" not in first.headers
    assert finalize.json == {
        "finalizeUploadRequest": {
            "video": "urn:li:video:D4cc",
            "uploadToken": "",
            "uploadedPartIds": ["etag0", "etag1"],
        }
    }
    shown = {"id": "urn:li:video:D4cc", "title": "An inhaler", "altText": "An inhaler"}
    assert body(post, staged) == {"media": shown}


def test_a_video_that_another_program_ended_meanwhile_is_sent_from_the_beginning(
    wire: Wire, video: Media
) -> None:
    kept, post = Kept(), content(video, author=MEMBER)
    stop_half_way(wire, post, kept)

    refused = {"status": 400, "code": "INVALID_UPLOAD_STATE"}
    wire.answers(200, headers={"ETag": '"etag1"'}).answers(400, refused)
    with pytest.raises(TemporaryFailure):
        network.stage(post, TOKEN, kept.last, kept)
    assert kept.last == {"media": {}}

    # What is refused from the beginning is refused for good.
    wire.answers(200, video_place()).answers(200).answers(200).answers(400, refused)
    with pytest.raises(ContentRejected):
        network.stage(post, TOKEN, kept.last, kept)


def test_a_member_who_may_not_ask_for_a_video_waits(wire: Wire, video: Media) -> None:
    wire.answers(200, video_place())
    for number in (0, 1):
        wire.answers(200, headers={"ETag": f'"etag{number}"'})
    wire.answers(200).answers(403, {"status": 403, "message": "forbidden"})

    with pytest.raises(StillPreparing) as waits:
        network.stage(content(video, author=MEMBER), TOKEN, {}, Kept())
    assert waits.value.seconds > 20


@pytest.mark.parametrize("url", ["https://evil.example/x", "http://www.linkedin.com/x", None])
def test_bytes_go_to_linkedin_alone(wire: Wire, picture: Media, url: str | None) -> None:
    wire.answers(200, {"value": {"uploadUrl": url, "image": "urn:li:image:1"}})

    with pytest.raises(TemporaryFailure):
        network.stage(content(picture), TOKEN, {}, Kept())
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, ReconnectNeeded), (403, ReconnectNeeded), (500, TemporaryFailure)]
)
def test_what_refuses_an_upload_is_understood(
    wire: Wire, picture: Media, status: int, error: type[Exception]
) -> None:
    wire.answers(status, {"status": status, "message": "no"})

    with pytest.raises(error):
        network.stage(content(picture), TOKEN, {}, Kept())


def test_one_picture_becomes_the_thumbnail_of_a_card(picture: Media) -> None:
    post = content(picture, link="https://a.example/flu", link_title="Flu")
    card = {"source": "https://a.example/flu", "title": "Flu", "thumbnail": "urn:li:image:7"}
    assert body(post, ready(picture)) == {"article": card}
    assert network.preview(post).link_title == "Flu"


def test_with_two_pictures_the_link_stands_in_the_text(picture: Media) -> None:
    other = replace(picture, id=9)
    post = content(picture, other, link="https://a.example/flu", link_title="Flu")
    sent = json.loads(network.compose(post, ready(picture, other))["body"])
    assert sent["commentary"].endswith("https://a.example/flu") and "multiImage" in sent["content"]


def test_text_alone_needs_no_upload() -> None:
    assert not network.needs_staging(content(), {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 6013, "height": 6013}, "36,156,169 pixels. LinkedIn takes up to 36,152,319"),
        ({"mime_type": "image/webp"}, "Use JPEG, PNG or GIF."),
        ({"alt_text": "a" * 4087}, "4,087 characters. LinkedIn takes up to 4,086"),
    ],
)
def test_what_linkedin_would_refuse_of_a_picture(picture: Media, changes: Any, words: str) -> None:
    (problem,) = network.problems(content(replace(picture, **changes)))
    assert problem.field == "media" and words in problem.words
    edge = replace(picture, width=4, height=9_038_079, alt_text="a" * 4086)
    assert network.problems(content(edge)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"duration": 2.9}, "lasts 2.9 seconds"),
        ({"duration": 1800.5}, "to 30 minutes"),
        ({"bytes": 75 * 1024 - 1}, "from 75 KB on"),
        ({"bytes": 500 * 1024 * 1024 + 1}, "up to 500 MB"),
        ({"mime_type": "video/webm"}, "Use MP4."),
    ],
)
def test_what_linkedin_would_refuse_of_a_video(video: Media, changes: Any, words: str) -> None:
    fine = replace(video, bytes=75 * 1024, duration=3.0)
    assert network.problems(content(fine)) == []
    assert network.problems(content(replace(fine, bytes=500 * 1024 * 1024, duration=1800.0))) == []

    (problem,) = network.problems(content(replace(fine, **changes)))
    assert problem.field == "media" and words in problem.words


def test_too_many_files_and_mixed_ones_are_refused(picture: Media, video: Media) -> None:
    video = replace(video, bytes=100_000)
    assert network.problems(content(*[picture] * 20)) == []
    (problem,) = network.problems(content(*[picture] * 21))
    assert problem.words == "These are 21 pictures. LinkedIn takes up to 20 a post."
    (problem,) = network.problems(content(picture, video))
    assert "not both" in problem.words
    (problem,) = network.problems(content(video, video))
    assert "one a post" in problem.words


def test_a_lost_video_of_a_member_is_never_sent_twice(wire: Wire, video: Media, now: datetime) -> None:
    sent = network.compose(content(video, author=MEMBER), ready(video))

    with pytest.raises(CannotTell):
        network.find(Lost(sent, now - timedelta(seconds=15)), MEMBER, TOKEN)
    assert wire.calls == []


# Deleting, and figures


@pytest.mark.parametrize("status", [204, 404])
def test_a_post_is_taken_away_and_one_that_is_gone_is_no_trouble(wire: Wire, status: int) -> None:
    wire.answers(status)

    network.delete("urn:li:share:74", MEMBER, TOKEN)

    call = wire.calls[0]
    assert (call.method, call.url) == ("DELETE", "https://api.linkedin.com/rest/posts/urn%3Ali%3Ashare%3A74")
    assert call.headers["X-RestLi-Method"] == "DELETE"


def test_a_refusal_to_delete_is_said(wire: Wire) -> None:
    wire.answers(403, {"status": 403, "code": "ACCESS_DENIED"}).answers(503)

    with pytest.raises(ReconnectNeeded):
        network.delete("urn:li:share:74", MEMBER, TOKEN)
    with pytest.raises(TemporaryFailure):
        network.delete("urn:li:share:74", MEMBER, TOKEN)


def test_a_page_has_figures_and_a_profile_has_none(wire: Wire) -> None:
    counts = {"likeCount": 3, "commentCount": 2, "shareCount": 1, "impressionCount": 90}
    wire.answers(200, {"elements": [{"share": "urn:li:share:1", "totalShareStatistics": counts}]})
    wire.answers(200, {"elements": [{"totalShareStatistics": {"likeCount": 5}}]})

    found = network.figures(["urn:li:share:1", "urn:li:share:2", "urn:li:ugcPost:3"], PAGE, TOKEN)

    assert found == {
        "urn:li:share:1": Figures(likes=3, comments=2, shares=1, views=90),
        "urn:li:ugcPost:3": Figures(likes=5),
    }
    assert wire.calls[0].url == (
        "https://api.linkedin.com/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        "&organizationalEntity=urn%3Ali%3Aorganization%3A5509"
        "&shares=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)"
    )
    assert "ugcPosts=List(urn%3Ali%3AugcPost%3A3)" in wire.calls[1].url
    assert network.figures(["urn:li:share:1"], MEMBER, TOKEN) == {}
