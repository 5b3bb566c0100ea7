"""Pictures and videos for X, against the practice network: each step kept, gone on with after a stop."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portal import clock, http
from portal.platforms import twitter_media
from portal.platforms.base import Author, Content, Lost, Media, Published, Token
from portal.platforms.errors import (
    ContentRejected,
    OutcomeUnknown,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
)
from portal.platforms.twitter import Twitter
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.sandbox.client import Net

network = Twitter()
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(2 * twitter_media.CHUNK_BYTES + 1000)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def net(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Net:
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    net = Net(sandbox.url)
    net.call("DELETE", "/_/posts")
    return net


@pytest.fixture
def asha(net: Net) -> tuple[Author, Token]:
    seeded = net.connect("twitter")
    return Author(seeded["identity"]["account"], "account", "Asha", "dr_asha"), Token(seeded["access_token"])


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(stream, "PNG")
    path = tmp_path / "a.png"
    path.write_bytes(stream.getvalue())
    size = len(stream.getvalue())
    return Media(7, "https://p.example/a.png", "image/png", size, 4, 3, alt_text="A room", path=str(path))


@pytest.fixture
def video(tmp_path: Path) -> Media:
    path = tmp_path / "a.mp4"
    path.write_bytes(FILM)
    return Media(8, "https://p.example/a.mp4", "video/mp4", len(FILM), 640, 360, 10.0, path=str(path))


class Kept(list[dict[str, Any]]):
    """What was stored, step by step; `last` as JSON would give it back."""

    def __call__(self, staged: dict[str, Any]) -> None:
        self.append(json.loads(json.dumps(staged)))

    @property
    def last(self) -> dict[str, Any]:
        return self[-1] if self else {}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that were made, as method and the end of the path."""
    made: list[str] = []
    real = http.request

    def request(method: str, url: str, **call: Any) -> http.Answer:
        made.append(f"{method} {url.rpartition('/')[2]}")
        return real(method, url, **call)

    monkeypatch.setattr(http, "request", request)
    return made


def stage_whole(content: Content, token: Token, kept: Kept) -> dict[str, Any]:
    """Stage as the engine does: again whenever the network needs time."""
    for _ in range(5):
        try:
            return network.stage(content, token, kept.last, kept)
        except StillPreparing as waits:
            assert waits.seconds > 0
    raise AssertionError("never ready")


def publish(content: Content, staged: dict[str, Any], token: Token) -> Published:
    return network.publish(network.compose(content, staged), content.author, token)


def test_four_pictures_go_out_with_their_descriptions(
    net: Net, asha: tuple[Author, Token], picture: Media
) -> None:
    author, token = asha
    media = (picture, *(replace(picture, id=n, alt_text=None) for n in (8, 9, 10)))
    content = Content("", author, media=media)
    assert network.needs_staging(content, {}) and network.problems(content) == []

    staged = network.stage(content, token, {}, Kept())

    assert not network.needs_staging(content, staged)
    publish(content, staged, token)
    shown = net.posts("twitter")[0]["media"]
    assert [one["alt_text"] for one in shown] == ["A room", "", "", ""]
    assert token.access not in json.dumps(staged)


def test_a_new_description_is_told_without_another_upload(
    asha: tuple[Author, Token], picture: Media, calls: list[str]
) -> None:
    author, token = asha
    staged = network.stage(Content("One", author, media=(picture,)), token, {}, Kept())
    changed = Content("One", author, media=(replace(picture, alt_text="A bright room"),))
    assert network.needs_staging(changed, staged)

    staged = network.stage(changed, token, staged, Kept())

    assert calls == ["POST upload", "POST metadata", "POST metadata"]
    assert not network.needs_staging(changed, staged)


def test_a_video_goes_up_in_chunks_and_waits_until_x_is_ready(
    net: Net, asha: tuple[Author, Token], video: Media, calls: list[str]
) -> None:
    author, token = asha
    content, kept = Content("How to use it", author, media=(video,)), Kept()

    staged = stage_whole(content, token, kept)
    publish(content, staged, token)

    assert calls[:5] == ["POST initialize", *["POST append"] * 3, "POST finalize"]
    [shown] = net.posts("twitter")[0]["media"]
    assert net.call("GET", shown["url"]).data == FILM


def test_after_a_stop_the_next_chunk_goes_on(
    net: Net, asha: tuple[Author, Token], video: Media, calls: list[str]
) -> None:
    author, token = asha
    content = Content("How to use it", author, media=(video,))

    class Died(Exception):
        pass

    class Dying(Kept):
        def __call__(self, staged: dict[str, Any]) -> None:
            super().__call__(staged)
            if staged["media"]["8"]["chunks"] == 2:
                raise Died

    kept = Dying()
    with pytest.raises(Died):
        network.stage(content, token, {}, kept)
    alive = Kept(list(kept))
    staged = stage_whole(content, token, alive)

    assert calls.count("POST append") == 3 and calls.count("POST initialize") == 1
    publish(content, staged, token)
    assert net.posts("twitter")[0]["media"][0]["bytes"] == len(FILM)


def test_what_another_program_ended_meanwhile_is_sent_from_the_beginning(
    net: Net, asha: tuple[Author, Token], video: Media, calls: list[str]
) -> None:
    author, token = asha
    content = Content("How to use it", author, media=(video,))
    kept = Kept()
    ended = stage_whole(content, token, kept)
    half = next(state for state in kept if state["media"]["8"]["chunks"] == 1)

    anew = Kept([half])
    with pytest.raises(TemporaryFailure) as refused:
        network.stage(content, token, half, anew)
    assert "beginning" in refused.value.words and anew.last == {"media": {}}

    staged = stage_whole(content, token, anew)
    assert calls.count("POST initialize") == 2 and staged["media"]["8"]["id"] != ended["media"]["8"]["id"]
    publish(content, staged, token)
    assert net.posts("twitter")[0]["media"][0]["bytes"] == len(FILM)


def test_a_new_upload_that_x_refuses_is_refused_for_good(asha: tuple[Author, Token], video: Media) -> None:
    author, token = asha
    cut = replace(video, bytes=video.bytes + 1)

    with pytest.raises(ContentRejected):
        network.stage(Content("Look", author, media=(cut,)), token, {}, Kept())


def test_what_x_cannot_read_is_refused_in_words_and_begun_anew_next_time(
    asha: tuple[Author, Token], video: Media
) -> None:
    author, token = asha
    Path(str(video.path)).write_bytes(bytes(video.bytes))
    kept = Kept()

    with pytest.raises(ContentRejected) as refused:
        stage_whole(Content("Look", author, media=(video,)), token, kept)
    assert "video" in refused.value.words and kept.last == {"media": {}}


def test_an_upload_that_expired_is_made_anew(
    asha: tuple[Author, Token], picture: Media, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    author, token = asha
    content = Content("One", author, media=(picture,))
    staged = network.stage(content, token, {}, Kept())
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)

    assert network.needs_staging(content, staged)
    again = network.stage(content, token, staged, Kept())

    assert again["media"]["7"]["id"] != staged["media"]["7"]["id"]
    assert calls.count("POST upload") == 2


def test_a_token_without_the_permission_must_be_connected_again(net: Net, picture: Media) -> None:
    seeded = net.connect("twitter", handle="dr_old", scopes=["tweet.read", "tweet.write", "users.read"])
    author = Author(seeded["identity"]["account"], "account", "Old", "dr_old")

    with pytest.raises(ReconnectNeeded):
        network.stage(Content("One", author, media=(picture,)), Token(seeded["access_token"]), {}, Kept())


def test_nobody_who_answers_means_another_try(
    asha: tuple[Author, Token], picture: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> http.Answer:
        raise http.Unanswered("cut")

    monkeypatch.setattr(http, "request", silent)
    author, token = asha
    with pytest.raises(TemporaryFailure):
        network.stage(Content("One", author, media=(picture,)), token, {}, Kept())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bytes": 5 * 1024 * 1024 + 1}, "X takes up to 5 MB"),
        ({"mime_type": "image/gif"}, "Use JPEG, PNG or WebP."),
        ({"alt_text": "a" * 1001}, "1,001 characters. X takes up to 1,000"),
    ],
)
def test_what_x_would_refuse_of_a_picture(picture: Media, changes: Any, words: str) -> None:
    author = Author("1", "account", "A")
    edge = replace(picture, bytes=5 * 1024 * 1024, alt_text="a" * 1000)
    assert network.problems(Content("", author, media=(edge,) * 4)) == []

    (problem,) = network.problems(Content("", author, media=(replace(picture, **changes),)))
    assert problem.field == "media" and words in problem.words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bytes": 512 * 1024 * 1024 + 1}, "X takes up to 512 MB"),
        ({"duration": 140.1}, "to 2 minutes 20 seconds"),
        ({"duration": 0.4}, "lasts 0.4 seconds"),
        ({"width": 1281, "height": 600}, "from 32 × 32 to 1280 × 1024"),
        ({"width": 640, "height": 200}, "three times"),
        ({"mime_type": "video/webm"}, "Use MP4 or MOV."),
    ],
)
def test_what_x_would_refuse_of_a_video(video: Media, changes: Any, words: str) -> None:
    author = Author("1", "account", "A")
    edge = replace(video, bytes=512 * 1024 * 1024, duration=140.0, width=1280, height=1024)
    assert network.problems(Content("", author, media=(edge,))) == []

    (problem,) = network.problems(Content("", author, media=(replace(video, **changes),)))
    assert problem.field == "media" and words in problem.words


def test_more_than_four_pictures_or_a_mixture_are_refused(picture: Media, video: Media) -> None:
    author = Author("1", "account", "A")
    (five,) = network.problems(Content("", author, media=(picture,) * 5))
    (mixed,) = network.problems(Content("", author, media=(picture, video)))
    assert five.words == "These are 5 pictures. X takes up to 4 a post."
    assert "not both" in mixed.words


def test_a_post_is_deleted_and_counted_at_the_practice_network(net: Net, asha: tuple[Author, Token]) -> None:
    author, token = asha
    content = Content("Counted", author)
    published = publish(content, {}, token)

    assert (network.figures([published.remote_id], author, token)[published.remote_id].likes or 0) > 0
    network.delete(published.remote_id, author, token)
    network.delete(published.remote_id, author, token)
    assert net.posts("twitter") == []
    assert network.figures([published.remote_id], author, token) == {}


def test_a_thread_that_broke_goes_on_from_what_is_out(net: Net, asha: tuple[Author, Token]) -> None:
    author, token = asha
    thread = [f"Part {number}." for number in (2, 3, 4)]
    sent = network.compose(Content("Part 1.", author, options={"thread": thread}), {})
    beginning = network.compose(Content("Part 1.", author, options={"thread": thread[:1]}), {})
    began, first = datetime.now(UTC), network.publish(beginning, author, token)
    net.fault("twitter", "drop_after")

    with pytest.raises(TemporaryFailure):
        network.find(Lost(sent, began), author, token)
    with pytest.raises(OutcomeUnknown):
        network.find(Lost(sent, began, looks=1), author, token)
    found = network.find(Lost(sent, began, looks=2), author, token)

    assert found and (found.remote_id, found.note) == (first.remote_id, None)
    assert sorted(post["text"] for post in net.posts("twitter")) == ["Part 1.", *thread]
