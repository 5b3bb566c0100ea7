"""Uploads ahead of time: from ten minutes before a post is due, so that it leaves at its instant.

Nothing of it can be seen, so no lock is held over an upload: a lease is enough. But two programs that send
the parts of one upload would spoil it for each other. Whoever uploads therefore renews the lease with each
step it keeps, and stops at the first one that is not its own any more: the lease ended, the post was
changed, or it is due and a publisher goes on with it. A process that is to end gives its leases back.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from portal import clock, ending
from portal.extensions import db
from portal.models import Post, PostMedia, Publication
from portal.platforms.errors import ContentRejected, StillPreparing
from portal.publishing import arming, budgets
from portal.publishing.arming import ToStage
from portal.publishing.staging import InOtherHands, Staged, close_gate, stage

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
UPDATE publication SET prepare_at = portal_now() + :seconds * interval '1 second'
FROM soon WHERE publication.id = soon.id
RETURNING publication.id, prepare_at
""")

STORE = text("""
UPDATE publication
SET staged = CAST(:staged AS jsonb), prepare_at = portal_now() + :wait * interval '1 second'
WHERE id = :id AND version = :version AND prepare_at = :lease AND status = 'scheduled'
RETURNING prepare_at
""")

LEASE_SECONDS = 180.0
# Prepared, or not to be tried again before the post is due: what is missing then is done then.
DONE_SECONDS = 3600.0
AFTER_TROUBLE_SECONDS = 45.0


@dataclass
class Hold:
    """A post in this program's hands, until `lease` ends or somebody changes or claims it."""

    version: int
    lease: datetime

    def keep(self, staged: Staged) -> bool:
        """Store what the network holds by now; False when the post is in other hands."""
        facts = {"id": staged.work.id, "version": self.version, "lease": self.lease, "wait": _wait(staged)}
        renewed = db.session.scalar(STORE, facts | {"staged": json.dumps(staged.staged)})
        close_gate(db.session(), staged)
        db.session.commit()
        self.lease = renewed or self.lease
        return renewed is not None

    def tell(self, news: Staged) -> None:
        if not self.keep(news) or ending.asked.is_set():
            raise InOtherHands


def prepare_due() -> int:
    """Upload for every post that is due soon; how many were taken up."""
    leases = {
        row.id: row.prepare_at
        for row in db.session.execute(CLAIM, {"most": AT_ONCE, "seconds": LEASE_SECONDS})
    }
    db.session.commit()
    for work, version in _to_stage(db.session(), list(leases)):
        hold = Hold(version, leases[work.id])
        # The uploads before it may have outlasted its lease, and somebody else may be at it.
        if not hold.keep(Staged(work, work.staged, is_partial=True)) or ending.asked.is_set():
            continue
        staged = stage(work, hold.tell)
        if not staged.is_left:
            hold.keep(staged)
    return len(leases)


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
            sealed = row.account.sealed_token
            work = ToStage(row.id, row.fence, network, content, dict(row.staged), token, sealed)
            found.append((work, row.version))
    session.commit()
    return found


def _wait(staged: Staged) -> float:
    """For how many seconds nobody else takes it up."""
    if staged.is_partial:
        return 0.0 if ending.asked.is_set() else LEASE_SECONDS
    if isinstance(staged.error, StillPreparing):
        return staged.error.seconds
    if staged.error is None:
        return DONE_SECONDS
    log.info("not_prepared", publication_id=staged.work.id, code=staged.error.code)
    # What is refused for good is not sent again and again: each try may draw on a day's number.
    return DONE_SECONDS if isinstance(staged.error, ContentRejected) else AFTER_TROUBLE_SECONDS
