"""From a folder into the object store: `flask --app wsgi move-media FOLDER`, as often as one likes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from portal import files
from portal.extensions import db
from portal.models import MediaFile, Rendition
from portal.models.archive import ArchivedFile
from portal.object_store import StoreAway

ARCHIVE = "archive"


@dataclass
class Moved:
    """What came of it, in numbers of files."""

    copied: int = 0
    there: int = 0
    missing: int = 0


def move(source: Path) -> Moved:
    """Copy every file that the portal knows from a folder into the store, unless it is there in full. Nothing
    is taken away from the folder. Raises StoreAway; what was copied by then is not copied again."""
    moved, there = Moved(), files.sizes_in_store()
    for key in _keys(source):
        place = source / key
        if not place.exists():
            moved.missing += key not in there
        elif there.get(key) == place.stat().st_size:
            moved.there += 1
        else:
            files.put_under(key, place)
            moved.copied += 1
    return moved


def _keys(source: Path) -> Iterator[str]:
    """What was kept, what was made of it, what is archived, and uploads that still wait for a worker."""
    ready = select(MediaFile.name).where(MediaFile.state == "ready")
    yield from db.session.scalars(ready)
    yield from db.session.scalars(select(Rendition.name).where(Rendition.state == "ready"))
    yield from (f"{ARCHIVE}/{name}" for name in db.session.scalars(select(ArchivedFile.name)))
    yield from (place.name for place in source.glob(".*.raw.part"))


@click.command("move-media")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def move_media(folder: Path) -> None:
    """Copy the files of FOLDER into the object store that MEDIA_URL names; run it again after the switch."""
    if not files.has_store():
        raise click.ClickException("MEDIA_URL must name an object store: s3://bucket/prefix.")
    try:
        moved = move(folder)
    except StoreAway as away:
        raise click.ClickException(f"{away.words} What is copied stays; run this again.") from away
    click.echo(f"{moved.copied} copied, {moved.there} there already, {moved.missing} not found.")
