"""The pictures and videos that a row of a table names: files of the doctor's own library, by their names."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_

from portal.errors import Invalid
from portal.extensions import db
from portal.media import library
from portal.models import Doctor, MediaFile
from portal.posts.attachments import WHO
from portal.posts.import_tables import Row

SEPARATORS = re.compile(r"[,;\n|]")

TOO_MANY_WORDS = (
    "There are more lines under “{column}” than files under “media”. Write one line for each file."
)
NOT_SAID_SO = "Write nobody, staff or patient."


def of_row(doctor: Doctor, row: Row) -> list[dict[str, Any]]:
    """The files in their order, as the post's input wants them. A file without words of its own here keeps
    those of the library. Raises Invalid with a sentence."""
    named = [word.strip() for word in SEPARATORS.split(row.get("media", "")) if word.strip()]
    words = _lines(row, "alt_text", len(named))
    seen = [_who(said) for said in _lines(row, "who_is_seen", len(named), is_shared=True)]
    consents = _lines(row, "consent", len(named), is_shared=True)
    placed: list[dict[str, Any]] = [{"id": _file(doctor, name).id} for name in named]
    for place, alt_text, who, consent in zip(placed, words, seen, consents, strict=True):
        is_patient = who == "patient"
        said = {"alt_text": alt_text, "shows": who, "consent": consent if is_patient else ""}
        place |= {name: value for name, value in said.items() if value}
    return placed


def _lines(row: Row, column: str, number: int, *, is_shared: bool = False) -> list[str]:
    """A line for each file. Where it may be shared, one line is said of all of them."""
    lines = [line.strip() for line in row.get(column, "").strip().splitlines()]
    if len(lines) > number:
        raise Invalid(column, TOO_MANY_WORDS.format(column=column))
    if is_shared and len(lines) == 1:
        return lines * number
    return lines + [""] * (number - len(lines))


def _who(said: str) -> str:
    plain = said.casefold()
    for who, words in WHO.items():
        if plain in (who, words.casefold()):
            return who
    if plain:
        raise Invalid("who_is_seen", NOT_SAID_SO)
    return ""


def name_of(doctor: Doctor, file: MediaFile) -> str:
    """What a table calls a file so that it is found again: its own name, or ours where that names another."""
    is_plain = file.file_name.strip() and not SEPARATORS.search(file.file_name)
    return file.file_name.strip() if is_plain and len(_called(doctor, file.file_name)) == 1 else file.name


def _file(doctor: Doctor, name: str) -> MediaFile:
    found = _called(doctor, name)
    if not found:
        raise Invalid(
            "media", f"There is no file “{name[:80]}” in your library. Upload it, or check its name."
        )
    if len(found) > 1:
        raise Invalid(
            "media", f"Two files in your library are called “{name[:80]}”. Rename one of them there."
        )
    return found[0]


def _called(doctor: Doctor, name: str) -> Sequence[MediaFile]:
    plain = name.strip().lower()
    is_called = or_(func.lower(func.trim(MediaFile.file_name)) == plain, MediaFile.name == name.strip())
    return db.session.scalars(library.own(doctor).where(is_called).limit(2)).all()
