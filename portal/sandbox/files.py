"""Files that somebody uploaded to a network: facts in the journal, bytes in a folder."""

import hashlib
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .journal import Journal


@dataclass
class File:
    """A place for a file, and what is known of it once its bytes have come."""

    platform: str
    id: str
    owner: str
    made_at: float
    mime_type: str = ""
    bytes: int = 0
    sha256: str = ""
    alt_text: str = ""

    @property
    def is_here(self) -> bool:
        return bool(self.sha256)

    @property
    def name(self) -> str:
        return hashlib.sha256(f"{self.platform}:{self.id}".encode()).hexdigest()[:32]

    def as_media(self, alt_text: str = "") -> dict[str, Any]:
        """How a post tells of it; `url` is where the practice network shows the bytes."""
        return {
            "id": self.id,
            "mime_type": self.mime_type,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "alt_text": alt_text or self.alt_text,
            "url": f"/_/files/{self.name}",
        }


class Files:
    """Everything uploaded, kept over a restart."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self._journal = journal
        self._folder = folder
        self._lock = threading.Lock()
        self._files = {(r["platform"], r["id"]): File(**r) for r in journal.load("file")}

    def expect(self, file: File) -> File:
        """Make a place for a file that will come."""
        with self._lock:
            self._files[file.platform, file.id] = file
        self._keep(file)
        return file

    def fill(self, file: File, content: bytes, mime_type: str) -> None:
        """Store the bytes of a file that was expected."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / file.name).write_bytes(content)
        file.mime_type, file.bytes = mime_type, len(content)
        file.sha256 = hashlib.sha256(content).hexdigest()
        self._keep(file)

    def describe(self, file: File, alt_text: str) -> None:
        file.alt_text = alt_text
        self._keep(file)

    def get(self, platform: str, id: str) -> File | None:
        return self._files.get((platform, id))

    def content(self, name: str) -> tuple[Path, str] | None:
        """Where the bytes behind an address lie, and what they are."""
        with self._lock:
            files = list(self._files.values())
        found = next((each for each in files if each.name == name and each.is_here), None)
        return (self._folder / name, found.mime_type) if found else None

    def _keep(self, file: File) -> None:
        self._journal.keep("file", f"{file.platform}:{file.id}", asdict(file))
