"""Uploaded media, under names that nobody can guess: in MEDIA_URL's folder, or in its object store.

With an object store the folder is a shelf at hand: whatever is read lies there first, and what nobody has
read for a while goes from it again. Callers know names, and ask for a path only where a program reads one.
"""

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO

import structlog
from flask import Flask, current_app

from config import BadSetting, Config
from portal.object_store import ObjectStore, StoreAway
from portal.publishing.faults import fault

log = structlog.get_logger()

# What we make ourselves and therefore serve; the ending of a name says which it is.
MIME_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "mp4": "video/mp4"}

NAME = re.compile(rf"[A-Za-z0-9_-]{{32}}\.({'|'.join(MIME_TYPES)})")

# By the folder at hand: the store behind it. Publishers' threads know paths and no app.
STORES: dict[Path, ObjectStore] = {}
# Videos are read again while they are uploaded and shown; afterwards hardly ever.
AT_HAND_STAY = timedelta(days=7)


class DiskFull(Exception):
    """There is no room for another file; `words` may be shown."""

    words = "There is no room for new files at the moment. Try again later; we see to it."


def init_app(app: Flask) -> None:
    """Make the folder; refuse to start when it cannot be one. A store that is away is no reason: it is
    missed when it is needed, and everything else goes on."""
    config: Config = app.config["PORTAL"]
    try:
        config.media_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise BadSetting(
            f"MEDIA_URL must be a folder that the portal may write to ({refused.strerror})."
        ) from None
    STORES.pop(config.media_folder, None)
    if config.object_store:
        STORES[config.media_folder] = ObjectStore(config.object_store)


def save(content: bytes, mime_type: str) -> str:
    """Keep `content` and give its name: whole or not at all, even when the machine stops half-way."""
    with being_written(mime_type) as (name, part):
        part.write_bytes(content)
    return name


@contextmanager
def being_written(mime_type: str, name: str | None = None) -> Iterator[tuple[str, Path]]:
    """A new name, or the one that was promised, and a place to write to; what lies there when the block ends
    well is kept under the name. Raises StoreAway when the store does not take it."""
    name = name or new_name(mime_type)
    part = folder() / f".{name}.part"
    try:
        yield name, part
        fault("while_writing_media")
        if store := _store():
            store.put(name, part)
        part.replace(folder() / name)
    except OSError as trouble:
        _refuse_when_full(trouble)
        raise
    finally:
        part.unlink(missing_ok=True)


def set_aside(content: IO[bytes], mime_type: str) -> str:
    """Keep an upload that has to be turned into something first, and give the name that this will have."""
    name = new_name(mime_type)
    raw = _raw_place(name)
    try:
        # A reader of our own: another program may have moved the place in the file behind `content`'s back.
        with os.fdopen(os.dup(content.fileno()), "rb") as upload, raw.open("xb") as copy:
            upload.seek(0)
            shutil.copyfileobj(upload, copy)
        put_away(raw)
    except BaseException as trouble:
        raw.unlink(missing_ok=True)
        _refuse_when_full(trouble)
        raise
    return name


def _refuse_when_full(trouble: BaseException) -> None:
    if isinstance(trouble, OSError) and trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        raise DiskFull from trouble


def raw_path(name: str) -> Path:
    """Where what was set aside waits; never served, and forgotten as all that stays half-written. Raises
    StoreAway when it lies in the store and the store does not answer."""
    raw = _raw_place(name)
    bring(raw)
    return raw


def forget_raw(name: str) -> None:
    """What was set aside is of no more use."""
    forget(_raw_place(name))


def _raw_place(name: str) -> Path:
    return folder() / f".{name}.raw.part"


def new_name(mime_type: str) -> str:
    """A name that nobody can guess; nothing lies under it yet."""
    ending = next(ending for ending, known in MIME_TYPES.items() if known == mime_type)
    # 192 bits: media are served without sign-in, because networks fetch them.
    return f"{secrets.token_urlsafe(24)}.{ending}"


def forget_parts(older_than: timedelta) -> None:
    """Remove what a process left half-written when it was killed, and from a shelf what nobody reads."""
    last = time.time() - older_than.total_seconds()
    places = list(folder().glob(".*.part"))
    for place in places:
        if _read_before(place, last):
            place.unlink(missing_ok=True)
    if store := _store():
        _clear_shelf()
        _forget_parts_in(store, datetime.now(UTC) - older_than)


def _clear_shelf() -> None:
    """Of what the store has, keep at hand what was read lately."""
    unread = time.time() - AT_HAND_STAY.total_seconds()
    for place in folder().rglob("*.*"):
        if NAME.fullmatch(place.name) and _read_before(place, unread):
            place.unlink(missing_ok=True)


def _forget_parts_in(store: ObjectStore, last: datetime) -> None:
    try:
        for key, _, at in list(store.listed()):
            if key.endswith(".part") and at < last:
                store.delete(key)
    except StoreAway:
        log.warning("store_not_cleaned")  # the next cleaning does it


def _read_before(place: Path, instant: float) -> bool:
    try:
        return place.stat().st_mtime < instant
    except FileNotFoundError:  # it has just been finished
        return False


def names(older_than: timedelta) -> list[str]:
    """All that has been kept for longer than this."""
    if store := _store():
        last = datetime.now(UTC) - older_than
        return [key for key, _, at in store.listed() if at < last and NAME.fullmatch(key)]
    before = time.time() - older_than.total_seconds()
    found = [place for place in folder().iterdir() if NAME.fullmatch(place.name)]
    return [place.name for place in found if _read_before(place, before)]


def open_stored(name: str) -> BinaryIO | None:
    """The content under a name; None when there is none, or when no name of ours looks like that. Raises
    StoreAway."""
    if not NAME.fullmatch(name):
        return None
    try:
        return at_hand(name).open("rb")
    except FileNotFoundError:
        return None


def path(name: str) -> str:
    """Where the content lies on this machine once it was brought there: see `bring`."""
    return str(folder() / name)


def at_hand(name: str) -> Path:
    """The same, brought there now. Raises StoreAway; a name without content leads to no file."""
    place = folder() / name
    bring(place)
    return place


def bring(place: str | Path) -> None:
    """Fetch a file from the store to its place at hand, where it is not there already. Needs no app. What the
    store does not have either is left missing: whoever reads it says so. Raises StoreAway."""
    place = Path(place)
    shelf = next((known for known in STORES if place.is_relative_to(known)), None)
    if shelf is None:
        return
    try:
        os.utime(place)  # it is in use
    except FileNotFoundError:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        part = place.with_name(f".{secrets.token_hex(8)}.fetch.part")
        try:
            STORES[shelf].fetch(_key(place, shelf), part)
            part.replace(place)
        except FileNotFoundError:
            pass
        finally:
            part.unlink(missing_ok=True)


def put_away(place: Path) -> None:
    """Keep a file of the folder in the store as well, where there is one. Raises StoreAway."""
    if store := _store():
        store.put(_key(place, folder()), place)


def has_store() -> bool:
    return _store() is not None


def sizes_in_store() -> dict[str, int]:
    """By key: how many bytes the store has of it. Raises StoreAway."""
    store = _store()
    return {key: size for key, size, _ in store.listed()} if store else {}


def put_under(key: str, place: Path) -> None:
    """Keep a file from elsewhere in the store. Raises StoreAway."""
    if store := _store():
        store.put(key, place)


def remove(name: str) -> None:
    """Forget the content under a name; one that is gone already is no trouble."""
    if NAME.fullmatch(name):
        forget(folder() / name)


def forget(place: Path) -> None:
    """Remove a file of the folder, and of the store."""
    place.unlink(missing_ok=True)
    if store := _store():
        try:
            store.delete(_key(place, folder()))
        except StoreAway:
            # What no row names is found there by the next cleaning.
            log.warning("not_removed_from_store")


def _key(place: Path, shelf: Path) -> str:
    return place.relative_to(shelf).as_posix()


def mime_type(name: str) -> str:
    return MIME_TYPES[name.rpartition(".")[2]]


def address(name: str) -> str:
    """Where browsers and networks find it."""
    config: Config = current_app.config["PORTAL"]
    return f"{config.public_url}/media/{name}"


def folder() -> Path:
    """MEDIA_URL's folder, or the shelf before the store."""
    config: Config = current_app.config["PORTAL"]
    return config.media_folder


def _store() -> ObjectStore | None:
    return STORES.get(folder())
