"""The pictures and videos that a row of a table names: files of the doctor's own library, by their names."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_

from portal.errors import Invalid
from portal.extensions import db
from portal.media import library
from portal.models import Doctor, MediaFile

SEPARATORS = re.compile(r"[,;\n|]")

TOO_MANY_WORDS = (
    "There are more lines under “alt_text” than files under “media”. Write one line for each file."
)


def of_row(doctor: Doctor, names: str, alt_texts: str) -> list[dict[str, Any]]:
    """The files in their order, as the post's input wants them. A file without words of its own here keeps
    those of the library. Raises Invalid with a sentence."""
    named = [word.strip() for word in SEPARATORS.split(names) if word.strip()]
    words = [line.strip() for line in alt_texts.strip().splitlines()]
    if len(words) > len(named):
        raise Invalid("alt_text", TOO_MANY_WORDS)
    placed: list[dict[str, Any]] = [{"id": _file(doctor, name).id} for name in named]
    for place, said in zip(placed, words, strict=False):
        if said:
            place["alt_text"] = said
    return placed


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
