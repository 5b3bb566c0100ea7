"""The portal's own classes against the practice network, and a place on this machine that serves media."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image

from portal.platforms import oauth
from portal.platforms.base import App, Author, Content, Identity, Lost, Media, Platform, Published, Token
from portal.platforms.errors import StillPreparing
from tests.sandbox.client import CALLBACK, Browser, Net

APP = App("990011", "s3cr3t")
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(2000)

numbers = count(1)


def jpeg(width: int = 600, height: int = 600, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind)
    return out.getvalue()


@dataclass
class Shelf:
    """What a server on this machine serves."""

    url: str
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def put(self, mime_type: str, content: bytes, folder: Path | None = None, **facts: Any) -> Media:
        number = next(numbers)
        name = f"{number}.{mime_type.rpartition('/')[2]}"
        self.files[f"/media/{name}"] = (mime_type, content)
        path = None
        if folder:
            path = str(folder / name)
            Path(path).write_bytes(content)
        return Media(number, f"{self.url}/media/{name}", mime_type, len(content), path=path, **facts)


@contextmanager
def serving() -> Iterator[Shelf]:
    """A server on a free port, until the end of the block."""
    shelf = Shelf("")

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = shelf.files.get(self.path)
            self.send_response(200 if found else 404)
            kind, content = found or ("text/plain", b"no")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    shelf.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Voice:
    """Somebody who can post on a network, as the portal does it."""

    network: Platform
    author: Author
    token: Token
    net: Net

    def content(self, text: str, **more: Any) -> Content:
        return Content(text, self.author, **more)

    def prepare(self, content: Content) -> dict[str, Any]:
        """All that must come before the sending, however often the network asks for time."""
        staged: dict[str, Any] = {}
        pause = threading.Event()
        for _ in range(100):
            if not self.network.needs_staging(content, staged):
                break
            try:
                staged = self.network.stage(content, self.token, dict(staged), staged.update)
            except StillPreparing:
                pause.wait(0.1)
        return self.network.compose(content, staged)

    def publish(self, sent: dict[str, Any]) -> Published:
        published = self.network.publish(sent, self.author, self.token)
        assert isinstance(published, Published)
        return published

    def say(self, text: str, **more: Any) -> Published:
        return self.publish(self.prepare(self.content(text, **more)))

    def find(self, sent: dict[str, Any], sent_at: datetime) -> Published | None:
        return self.network.find(Lost(sent, sent_at), self.author, self.token)

    def posts(self) -> list[dict[str, Any]]:
        found = self.net.posts(self.network.key)
        return [post for post in found if post["account"] == self.author.remote_id]


def sign_in(network: Platform, key: str, net: Net) -> tuple[Token, list[Identity]]:
    """The whole dance of a newcomer: consent page, "Allow", code, token, identities."""
    connection = network.connection(key)
    address = oauth.authorization_address(connection, APP, CALLBACK, "STATE", None)
    code = Browser(net).allow(address)["code"]
    token = oauth.exchange(connection, APP, CALLBACK, code, None)
    assert oauth.missing_permissions(connection, token) == []
    return token, network.identities(connection, token)


def voice_of(network: Platform, key: str, net: Net) -> Voice:
    token, identities = sign_in(network, key, net)
    one = identities[0]
    author = Author(one.remote_id, key, one.display_name, one.handle, one.facts)
    return Voice(network, author, one.token or token, net)


def now() -> datetime:
    return datetime.now(UTC)
