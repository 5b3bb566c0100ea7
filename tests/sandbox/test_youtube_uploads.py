"""YouTube's resumable protocol as strict as it is: what a session takes, answers and refuses."""

import json
from typing import Any

import pytest
import urllib3

from tests.sandbox.client import Member, Net

OPEN = (
    "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"
    "&notifySubscribers=true"
)
BLOCK = 262_144
SNIPPET = {"title": "Three signs of dehydration", "description": "Dr. Ana explains.", "categoryId": "27"}
STATUS = {"privacyStatus": "public", "selfDeclaredMadeForKids": False}


@pytest.fixture
def ana(net: Net) -> Member:
    return Member(net, net.connect("youtube", handle="dr_ana"))


@pytest.fixture
def ben(net: Net) -> Member:
    return Member(net, net.connect("youtube", handle="dr_ben"))


def open_session(
    member: Member, total: int | None = 3 * BLOCK, address: str = OPEN, status: Any = None, **snippet: Any
) -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": "application/json; charset=UTF-8", "X-Upload-Content-Type": "video/mp4"}
    if total is not None:
        headers["X-Upload-Content-Length"] = str(total)
    body = {"snippet": SNIPPET | snippet, "status": STATUS | (status or {})}
    return member.call("POST", address, body=json.dumps(body), headers=headers)


@pytest.fixture
def session(ana: Member) -> str:
    return open_session(ana).headers["Location"]


def put(member: Member, session: str, said: str | None, body: bytes = b"") -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": "video/mp4"} | ({"Content-Range": said} if said else {})
    return member.call("PUT", session, body=body, headers=headers)


def reason(answer: urllib3.BaseHTTPResponse) -> str:
    return str(answer.json()["error"]["errors"][0]["reason"])


def test_a_session_is_opened_with_its_own_address(ana: Member) -> None:
    answer = open_session(ana)

    assert (answer.status, answer.data) == (200, b"")
    assert answer.headers["Location"].startswith(
        "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status&upload_id="
    )


def test_parts_are_taken_in_turn_and_the_last_makes_the_video(net: Net, ana: Member, session: str) -> None:
    first = put(ana, session, f"bytes 0-{BLOCK - 1}/{3 * BLOCK}", b"a" * BLOCK)
    second = put(ana, session, f"bytes {BLOCK}-{2 * BLOCK - 1}/{3 * BLOCK}", b"b" * BLOCK)
    assert (first.status, first.headers["Range"]) == (308, "bytes=0-262143")
    assert (second.status, second.headers["Range"]) == (308, "bytes=0-524287")
    assert net.posts("youtube") == []

    last = put(ana, session, f"bytes {2 * BLOCK}-{3 * BLOCK - 1}/{3 * BLOCK}", b"c" * BLOCK)

    (post,) = net.posts("youtube")
    assert (last.status, last.json()["id"], last.json()["status"]["uploadStatus"]) == (
        201,
        post["id"],
        "uploaded",
    )
    assert post["media"][0]["bytes"] == 3 * BLOCK


def test_a_session_says_what_it_holds(ana: Member, session: str) -> None:
    nothing = put(ana, session, f"bytes */{3 * BLOCK}")
    assert (nothing.status, nothing.headers.get("Range")) == (308, None)

    put(ana, session, f"bytes 0-{BLOCK - 1}/{3 * BLOCK}", b"a" * BLOCK)
    assert put(ana, session, f"bytes */{3 * BLOCK}").headers["Range"] == "bytes=0-262143"


def test_a_whole_session_repeats_its_video(net: Net, ana: Member) -> None:
    session = open_session(ana, total=5).headers["Location"]
    made = put(ana, session, None, b"video").json()

    assert put(ana, session, "bytes */5").json() == made
    assert put(ana, session, "bytes 0-4/5", b"video").json() == made
    assert len(net.posts("youtube")) == 1


def test_a_part_beyond_what_is_held_is_not_kept(ana: Member, session: str) -> None:
    answer = put(ana, session, f"bytes {BLOCK}-{2 * BLOCK - 1}/{3 * BLOCK}", b"b" * BLOCK)

    assert (answer.status, answer.headers.get("Range")) == (308, None)


def test_bytes_that_are_held_already_are_passed_over(net: Net, ana: Member) -> None:
    session = open_session(ana, total=BLOCK + 3).headers["Location"]
    put(ana, session, f"bytes 0-{BLOCK - 1}/{BLOCK + 3}", b"a" * BLOCK)

    put(ana, session, None, b"x" * BLOCK + b"end")

    (post,) = net.posts("youtube")
    assert net.call("GET", post["media"][0]["url"]).data == b"a" * BLOCK + b"end"


@pytest.mark.parametrize(
    ("said", "size"),
    [
        (f"bytes 0-999/{3 * BLOCK}", 1000),
        (f"bytes 0-{BLOCK - 1}/{4 * BLOCK}", BLOCK),
        (f"bytes 0-{BLOCK - 1}/{3 * BLOCK}", BLOCK - 1),
        ("bytes 0-5", 6),
        ("all of it", 6),
        (f"bytes 5-4/{3 * BLOCK}", 0),
        (None, 17),
    ],
)
def test_a_part_that_is_none_is_refused(ana: Member, session: str, said: str | None, size: int) -> None:
    assert put(ana, session, said, b"a" * size).status == 400


def test_parts_must_be_of_one_size(ana: Member, session: str) -> None:
    put(ana, session, f"bytes 0-{BLOCK - 1}/{3 * BLOCK}", b"a" * BLOCK)
    again = open_session(ana, total=5 * BLOCK).headers["Location"]
    put(ana, again, f"bytes 0-{2 * BLOCK - 1}/{5 * BLOCK}", b"a" * 2 * BLOCK)

    assert put(ana, again, f"bytes {2 * BLOCK}-{3 * BLOCK - 1}/{5 * BLOCK}", b"a" * BLOCK).status == 400


def test_a_session_belongs_to_who_opened_it(net: Net, ana: Member, ben: Member, session: str) -> None:
    assert put(ben, session, f"bytes */{3 * BLOCK}").status == 404
    assert put(ana, f"{session}x", f"bytes */{3 * BLOCK}").status == 404
    assert net.call("PUT", session, body=b"", headers={"Content-Range": "bytes */1"}).status == 401


@pytest.mark.parametrize(
    ("snippet", "status", "word"),
    [
        ({"title": ""}, {}, "invalidTitle"),
        ({"title": "a" * 101}, {}, "invalidTitle"),
        ({"title": "a < b"}, {}, "invalidTitle"),
        ({"title": 5}, {}, "invalidTitle"),
        ({"description": "é" * 2501}, {}, "invalidDescription"),
        ({"description": "a > b"}, {}, "invalidDescription"),
        ({"tags": ["a" * 250, "b" * 250]}, {}, "invalidTags"),
        ({"tags": ["a" * 248 + " b", "c" * 248]}, {}, "invalidTags"),
        ({"tags": "hydration"}, {}, "invalidTags"),
        ({"categoryId": "Education"}, {}, "invalidCategoryId"),
        ({}, {"privacyStatus": "friends"}, "invalidVideoMetadata"),
        ({}, {"selfDeclaredMadeForKids": "no"}, "invalidVideoMetadata"),
        ({}, {"publishAt": "2026-12-01T08:00:00Z"}, "invalidPublishAt"),
        ({"mood": "good"}, {}, "badRequest"),
    ],
)
def test_what_a_video_may_not_say_is_refused_before_a_byte(
    ana: Member, snippet: dict[str, Any], status: dict[str, Any], word: str
) -> None:
    answer = open_session(ana, status=status, **snippet)

    assert (answer.status, reason(answer)) == (400, word)


@pytest.mark.parametrize(
    "snippet",
    [
        {"title": "a" * 100, "description": "é" * 2500},
        {"tags": ["a" * 249, "b" * 250]},
        {"tags": ["a" * 250 + " " + "b" * 247]},
    ],
)
def test_what_stands_at_the_edge_is_taken(ana: Member, snippet: dict[str, Any]) -> None:
    assert open_session(ana, **snippet).status == 200


def test_a_part_of_the_body_that_was_not_named_is_refused(ana: Member) -> None:
    answer = open_session(ana, address=OPEN.replace("snippet,status", "snippet"))

    assert (answer.status, reason(answer)) == (400, "unexpectedPart")


def test_too_much_is_refused(ana: Member) -> None:
    assert open_session(ana, total=274_877_906_945).status == 413


@pytest.mark.parametrize(("scope", "expected"), [("readonly", 403), ("upload", 200), ("force-ssl", 200)])
def test_uploading_needs_its_permission(net: Net, scope: str, expected: int) -> None:
    scopes = [f"https://www.googleapis.com/auth/youtube.{scope}"]
    answer = open_session(Member(net, net.connect("youtube", handle="dr_scoped", scopes=scopes)))

    assert answer.status == expected
    if expected == 403:
        assert reason(answer) == "insufficientPermissions"


def test_who_may_upload_may_not_read(net: Net) -> None:
    scopes = ["https://www.googleapis.com/auth/youtube.upload"]
    member = Member(net, net.connect("youtube", handle="dr_upload_only", scopes=scopes))

    answer = member.call("GET", "https://www.googleapis.com/youtube/v3/channels?part=id&mine=true")
    assert (answer.status, reason(answer)) == (403, "insufficientPermissions")


def test_somebody_without_a_channel_cannot_upload(net: Net) -> None:
    member = Member(net, net.connect("youtube", handle="dr_without", subscription="NoChannel"))

    assert reason(open_session(member)) == "youtubeSignupRequired"
    listed = member.call("GET", "https://youtube.googleapis.com/youtube/v3/channels?part=id&mine=true").json()
    assert "items" not in listed and listed["pageInfo"]["totalResults"] == 0


def publish(member: Member, **status: Any) -> str:
    session = open_session(member, total=5, status=status).headers["Location"]
    return str(put(member, session, None, b"video").json()["id"])


def test_a_private_video_is_its_owners_alone(net: Net, ana: Member, ben: Member) -> None:
    id = publish(ana, privacyStatus="private")
    address = f"https://www.googleapis.com/youtube/v3/videos?part=status&id={id}"
    playlist = ana.seeded["identity"]["uploads"]
    items = f"https://www.googleapis.com/youtube/v3/playlistItems?part=status&playlistId={playlist}"

    assert [len(each.call("GET", address).json()["items"]) for each in (ana, ben)] == [1, 0]
    assert [each.call("GET", items).json()["pageInfo"]["totalResults"] for each in (ana, ben)] == [1, 0]
    page = net.call("GET", f"https://www.youtube.com/watch?v={id}")
    assert "This video is private" in page.data.decode()


def test_a_video_has_a_page_under_each_of_its_addresses(net: Net, ana: Member) -> None:
    id = publish(ana)

    for address in (f"www.youtube.com/watch?v={id}", f"youtu.be/{id}", f"www.youtube.com/shorts/{id}"):
        page = net.call("GET", f"https://{address}").data.decode()
        assert "<h1>Three signs of dehydration</h1>" in page and "Dr. Ana explains." in page
    assert net.call("GET", "https://www.youtube.com/watch?v=nothing").status == 404


def test_a_video_is_deleted_by_its_owner_alone(net: Net, ana: Member, ben: Member) -> None:
    address = f"https://www.googleapis.com/youtube/v3/videos?id={publish(ana)}"

    assert [each.call("DELETE", address).status for each in (ben, ana, ana)] == [403, 204, 404]
    assert net.posts("youtube") == []


@pytest.mark.parametrize(("body", "word"), [(b"no picture", "invalidImage"), (b"", "mediaBodyRequired")])
def test_a_picture_must_be_one(ana: Member, body: bytes, word: str) -> None:
    address = "https://www.googleapis.com/upload/youtube/v3/thumbnails/set?uploadType=media&videoId="
    answer = ana.call("POST", address + publish(ana), body=body, headers={"Content-Type": "image/jpeg"})

    assert (answer.status, reason(answer)) == (400, word)


def test_a_list_may_lag_behind(net: Net, ana: Member) -> None:
    net.fault("youtube", "lag", seconds=60)
    publish(ana)
    playlist = ana.seeded["identity"]["uploads"]
    items = f"https://www.googleapis.com/youtube/v3/playlistItems?part=status&playlistId={playlist}"

    assert ana.call("GET", items).json()["items"] == []


def test_the_rate_limit_names_its_time(net: Net, ana: Member) -> None:
    net.fault("youtube", "rate_limit", retry_after=30)
    session = open_session(ana, total=5).headers["Location"]

    answer = put(ana, session, None, b"video")

    assert (answer.status, reason(answer), answer.headers["Retry-After"]) == (429, "rateLimitExceeded", "30")


def test_demo_videos_can_be_of_the_past(net: Net, ana: Member) -> None:
    wish = {"platform": "youtube", "account": ana.account, "text": "Drink!", "at": "2026-01-02T03:04:05Z"}

    post = net.call("POST", "/_/posts", json=wish).json()

    assert post["at"].startswith("2026-01-02") and net.call("GET", post["permalink"]).status == 200
