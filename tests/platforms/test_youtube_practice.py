"""The real class against the practice YouTube: uploads through breaks, every fault, what comes back."""

import io
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from portal import http
from portal.platforms import oauth, youtube_upload
from portal.platforms.base import App, Author, Content, Figures, Lost, Media, Published, Token
from portal.platforms.errors import (
    CannotDo,
    ContentRejected,
    OutcomeUnknown,
    PlatformError,
    ReconnectNeeded,
    TokenEnded,
    UploadGone,
)
from portal.platforms.youtube import YouTube
from portal.publishing.staging import InOtherHands
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.sandbox.client import Net
from tests.sandbox.understanding import APPEARS, every_fault

network = YouTube()
numbers = count(1)
BLOCK = 262_144
SIZE = 5 * BLOCK + 1234
APP = App("123-abc.apps.googleusercontent.com", "GOCSPX-example")


@dataclass
class Studio:
    """A channel, a film, and what the portal remembers of its upload."""

    net: Net
    author: Author
    token: Token
    content: Content
    kept: list[dict[str, Any]] = field(default_factory=list)

    @property
    def staged(self) -> dict[str, Any]:
        return self.kept[-1] if self.kept else {}

    def stage(self) -> None:
        self.kept.append(network.stage(self.content, self.token, self.staged, self.kept.append))

    def publish(self) -> Published:
        return network.publish(network.compose(self.content, self.staged), self.author, self.token)

    def find(self) -> Published | None:
        sent = network.compose(self.content, self.staged)
        since = datetime.now(UTC) - timedelta(seconds=30)
        return network.find(Lost(sent, since), self.author, self.token)

    def posts(self) -> list[dict[str, Any]]:
        return [one for one in self.net.posts("youtube") if one["account"] == self.author.remote_id]

    def arrived(self) -> bytes:
        (post,) = self.posts()
        return self.net.call("GET", post["media"][0]["url"]).data


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def net(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Net:
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    monkeypatch.setattr(youtube_upload, "CHUNK", 2 * BLOCK)
    net = Net(sandbox.url)
    net.call("DELETE", "/_/faults")
    return net


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes((bytes(range(251)) * (SIZE // 251 + 1))[:SIZE])
    return path


@pytest.fixture
def studio(net: Net, film: Path) -> Studio:
    return opened(net, film)


def opened(net: Net, film: Path, **person: Any) -> Studio:
    seeded = net.connect("youtube", f"dr_ana_{next(numbers)}", **person)
    token = Token(seeded["access_token"], seeded["refresh_token"])
    (identity,) = network.identities(network.connection(), token)
    author = Author(identity.remote_id, "channel", identity.display_name, identity.handle, identity.facts)
    video = Media(1, "https://portal.example/media/f", "video/mp4", film.stat().st_size, path=str(film))
    options = {"title": "Three signs of dehydration", "tags": ["first aid"], "made_for_kids": False}
    text = "Dr. Ana explains.\nMore: https://clinic.example/water"
    return Studio(net, author, token, Content(text, author, media=(video,), options=options))


def test_a_video_arrives_whole_with_all_that_is_said_of_it(studio: Studio, film: Path) -> None:
    assert network.problems(studio.content) == []
    studio.stage()
    assert studio.posts() == [] and not network.needs_staging(studio.content, studio.staged)

    published = studio.publish()

    (post,) = studio.posts()
    assert (post["id"], post["permalink"]) == (published.remote_id, published.permalink)
    assert (post["text"], post["link"]) == (studio.content.text, "https://clinic.example/water")
    assert published.note is None and studio.arrived() == film.read_bytes()
    page = studio.net.call("GET", str(published.permalink)).data.decode()
    assert "<h1>Three signs of dehydration</h1>" in page and "Dr. Ana explains." in page


def test_a_small_video_is_one_part(studio: Studio, tmp_path: Path) -> None:
    small = tmp_path / "small.mp4"
    small.write_bytes(b"a small video")
    media = replace(studio.content.media[0], path=str(small), bytes=13)
    studio.content = replace(studio.content, media=(media,))

    studio.stage()
    studio.publish()

    assert studio.arrived() == b"a small video"


def break_in_the_middle(studio: Studio, film: Path) -> None:
    """Half of the next part leaves, and the line is cut: whole blocks of it stay with the session."""
    staged = studio.staged
    session, offset, total = staged["session"], staged["offset"], staged["total"]
    parts = urlsplit(session.replace("https://", f"{studio.net.url}/", 1))
    head = (
        f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Authorization: Bearer {studio.token.access}\r\nContent-Type: video/mp4\r\n"
        f"Content-Length: {2 * BLOCK}\r\n"
        f"Content-Range: bytes {offset}-{offset + 2 * BLOCK - 1}/{total}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as line:
        line.sendall(head.encode() + film.read_bytes()[offset : offset + BLOCK + 1000])
        line.shutdown(socket.SHUT_WR)
        while line.recv(4096):
            pass


def stage_and_die(studio: Studio, parts: int) -> None:
    """Upload so many parts and die."""

    class Died(Exception):
        pass

    def keep(staged: dict[str, Any]) -> None:
        studio.kept.append(staged)
        if staged["offset"] >= parts * 2 * BLOCK:
            raise Died

    with pytest.raises(Died):
        network.stage(studio.content, studio.token, {}, keep)


def test_an_upload_goes_on_after_a_break_in_the_middle(studio: Studio, film: Path) -> None:
    stage_and_die(studio, parts=1)
    break_in_the_middle(studio, film)

    studio.stage()
    studio.publish()

    # One block of the broken part had come: the next one began behind it.
    assert [one["offset"] // BLOCK for one in studio.kept] == [0, 2, 3, 5, 5]
    assert studio.arrived() == film.read_bytes()


def test_a_crash_continues_in_the_same_session(studio: Studio, film: Path) -> None:
    stage_and_die(studio, parts=1)
    session = studio.staged["session"]

    studio.stage()
    studio.publish()

    assert studio.staged["session"] == session and studio.arrived() == film.read_bytes()


@pytest.mark.parametrize("is_out", [False, True])
def test_two_programs_at_one_session_bring_one_whole_video(
    studio: Studio, film: Path, monkeypatch: pytest.MonkeyPatch, is_out: bool
) -> None:
    stage_and_die(studio, parts=1)
    put, before = youtube_upload.put, len(studio.kept)

    def take_over(*call: Any) -> http.Answer:
        """It falls due with a part of the first program on its way: its publisher goes on, and is faster."""
        monkeypatch.setattr(youtube_upload, "put", put)
        studio.stage()
        if is_out:
            studio.publish()
        return put(*call)

    def keep(staged: dict[str, Any]) -> None:
        if len(studio.kept) > before:
            raise InOtherHands

    monkeypatch.setattr(youtube_upload, "put", take_over)
    with pytest.raises(InOtherHands):
        network.stage(studio.content, studio.token, studio.staged, keep)
    if not is_out:
        studio.publish()

    assert studio.arrived() == film.read_bytes() and len(studio.posts()) == 1


def test_a_token_renewed_between_staging_and_publishing_goes_on(studio: Studio, film: Path) -> None:
    studio.stage()
    studio.net.fault("youtube", "token_expired", account=studio.author.remote_id)
    with pytest.raises(TokenEnded):
        studio.publish()

    studio.token = oauth.refresh(network.connection(), APP, studio.token)
    studio.publish()

    assert studio.arrived() == film.read_bytes()


@every_fault(duplicate=ContentRejected, upload_gone=UploadGone)
def test_every_fault_is_understood(studio: Studio, kind: str, error: type[PlatformError]) -> None:
    studio.stage()
    studio.net.fault("youtube", kind, account=studio.author.remote_id)

    with pytest.raises(error) as raised:
        studio.publish()

    assert type(raised.value) is error
    assert len(studio.posts()) == (1 if kind in APPEARS else 0)


@pytest.mark.parametrize("kind", ["server_error_but_posted", "drop_after", "hang"])
def test_a_lost_video_is_found_by_its_session_and_is_there_once(studio: Studio, kind: str) -> None:
    studio.stage()
    studio.net.fault("youtube", kind, seconds=0.3, account=studio.author.remote_id)
    with pytest.raises(OutcomeUnknown):
        studio.publish()

    found = studio.find()

    (post,) = studio.posts()
    assert found == Published(post["id"], post["permalink"])


@pytest.mark.parametrize("kind", ["server_error", "drop_before"])
def test_what_never_arrived_is_not_found_and_then_sent(studio: Studio, film: Path, kind: str) -> None:
    studio.stage()
    studio.net.fault("youtube", kind, account=studio.author.remote_id)
    with pytest.raises(OutcomeUnknown):
        studio.publish()

    assert studio.find() is None
    studio.publish()

    assert studio.arrived() == film.read_bytes()


def test_a_slow_answer_is_waited_for(studio: Studio) -> None:
    studio.stage()
    studio.net.fault("youtube", "slow", seconds=0.3, account=studio.author.remote_id)

    assert studio.publish().remote_id == studio.posts()[0]["id"]


def test_without_its_session_a_lost_video_is_found_among_the_uploads(studio: Studio) -> None:
    studio.stage()
    published = studio.publish()
    studio.kept.append({**studio.staged, "session": f"{studio.staged['session']}gone"})

    assert studio.find() == published


def test_a_video_that_comes_back_private_is_told(net: Net, film: Path) -> None:
    studio = opened(net, film, subscription="Locked")
    studio.stage()

    note = studio.publish().note

    assert note and note.startswith("You asked for a video that is public, but YouTube made it private.")


def jpeg(folder: Path) -> Media:
    path = folder / "still.jpg"
    drawing = io.BytesIO()
    Image.new("RGB", (64, 36), "white").save(drawing, "JPEG")
    path.write_bytes(drawing.getvalue())
    return Media(2, "https://portal.example/media/p", "image/jpeg", path.stat().st_size, path=str(path))


@pytest.mark.parametrize(("subscription", "is_set"), [("None", True), ("NotConfirmed", False)])
def test_the_picture_is_set_where_the_channel_may(
    net: Net, film: Path, tmp_path: Path, subscription: str, is_set: bool
) -> None:
    studio = opened(net, film, subscription=subscription)
    studio.content = replace(studio.content, media=(*studio.content.media, jpeg(tmp_path)))
    studio.stage()

    published = studio.publish()

    assert (published.note is None) is is_set and len(studio.posts()) == 1
    still = net.call("GET", f"https://i.ytimg.com/vi/{published.remote_id}/hqdefault.jpg")
    assert (still.status == 302) is is_set


def test_figures_and_deleting(studio: Studio) -> None:
    studio.stage()
    id = studio.publish().remote_id

    figures = network.figures([id, "unknownvide"], studio.author, studio.token)
    assert figures == {id: Figures(likes=0, comments=0, views=0)}

    network.delete(id, studio.author, studio.token)
    network.delete(id, studio.author, studio.token)
    assert studio.posts() == []


def test_deleting_needs_its_own_permission(net: Net, film: Path) -> None:
    scopes = [one for one in network.connection().scopes if not one.endswith("force-ssl")]
    studio = opened(net, film, scopes=scopes)
    studio.stage()

    with pytest.raises(CannotDo):
        network.delete(studio.publish().remote_id, studio.author, studio.token)


def test_somebody_without_a_channel_has_none_to_offer(net: Net) -> None:
    seeded = net.connect("youtube", "dr_no_channel", subscription="NoChannel")

    assert network.identities(network.connection(), Token(seeded["access_token"])) == []


def test_a_permission_is_withdrawn_at_google(studio: Studio) -> None:
    oauth.revoke(network.connection(), APP, studio.token)

    with pytest.raises(ReconnectNeeded):
        network.identities(network.connection(), studio.token)
    with pytest.raises(ReconnectNeeded):
        oauth.refresh(network.connection(), APP, studio.token)
