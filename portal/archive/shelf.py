"""Where archived pictures and videos lie: beside the media, under names that nobody serves."""

import os
import secrets
import shutil
from hashlib import file_digest
from pathlib import Path

from portal import files

FOLDER = "archive"


def keep(name: str) -> tuple[str, int, str] | None:
    """Keep a file of the media here too: (its name here, bytes, digest); None when it is gone already.

    It takes no room of its own while the file is among the media, where the disk can do that.
    """
    here = f"{secrets.token_urlsafe(24)}.{name.rpartition('.')[2]}"
    place = files.folder() / FOLDER / here
    place.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        os.link(files.at_hand(name), place)
    except FileNotFoundError:
        return None
    except OSError:  # a disk without second names
        shutil.copyfile(files.path(name), place)
    files.put_away(place)
    with place.open("rb") as content:
        return here, place.stat().st_size, file_digest(content, "sha256").hexdigest()


def path(name: str) -> Path:
    place = files.folder() / FOLDER / name
    files.bring(place)
    return place


def remove(name: str) -> None:
    files.forget(files.folder() / FOLDER / name)
