"""Videos of a kind that no network takes: they wait, and a worker turns one after the other into an MP4."""

from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import IO

import structlog
from flask import current_app
from sqlalchemy import text

from portal import files, queue, videos
from portal.extensions import db
from portal.media.inputs import Upload, name_of
from portal.models import Doctor, MediaFile
from portal.transaction import let_go, transaction

log = structlog.get_logger()

# One at a time and the oldest first; one whose worker has said nothing for so long is begun again.
CLAIM = text("""
UPDATE media_file SET state = 'turning', progress = 0, worked_at = portal_now()
WHERE id = (
    SELECT id FROM media_file
    WHERE state = 'waiting' OR (state = 'turning' AND worked_at < portal_now() - interval '11 minutes')
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
""")
WAITS = text("SELECT EXISTS (SELECT FROM media_file WHERE state = 'waiting')")

Record = Callable[[Doctor, str, MediaFile], MediaFile]


def wait(doctor: Doctor, file: IO[bytes], filename: str, said: Upload, record: Record) -> MediaFile:
    """Set the upload aside, and keep a row with the name that the finished video will have."""
    name = files.set_aside(file, "video/mp4")
    raw = files.raw_path(name)
    row = MediaFile(
        doctor_id=doctor.id,
        purpose="post",
        mime_type="video/mp4",
        bytes=raw.stat().st_size,
        file_name=name_of(filename),
        alt_text=said.alt_text,
        digest=_digest(raw),
        state="waiting",
    )
    try:
        kept = record(doctor, name, row)
    except BaseException:
        raw.unlink(missing_ok=True)
        raise
    queue.enqueue("turn_videos")
    return kept


def turn_one() -> bool:
    """Turn the video that has waited longest; whether there was one."""
    with transaction():
        number = db.session.scalar(CLAIM)
    if number is None:
        return False
    row = db.session.get_one(MediaFile, number)
    name, raw = row.name, files.raw_path(row.name)
    let_go()  # turning takes minutes
    try:
        with files.being_written("video/mp4", name) as (_, part):
            video = videos.turn(raw, part, lambda percent: _tell(number, percent))
            facts = {"bytes": part.stat().st_size, "digest": _digest(part)}
    except videos.Interrupted:
        _finish(number, state="waiting", progress=0)
    except (videos.NotAVideo, FileNotFoundError) as refused:
        words = refused.words if isinstance(refused, videos.NotAVideo) else videos.UNREADABLE
        _finish(number, state="refused", trouble=words)
        files.forget_raw(name)
    else:
        shown = {"width": video.width, "height": video.height, "duration": video.duration}
        _finish(number, state="ready", progress=100, removed=list(video.removed), **facts, **shown)
        files.forget_raw(name)
    if db.session.scalar(WAITS):
        queue.ring_again(current_app.extensions["redis"], "turn_videos")
    return True


def _tell(number: int, percent: int) -> None:
    with transaction():
        row = db.session.get(MediaFile, number)
        if row is not None:
            row.progress = percent
            row.worked_at = db.session.scalar(text("SELECT portal_now()"))


def _finish(number: int, **facts: object) -> None:
    """Write what became of it; the doctor may have taken it away meanwhile."""
    with transaction():
        row = db.session.get(MediaFile, number)
        for name, value in facts.items() if row else ():
            setattr(row, name, value)
    log.info("video_turned", media_file_id=number, state=facts["state"])


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
