"""Adds to the archive what was wished for: a few at a time, one writer at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.archive import chain, records, shelf
from portal.extensions import db
from portal.models import Post, PostMedia, Publication
from portal.models.archive import ArchivedFile, ArchiveEntry, ArchiveTask
from portal.platforms.base import Media
from portal.transaction import transaction

log = structlog.get_logger()

AT_ONCE = 50
# Of each ring; what is left waits for the next one, so that publishing is not kept waiting.
ROUNDS = 6
# The lock under which chains grow.
LOCK = 7_177
ALONE = select(func.pg_advisory_xact_lock(LOCK))

WHOLE = (
    joinedload(Publication.account, innerjoin=True),
    joinedload(Publication.post, innerjoin=True).options(
        joinedload(Post.doctor, innerjoin=True),
        selectinload(Post.media).joinedload(PostMedia.file),
    ),
)


def write_due() -> int:
    """Archive what happened since; how many entries were written."""
    written = 0
    for _ in range(ROUNDS):
        tasks = _write_some()
        written += tasks
        if tasks < AT_ONCE:
            break
    return written


def add(doctor_id: int, kind: str, at: datetime, facts: dict[str, Any], **more: Any) -> ArchiveEntry:
    """Inside a transaction: the next entry of a doctor's chain."""
    db.session.execute(ALONE)
    newest = select(ArchiveEntry.number, ArchiveEntry.digest).where(ArchiveEntry.doctor_id == doctor_id)
    last = db.session.execute(newest.order_by(ArchiveEntry.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.digest) if last else (1, chain.BEGINNING)
    body = records.written(facts)
    of_body = chain.body_digest(body)
    entry = ArchiveEntry(
        doctor_id=doctor_id,
        number=number,
        kind=kind,
        at=at,
        body=body,
        body_digest=of_body,
        previous=previous,
        digest=chain.digest(doctor_id, number, kind, chain.time_words(at), of_body, previous),
        **more,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _write_some() -> int:
    kept: list[str] = []
    try:
        with transaction():
            if not db.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
                return 0
            tasks = db.session.scalars(select(ArchiveTask).order_by(ArchiveTask.id).limit(AT_ONCE)).all()
            rows = _publications(tasks)
            for task in tasks:
                if row := rows.get(task.publication_id):
                    _write(task, row, kept)
                else:
                    log.warning("not_archived", publication_id=task.publication_id, kind=task.kind)
                db.session.delete(task)
    except BaseException:
        for name in kept:
            shelf.remove(name)
        raise
    return len(tasks)


def _publications(tasks: Sequence[ArchiveTask]) -> dict[int, Publication]:
    ids = {task.publication_id for task in tasks}
    rows = db.session.scalars(select(Publication).where(Publication.id.in_(ids)).options(*WHOLE))
    return {row.id: row for row in rows}


def _write(task: ArchiveTask, row: Publication, kept: list[str]) -> None:
    files: list[ArchivedFile] = []
    if task.kind in ("removed", "noticed", "withdrawn"):
        facts = records.place_of(row) | {"words": task.words}
    else:
        media = [(one, _keep(one)) for one in row.to_content().media]
        files = [file for _, file in media if file is not None]
        kept.extend(file.name for file in files)
        facts = records.of_publication(row, media)
    at = row.removed_at if task.kind == "removed" and row.removed_at else task.created_at
    add(row.doctor_id, task.kind, at, facts, publication_id=row.id, files=files)


def _keep(media: Media) -> ArchivedFile | None:
    """A second name for the very bytes that the network got."""
    found = shelf.keep(media.path.rpartition("/")[2]) if media.path else None
    if found is None:
        return None
    name, size, digest = found
    return ArchivedFile(name=name, mime_type=media.mime_type, bytes=size, digest=digest)
