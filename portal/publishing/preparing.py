"""Uploads ahead of time: from ten minutes before a post is due, so that it leaves at its instant.

Two programs that prepare the same post waste an upload and harm nothing: a lease is enough here.
"""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.extensions import db
from portal.models import Post, PostMedia, Publication
from portal.platforms.errors import StillPreparing
from portal.publishing import arming, budgets
from portal.publishing.arming import ToStage
from portal.publishing.staging import Staged, close_gate, stage

log = structlog.get_logger()

AT_ONCE = 8

# Which posts: with pictures or videos, due soon, and neither ready nor in somebody's hands.
CLAIM = text("""
WITH soon AS (
    SELECT id FROM publication p
    WHERE status = 'scheduled' AND due_at <= portal_now() + interval '10 minutes'
      AND (prepare_at IS NULL OR prepare_at <= portal_now())
      AND EXISTS (SELECT FROM post_media m WHERE m.post_id = p.post_id)
    ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE publication SET prepare_at = portal_now() + interval '3 minutes'
FROM soon WHERE publication.id = soon.id
RETURNING publication.id
""")

STORE = text("""
UPDATE publication
SET staged = CAST(:staged AS jsonb),
    prepare_at = CASE WHEN :is_partial THEN prepare_at
                      ELSE portal_now() + :wait * interval '1 second' END
WHERE id = :id AND version = :version AND status = 'scheduled'
""")

# Prepared, or not to be tried again before the post is due: what is missing then is done then.
DONE_SECONDS = 3600.0
AFTER_TROUBLE_SECONDS = 45.0


def prepare_due() -> int:
    """Upload for every post that is due soon; how many were taken up."""
    ids = db.session.scalars(CLAIM, {"most": AT_ONCE}).all()
    db.session.commit()
    for work, version in _to_stage(db.session(), ids):
        _keep(stage(work, lambda news, version=version: _keep(news, version)), version)  # type: ignore[misc]
    return len(ids)


def _to_stage(session: Session, ids: Sequence[int]) -> list[tuple[ToStage, int]]:
    now = session.scalars(select(clock.database_now())).one()
    rows = session.scalars(
        select(Publication)
        .where(Publication.id.in_(ids), Publication.status == "scheduled")
        .options(
            joinedload(Publication.post, innerjoin=True).joinedload(Post.doctor, innerjoin=True),
            joinedload(Publication.post, innerjoin=True).selectinload(Post.media).joinedload(PostMedia.file),
            joinedload(Publication.account, innerjoin=True),
        )
    ).all()
    found = []
    for row in rows:
        token = arming.token_of(row.account, now)
        content = row.to_content()
        if token is None or row.account.is_by_hand:
            continue
        network = row.account.network
        if not network.needs_staging(content, row.staged):
            continue
        # A day that is used up is told of when the post is due.
        if budgets.take(session, network, content, row.staged, now):
            work = ToStage(row.id, row.fence, network, content, dict(row.staged), token)
            found.append((work, row.version))
    session.commit()
    return found


def _keep(staged: Staged, version: int) -> None:
    facts: dict[str, Any] = {"id": staged.work.id, "version": version, "is_partial": staged.is_partial}
    db.session.execute(STORE, facts | {"staged": json.dumps(staged.staged), "wait": _wait(staged)})
    close_gate(db.session(), staged)
    db.session.commit()


def _wait(staged: Staged) -> float:
    if isinstance(staged.error, StillPreparing):
        return staged.error.seconds
    if staged.error is not None:
        log.info("not_prepared", publication_id=staged.work.id, code=staged.error.code)
        return AFTER_TROUBLE_SECONDS
    return DONE_SECONDS
