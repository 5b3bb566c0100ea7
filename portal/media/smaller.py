"""Videos that are too large for a network: a worker makes a smaller one of each, nothing is cut off."""

from collections.abc import Iterable, Sequence

import structlog
from flask import current_app
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from portal import files, queue, videos
from portal.extensions import db
from portal.fitting import Recipe
from portal.models import MediaFile, PostMedia, Rendition
from portal.platforms.base import Platform
from portal.transaction import let_go, transaction

log = structlog.get_logger()

UNDER_WAY = ("waiting", "turning")

# As for uploads that have to be turned: one at a time, the oldest first, a silent one is begun again.
CLAIM = text("""
UPDATE rendition SET state = 'turning', progress = 0, worked_at = portal_now()
WHERE id = (
    SELECT id FROM rendition
    WHERE state = 'waiting' OR (state = 'turning' AND worked_at < portal_now() - interval '11 minutes')
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
""")
WAITS = text("SELECT EXISTS (SELECT FROM rendition WHERE state = 'waiting')")


def wait(file: MediaFile, recipe: Recipe) -> None:
    """Note that this is wanted, and ring for a worker."""
    facts = {"mime_type": "video/mp4", "bytes": 0, "width": recipe.size[0], "height": recipe.size[1]}
    facts |= {"name": files.new_name("video/mp4"), "state": "waiting"}
    row = insert(Rendition).values(media_file_id=file.id, recipe=recipe.key, **facts)
    with transaction():
        db.session.execute(row.on_conflict_do_nothing())
        db.session.expire(file, ["renditions"])
        queue.enqueue("turn_videos")


def under_way(places: Iterable[PostMedia], networks: Sequence[Platform]) -> list[tuple[Platform, Rendition]]:
    """What these networks still have to wait for, or cannot get."""
    found = []
    for place in places:
        for network in networks:
            begun = place.file.begun(place.recipe(network)) if place.file.is_video else None
            if begun is not None and begun.state != "ready":
                found.append((network, begun))
    return found


def make_one() -> bool:
    """Make the one that has waited longest; whether there was one."""
    with transaction():
        number = db.session.scalar(CLAIM)
    if number is None:
        return False
    row = db.session.get_one(Rendition, number)
    source = db.session.get_one(MediaFile, row.media_file_id).name
    name, most = row.name, _most(row)
    let_go()  # it takes minutes
    try:
        with files.being_written("video/mp4", name) as (_, part):
            video = videos.turn(files.at_hand(source), part, lambda percent: _tell(number, percent), most)
            count = part.stat().st_size
    except videos.Interrupted:
        _finish(number, state="waiting", progress=0)
    except (videos.NotAVideo, FileNotFoundError) as refused:
        words = refused.words if isinstance(refused, videos.NotAVideo) else videos.UNREADABLE
        _finish(number, state="refused", trouble=words)
    else:
        is_kept = _finish(
            number, state="ready", progress=100, bytes=count, width=video.width, height=video.height
        )
        if not is_kept:  # the doctor took the video away meanwhile
            files.remove(name)
    if db.session.scalar(WAITS):
        queue.ring_again(current_app.extensions["redis"], "turn_videos")
    return True


def _most(row: Rendition) -> tuple[int, int, int]:
    """The last word of a recipe's key is the most bytes."""
    return row.width, row.height, int(row.recipe.rpartition(" ")[2])


def _tell(number: int, percent: int) -> None:
    _finish(number, progress=percent, worked_at=db.session.scalar(text("SELECT portal_now()")))


def _finish(number: int, **facts: object) -> bool:
    """Write what became of it; whether it is still wanted."""
    with transaction():
        row = db.session.get(Rendition, number, populate_existing=True)
        for name, value in facts.items() if row else ():
            setattr(row, name, value)
    return row is not None
