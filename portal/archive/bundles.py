"""An archive as a file that anybody can check: the chain, a table to read, and the pictures and videos."""

import csv
import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import PurePath
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal import clock
from portal.archive import chain, shelf
from portal.cells import quoted
from portal.extensions import db
from portal.models import Doctor
from portal.models.archive import ArchiveEntry

CHAIN, TABLE, README = "archive.jsonl", "archive.csv", "README.txt"
PIECE = 64 * 1024
# Anybody may hand a file in. A few bytes can stand for hours of reading: no chain is as long as this, the way
# it is packed is ours, and pictures and videos hardly shrink.
LONGEST_CHAIN = 256 * 1024 * 1024
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MEDIA_SHRINK = 4
COLUMNS = ("number", "kind", "at", "network", "account", "text", "permalink", "checks", "reasons", "digest")

DAMAGED = "This is not an archive of the portal, or the file is damaged."

HOW_TO_CHECK = f"""An archive of what was published.

{CHAIN} holds one entry in each line; the first line says whose it is. {TABLE} tells the same as a table.
media/ holds the pictures and videos, named by the SHA-256 of their bytes.

Check it on the portal's page "Check an archive", or without the portal:

  body_digest  is the SHA-256 of the letters of "body", in UTF-8.
  digest       is the SHA-256 of seven lines, each ended by a line feed: {chain.FORMAT}, the doctor's id from
               the first line, then "number", "kind", "at", "body_digest" and "previous" of the entry.
  previous     is the digest of the entry before it; 64 zeros for the first.

The last digest is the one in the first line. An entry whose time is over has no body; its digests stay.
"""


def entries(doctor_id: int) -> Iterator[ArchiveEntry]:
    """From the first on, a portion at a time."""
    query = select(ArchiveEntry).where(ArchiveEntry.doctor_id == doctor_id)
    query = query.options(selectinload(ArchiveEntry.files)).order_by(ArchiveEntry.number)
    yield from db.session.scalars(query.execution_options(yield_per=200))


def whole(doctor: Doctor) -> Iterator[bytes]:
    """A ZIP file, written to the disk before it is sent, so that it ends well or not at all."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr(README, HOW_TO_CHECK)
            _fill(bundle, doctor)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def check(file: IO[bytes]) -> chain.Checked:
    """Check what was handed in: a whole bundle, or the chain alone."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return chain.check(_lines(file))
    size = file.seek(0, io.SEEK_END)
    try:
        with zipfile.ZipFile(file) as bundle:
            if not _can_be_ours(bundle, size):
                return chain.Checked(problem=DAMAGED)
            with bundle.open(CHAIN) as lines:
                checked = chain.check(_lines(lines))
            if checked.is_sound:
                _check_media(bundle, checked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        NotImplementedError,  # zipfile's word for a way of packing that it does not know
        RuntimeError,
        OSError,
        EOFError,
    ):
        return chain.Checked(problem=DAMAGED)
    return checked


def _can_be_ours(bundle: zipfile.ZipFile, size: int) -> bool:
    """Whether reading it takes about as long as a file of `size` bytes should: none is read beyond what it
    says of its own length."""
    media = [part for part in bundle.infolist() if part.filename.startswith("media/")]
    if any(part.compress_type not in PACKED for part in [bundle.getinfo(CHAIN), *media]):
        return False
    is_short = bundle.getinfo(CHAIN).file_size <= LONGEST_CHAIN
    return is_short and sum(part.file_size for part in media) <= MEDIA_SHRINK * size


def _fill(bundle: zipfile.ZipFile, doctor: Doctor) -> None:
    """Both tellings are spooled, for a ZIP file is written one part after the other."""
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as table:
        table.write(_row(COLUMNS))
        count, head, there = 0, chain.BEGINNING, set()
        for entry in entries(doctor.id):
            count, head = entry.number, entry.digest
            lines.write(_line(_record(entry)))
            table.write(_row(_told(entry)))
            for kept in entry.files:
                if kept.digest not in there and shelf.path(kept.name).exists():
                    there.add(kept.digest)
                    ending = PurePath(kept.name).suffix
                    bundle.write(shelf.path(kept.name), f"media/{kept.digest}{ending}", zipfile.ZIP_STORED)
        first = {
            "format": chain.FORMAT,
            "doctor": {"id": doctor.id, "name": doctor.full_name},
            "made_at": chain.time_words(clock.now()),
            "entries": count,
            "head": head,
        }
        _copy(bundle, CHAIN, lines, _line(first))
        # Spreadsheet programs know UTF-8 by this mark alone.
        _copy(bundle, TABLE, table, "\ufeff".encode())


def _copy(bundle: zipfile.ZipFile, name: str, spooled: IO[bytes], begin: bytes) -> None:
    spooled.seek(0)
    with bundle.open(name, "w", force_zip64=True) as part:
        part.write(begin)
        while piece := spooled.read(PIECE):
            part.write(piece)


def _record(entry: ArchiveEntry) -> dict[str, Any]:
    facts = ("number", "kind", "body", "body_digest", "previous", "digest")
    return {"at": chain.time_words(entry.at), **{name: getattr(entry, name) for name in facts}}


def _told(entry: ArchiveEntry) -> list[str]:
    said = json.loads(entry.body or "{}")
    checks = said.get("checks") or {}
    told = {
        "number": entry.number,
        "kind": entry.kind,
        "at": chain.time_words(entry.at),
        "network": said.get("network"),
        "account": (said.get("account") or {}).get("name"),
        "text": said.get("text") or said.get("words") or said.get("reason"),
        "permalink": said.get("permalink"),
        "checks": " ".join(sorted({one["id"] for one in checks.get("findings", [])})),
        "reasons": "; ".join(f"{rule}: {why}" for rule, why in (checks.get("reasons") or {}).items()),
        "digest": entry.digest,
    }
    return [quoted(str(told[name] or "")) for name in COLUMNS]


def _check_media(bundle: zipfile.ZipFile, checked: chain.Checked) -> None:
    """Each file is what its name says; which of them a body names may have been let go since."""
    for part in bundle.infolist():
        if part.filename.startswith("media/"):
            with bundle.open(part) as content:
                found = file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
            if found != PurePath(part.filename).stem or found not in checked.media:
                checked.problem = f"The file {part.filename} was changed, or does not belong here."


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Line by line; one that never ends is cut, and then is no JSON."""
    while line := file.readline(chain.LONGEST_LINE):
        yield line


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _row(values: Any) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet).writerow(values)
    return sheet.getvalue().encode()
