"""Uploaded media: kept in MEDIA_URL's folder under names that nobody can guess, and where they are found.

Callers know names, never paths: another kind of shelf needs only these functions.
"""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO

from flask import Flask, current_app

from config import BadSetting, Config
from portal.publishing.faults import fault

# What we make ourselves and therefore serve; the ending of a name says which it is.
MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "mp4": "video/mp4"}

NAME = re.compile(rf"[A-Za-z0-9_-]{{32}}\.({'|'.join(MIME_TYPES)})")


class DiskFull(Exception):
    """There is no room for another file; `words` may be shown."""

    words = "There is no room for new files at the moment. Try again later; we see to it."


def init_app(app: Flask) -> None:
    """Make the folder; refuse to start when it cannot be one."""
    config: Config = app.config["PORTAL"]
    if "://" in config.media_url:
        raise BadSetting("MEDIA_URL must be a folder: this version cannot keep media in an object store yet.")
    try:
        Path(config.media_url).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise BadSetting(
            f"MEDIA_URL must be a folder that the portal may write to ({refused.strerror})."
        ) from None


def save(content: bytes, mime_type: str) -> str:
    """Keep `content` and give its name: whole or not at all, even when the machine stops half-way."""
    with being_written(mime_type) as (name, part):
        part.write_bytes(content)
    return name


@contextmanager
def being_written(mime_type: str, name: str | None = None) -> Iterator[tuple[str, Path]]:
    """A new name, or the one that was promised, and a place to write to; what lies there when the block ends
    well is kept under the name."""
    name = name or _new_name(mime_type)
    part = _folder() / f".{name}.part"
    try:
        yield name, part
        fault("while_writing_media")
        part.replace(_folder() / name)
    except OSError as trouble:
        if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from trouble
        raise
    finally:
        part.unlink(missing_ok=True)


def set_aside(content: IO[bytes], mime_type: str) -> str:
    """Keep an upload that has to be turned into something first, and give the name that this will have."""
    name = _new_name(mime_type)
    try:
        # A reader of our own: another program may have moved the place in the file behind `content`'s back.
        with os.fdopen(os.dup(content.fileno()), "rb") as upload, raw_path(name).open("xb") as copy:
            upload.seek(0)
            shutil.copyfileobj(upload, copy)
    except BaseException:
        raw_path(name).unlink(missing_ok=True)
        raise
    return name


def raw_path(name: str) -> Path:
    """Where what was set aside waits; never served, and forgotten as all that stays half-written."""
    return _folder() / f".{name}.raw.part"


def _new_name(mime_type: str) -> str:
    ending = next(ending for ending, known in MIME_TYPES.items() if known == mime_type)
    # 192 bits: media are served without sign-in, because networks fetch them.
    return f"{secrets.token_urlsafe(24)}.{ending}"


def forget_parts(older_than: timedelta) -> None:
    """Remove what a process left half-written when it was killed."""
    last = time.time() - older_than.total_seconds()
    for part in _folder().glob(".*.part"):
        with suppress(FileNotFoundError):  # it has just been finished
            if part.stat().st_mtime < last:
                part.unlink()


def names(older_than: timedelta) -> list[str]:
    """All that has been kept for longer than this."""
    last = time.time() - older_than.total_seconds()
    found = (place for place in _folder().iterdir() if NAME.fullmatch(place.name))
    return [place.name for place in found if place.stat().st_mtime < last]


def open_stored(name: str) -> BinaryIO | None:
    """The content under a name; None when there is none, or when no name of ours looks like that."""
    if not NAME.fullmatch(name):
        return None
    try:
        return (_folder() / name).open("rb")
    except FileNotFoundError:
        return None


def path(name: str) -> str:
    """Where the content lies on this machine, for uploads that read it in parts."""
    return str(_folder() / name)


def remove(name: str) -> None:
    """Forget the content under a name; one that is gone already is no trouble."""
    if NAME.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def mime_type(name: str) -> str:
    return MIME_TYPES[name.rpartition(".")[2]]


def address(name: str) -> str:
    """Where browsers and networks find it."""
    config: Config = current_app.config["PORTAL"]
    return f"{config.public_url}/media/{name}"


def _folder() -> Path:
    config: Config = current_app.config["PORTAL"]
    return Path(config.media_url).absolute()
