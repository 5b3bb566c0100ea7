"""Files that somebody uploaded to a network: facts in the journal, bytes in a folder."""

import hashlib
import shutil
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

    def put_part(self, file: File, number: int, content: bytes) -> str:
        """Store one part of a file that comes in parts, or store it again; its digest."""
        folder = self._parts(file)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05d}").write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def part_digests(self, file: File) -> list[str]:
        """The digests of the parts that have come, in order; a gap ends the list."""
        found = sorted(self._parts(file).glob("*"))
        whole = [path for number, path in enumerate(found) if int(path.name) == number]
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in whole]

    def parts_size(self, file: File) -> int:
        """How many bytes have come in parts."""
        return sum(path.stat().st_size for path in self._parts(file).glob("*"))

    def join_parts(self, file: File, mime_type: str) -> None:
        """Make the file of its parts."""
        digest, size, folder = hashlib.sha256(), 0, self._parts(file)
        with (self._folder / file.name).open("wb") as whole:
            for path in sorted(folder.glob("*")):
                part = path.read_bytes()
                digest.update(part)
                size += whole.write(part)
        shutil.rmtree(folder, ignore_errors=True)
        file.mime_type, file.bytes, file.sha256 = mime_type, size, digest.hexdigest()
        self._keep(file)

    def whole(self, file: File) -> bytes:
        """All bytes of a file that is here."""
        return (self._folder / file.name).read_bytes()

    def beginning(self, file: File) -> bytes:
        """The first bytes of a file that is here, by which its kind is known."""
        with (self._folder / file.name).open("rb") as stored:
            return stored.read(64)

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

    def _parts(self, file: File) -> Path:
        return self._folder / f"{file.name}.parts"

    def _keep(self, file: File) -> None:
        self._journal.keep("file", f"{file.platform}:{file.id}", asdict(file))
