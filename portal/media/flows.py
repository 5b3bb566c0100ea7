"""Take uploads for posts: check, draw anew or strip, keep; and forget those that no post uses."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import IO

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update

from portal import clock, files, pictures, videos
from portal.errors import Invalid
from portal.extensions import db
from portal.media import kinds, renditions, turning
from portal.media.inputs import Upload, name_of
from portal.media.library import IDLE_STAY
from portal.models import Doctor, MediaFile, PostMedia, Rendition, WorkingCopy
from portal.object_store import StoreAway
from portal.transaction import let_go, transaction

Noted = Callable[[MediaFile], None]

QUOTA_BYTES = 5 * 1024**3
PARTS_STAY = timedelta(days=1)

MOST_BYTES: dict[kinds.Kind, int] = {"picture": pictures.MAX_POST_BYTES, "video": videos.MAX_BYTES}
# A whole request: the largest file, and room for the fields around it.
REQUEST_BYTES = videos.MAX_BYTES + 2 * 1024 * 1024

NO_ROOM = (
    f"Your files fill the room that you have here ({QUOTA_BYTES // 1024**3} GB)."
    " Remove files that you no longer need from your library."
)


def keep(
    doctor: Doctor, file: IO[bytes], filename: str, said: Upload, noted: Noted | None = None
) -> MediaFile:
    """Keep an uploaded picture or video for the doctor's posts, without anything that it told beside its
    pixels. Raises Invalid("file", …) for what cannot be taken.

    `noted` is called with the new row in the transaction that writes it; what it raises undoes the whole.
    """
    record = partial(_record, noted)
    try:
        kind = kinds.tell(file, filename)
        _check_bytes(kind, file)
        _check_room(doctor, 0)
        let_go()  # stripping takes a while
        if kind == "picture":
            return _keep_picture(doctor, file, filename, said, record)
        return _keep_video(doctor, file, filename, said, record)
    except (kinds.NotTaken, pictures.NotAPicture, videos.NotAVideo, files.DiskFull, StoreAway) as refused:
        raise Invalid("file", refused.words) from None


def forget_unused() -> None:
    """Remove uploads that no post has used for a quarter of a year, and what was left half-written."""
    of_post = exists().where(PostMedia.media_file_id == MediaFile.id)
    of_unsaved_work = exists().where(MediaFile.id == func.any(WorkingCopy.media_ids))
    is_used = or_(of_post, of_unsaved_work)
    _note_idle(is_used)
    with transaction():
        is_over = or_(MediaFile.idle_since < clock.now() - IDLE_STAY, MediaFile.hidden_at.is_not(None))
        # A post that takes one right now holds it, and it is passed by.
        unused = select(MediaFile.id).where(MediaFile.purpose == "post", is_over, ~is_used)
        free = db.session.scalars(unused.with_for_update(skip_locked=True)).all()
        made = renditions.names_of(free)
        names = db.session.scalars(
            delete(MediaFile).where(MediaFile.id.in_(free)).returning(MediaFile.name)
        ).all()
    for name in [*names, *made]:
        files.remove(name)
        files.forget_raw(name)
    renditions.forget_unused()
    files.forget_parts(PARTS_STAY)
    _forget_strays()


def _note_idle(is_used: ColumnElement[bool]) -> None:
    """Since when no post uses a file; one that is used again begins anew."""
    of_posts = update(MediaFile).where(MediaFile.purpose == "post")
    with transaction():
        idle = MediaFile.idle_since.is_(None)
        db.session.execute(of_posts.where(idle, ~is_used).values(idle_since=clock.now()))
        db.session.execute(of_posts.where(~idle, is_used).values(idle_since=None))


def _forget_strays() -> None:
    """Remove files that no row names: a request that was undone, or killed, may leave one behind."""
    try:
        names = set(files.names(older_than=PARTS_STAY))
    except StoreAway:
        return  # the next cleaning finds them
    for kind in (MediaFile, Rendition):
        names -= set(db.session.scalars(select(kind.name)))
    for name in names:
        files.remove(name)


def _check_bytes(kind: kinds.Kind, file: IO[bytes]) -> None:
    most = MOST_BYTES[kind]
    if file.seek(0, os.SEEK_END) > most:
        words = f"The {kind} must be {most // 1024**2} MB or smaller. Choose a smaller one."
        raise kinds.NotTaken(words)
    file.seek(0)


def _check_room(doctor: Doctor, more: int) -> None:
    of_doctor = (MediaFile.doctor_id == doctor.id, MediaFile.purpose == "post")
    taken = db.session.scalar(select(func.coalesce(func.sum(MediaFile.bytes), 0)).where(*of_doctor)) or 0
    if taken + more > QUOTA_BYTES:
        raise kinds.NotTaken(NO_ROOM)


def _keep_picture(
    doctor: Doctor, file: IO[bytes], filename: str, said: Upload, record: turning.Record
) -> MediaFile:
    picture = pictures.for_post(file, filename)
    with files.being_written(picture.mime_type) as (name, part):
        part.write_bytes(picture.content)
        row = _row(doctor, part, picture, said)
        row.file_name = name_of(filename)
    return record(doctor, name, row)


def _keep_video(
    doctor: Doctor, file: IO[bytes], filename: str, said: Upload, record: turning.Record
) -> MediaFile:
    try:
        with files.being_written("video/mp4") as (name, part):
            video = videos.strip(file, part)
            row = _row(doctor, part, video, said)
            row.duration, row.file_name = video.duration, name_of(filename)
            row.traits = list(video.traits)
    except videos.NeedsTurning:
        return turning.wait(doctor, file, filename, said, record)
    return record(doctor, name, row)


def _row(doctor: Doctor, part: Path, made: pictures.Picture | videos.Video, said: Upload) -> MediaFile:
    with part.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return MediaFile(
        doctor_id=doctor.id,
        purpose="post",
        mime_type=made.mime_type,
        bytes=part.stat().st_size,
        width=made.width,
        height=made.height,
        alt_text=said.alt_text,
        digest=digest,
        removed=list(made.removed),
    )


def _record(noted: Noted | None, doctor: Doctor, name: str, row: MediaFile) -> MediaFile:
    """Write the row; the file goes again when that cannot be done."""
    row.name = name
    try:
        with transaction():
            # Of two uploads at once, the second sees the first. What only refers to the doctor, such as a
            # publisher's news of a post, is not waited for.
            room = select(Doctor.id).where(Doctor.id == doctor.id).with_for_update(key_share=True)
            db.session.scalars(room).one()
            _check_room(doctor, row.bytes)
            db.session.add(row)
            if noted is not None:
                db.session.flush()
                noted(row)
    except BaseException:
        files.remove(name)
        raise
    return row
