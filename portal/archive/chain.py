"""How entries hang together, and how anybody checks that none was changed, left out or put in between.

`body_digest` is the SHA-256 of the body's letters in UTF-8. `digest` is the SHA-256 of seven lines, each
ended by a line feed: the name of this format, the doctor's number, the entry's number, its kind, its time,
the body's digest, and the digest of the entry before (64 zeros before the first).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FORMAT = "portal-archive-1"
BEGINNING = "0" * 64
# No line of an archive is longer: a post with all its attempts is far shorter.
LONGEST_LINE = 4 * 1024 * 1024
# An editor may leave one at the end; millions of them only keep a reader busy.
MOST_EMPTY_LINES = 10


@dataclass
class Checked:
    """What came of checking a file: sound without `problem`; `line` counts from 1."""

    doctor: str = ""
    doctor_id: int = 0
    made_at: str = ""
    entries: int = 0
    forgotten: int = 0
    head: str = BEGINNING
    problem: str | None = None
    line: int = 0
    # Of the pictures and videos that bodies name.
    media: set[str] = field(default_factory=set)

    @property
    def is_sound(self) -> bool:
        return self.problem is None


class _Broken(Exception):
    """A line that does not fit; said in words."""


def body_digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def digest(doctor_id: int, number: int, kind: str, at: str, of_body: str, previous: str) -> str:
    lines = (FORMAT, str(doctor_id), str(number), kind, at, of_body, previous)
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def time_words(at: datetime) -> str:
    """An instant as the chain writes it: UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def check(lines: Iterable[bytes]) -> Checked:
    """Read an archive line by line; stops at the first thing that does not fit."""
    checked = Checked()
    try:
        for number, record in enumerate(_records(lines, checked)):
            if number == 0:
                announced = _begin(checked, record)
            else:
                _follow(checked, record)
        if checked.line == 0:
            raise _Broken("This file is empty.")
        if (checked.entries, checked.head) != announced:
            raise _Broken("Entries are missing at the end.")
    except _Broken as broken:
        checked.problem = str(broken)
    return checked


def _records(lines: Iterable[bytes], checked: Checked) -> Iterator[dict[str, Any]]:
    empty = 0
    for line in lines:
        if not line.strip():
            empty += 1
            if empty > MOST_EMPTY_LINES:
                raise _Broken("This is not an archive of the portal.")
            continue
        checked.line += 1
        try:
            record = json.loads(line)
            # Half a letter, written as an escape, is JSON and still no text.
            json.dumps(record, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise _Broken("This is not an archive of the portal.")
        yield record


def _begin(checked: Checked, record: dict[str, Any]) -> tuple[int, str]:
    if record.get("format") != FORMAT:
        raise _Broken("This is not an archive of the portal.")
    doctor = record.get("doctor")
    if not isinstance(doctor, dict) or not isinstance(doctor.get("id"), int):
        raise _Broken("The first line does not say whose archive this is.")
    checked.doctor, checked.doctor_id = str(doctor.get("name", "")), doctor["id"]
    checked.made_at = str(record.get("made_at", ""))
    return record.get("entries", 0), str(record.get("head", ""))


def _follow(checked: Checked, record: dict[str, Any]) -> None:
    number, kind, at, body = (record.get(name) for name in ("number", "kind", "at", "body"))
    if number != checked.entries + 1:
        raise _Broken(f"Entry {checked.entries + 1} is missing.")
    if record.get("previous") != checked.head:
        raise _Broken(f"Entry {number} does not follow the one before it.")
    of_body = str(record.get("body_digest"))
    if body is None:
        checked.forgotten += 1
    elif not isinstance(body, str) or body_digest(body) != of_body:
        raise _Broken(f"What entry {number} says was changed.")
    if digest(checked.doctor_id, number, str(kind), str(at), of_body, checked.head) != record.get("digest"):
        raise _Broken(f"Entry {number} was changed.")
    checked.entries, checked.head = number, record["digest"]
    checked.media |= _media_of(body)


def _media_of(body: str | None) -> set[str]:
    try:
        said = json.loads(body or "{}")
    except (ValueError, RecursionError):
        return set()
    media = said.get("media", []) if isinstance(said, dict) else []
    return {str(one["digest"]) for one in media if isinstance(one, dict) and one.get("digest")}
