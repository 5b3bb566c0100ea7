"""LinkedIn's uploads, figures and deletions against the practice network."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import clock, http
from portal.platforms.base import Author, Content, Media, Token
from portal.platforms.errors import StillPreparing, UploadGone
from portal.platforms.linkedin import LinkedIn
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.sandbox.client import Net

network = LinkedIn()
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(5 * 1024 * 1024)


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


@pytest.fixture(params=["profile", "organization"])
def voice(request: pytest.FixtureRequest, net: Net) -> tuple[Author, Token]:
    """Asha as herself, then as her clinic's page."""
    connection = network.connection(request.param)
    seeded = net.connect("linkedin", f"dr_asha_{request.param}", scopes=list(connection.scopes))
    token = Token(seeded["access_token"])
    identity = network.identities(connection, token)[0]
    return Author(identity.remote_id, connection.key, identity.display_name, identity.handle), token


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Media]:
    found = {}
    for id, (kind, content) in enumerate((("image/png", PNG), ("video/mp4", FILM)), start=1):
        path = tmp_path / str(id)
        path.write_bytes(content)
        facts: dict[str, Any] = {"alt_text": "An inhaler", "path": str(path)}
        found[kind[:5]] = Media(id, "https://p.example/a", kind, len(content), 640, 360, **facts)
    return found


def go_out(content: Content, token: Token, monkeypatch: pytest.MonkeyPatch) -> str:
    """As the engine does it: prepared, asked again when there was time, published."""
    staged: dict[str, Any] = {}
    at = datetime.now(UTC)
    for _ in range(6):
        try:
            staged = network.stage(content, token, staged, staged.update)
            break
        except StillPreparing as waits:
            at += timedelta(seconds=waits.seconds + 1)
            monkeypatch.setattr(clock, "now", lambda at=at: at)
    assert not network.needs_staging(content, staged)
    return network.publish(network.compose(content, staged), content.author, token).remote_id


@pytest.mark.parametrize("kinds", [["image"], ["image", "image"], ["video"]], ids=str)
def test_pictures_and_videos_arrive_whole_and_described(
    net: Net,
    voice: tuple[Author, Token],
    files: dict[str, Media],
    kinds: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    author, token = voice
    content = Content(f"Look: {author.connection} {kinds}", author, media=tuple(files[k] for k in kinds))

    urn = go_out(content, token, monkeypatch)

    [post] = net.posts("linkedin")
    assert (post["id"], post["text"]) == (urn, content.text)
    assert [one["alt_text"] for one in post["media"]] == ["An inhaler"] * len(kinds)
    whole = {"image": PNG, "video": FILM}
    assert [net.call("GET", one["url"]).data for one in post["media"]] == [whole[k] for k in kinds]


def test_a_film_that_cannot_be_worked_on_is_sent_once_more(
    net: Net, voice: tuple[Author, Token], files: dict[str, Media], monkeypatch: pytest.MonkeyPatch
) -> None:
    author, token = voice
    content = Content(f"Once more by {author.connection}", author, media=(files["video"],))
    net.fault("linkedin", "spoilt")

    with pytest.raises(UploadGone):
        go_out(content, token, monkeypatch)

    assert go_out(content, token, monkeypatch) == net.posts("linkedin")[0]["id"]


def test_a_card_with_its_picture_arrives(
    net: Net, voice: tuple[Author, Token], files: dict[str, Media], monkeypatch: pytest.MonkeyPatch
) -> None:
    author, token = voice
    link = f"https://clinic.example/{author.connection}"
    content = Content("Dates", author, link=link, link_title="Flu", media=(files["image"],))

    go_out(content, token, monkeypatch)

    assert net.posts("linkedin")[0]["link"] == link


def test_figures_and_deletion(net: Net, voice: tuple[Author, Token], monkeypatch: pytest.MonkeyPatch) -> None:
    author, token = voice
    urn = go_out(Content(f"Counted as {author.connection}", author), token, monkeypatch)

    found = network.figures([urn], author, token)
    network.delete(urn, author, token)
    network.delete(urn, author, token)

    assert bool(found) is (author.connection == "organization")
    assert net.posts("linkedin") == []
