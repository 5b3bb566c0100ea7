"""Upload sessions under way: what each was opened for, and which bytes it holds. A restart ends them all.

Like Google's, a session keeps whole blocks of 262144 bytes of what came before a line broke.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ..numbers import secret
from ..world import World

BLOCK = 262_144


@dataclass
class Session:
    """One upload. `video` is the resource that came of it, once it is whole."""

    id: str
    person: str
    resource: dict[str, Any]
    path: Path
    mime_type: str
    total: int | None
    held: int = 0
    chunk: int = 0  # the size of the parts, known from the first of them
    video: dict[str, Any] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, stream: BinaryIO, start: int, count: int) -> None:
        """Keep what comes of `count` bytes from `start` on, block by block; what is held is passed over."""
        left, skip = count, max(self.held - start, 0)
        while left > 0:
            block = stream.read(min(BLOCK, left))
            if len(block) < min(BLOCK, left):
                return
            left -= len(block)
            fresh, skip = block[skip:], max(skip - len(block), 0)
            self._write(fresh)

    def content(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def _write(self, content: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(content)
        self.held += len(content)


_sessions: dict[str, Session] = {}


def open_session(
    world: World, person: str, resource: dict[str, Any], mime_type: str, total: int | None
) -> Session:
    folder = world.settings.folder / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    id = secret("ABg5-", 60)
    _sessions[id] = Session(id, person, resource, folder / id, mime_type, total)
    return _sessions[id]


def find(id: str, person: str) -> Session | None:
    """The session of that name, for the person who opened it."""
    found = _sessions.get(id)
    return found if found and found.person == person else None


def end_all() -> None:
    """As when all of them grew too old."""
    _sessions.clear()
