"""Uploads before the post: repeatable, invisible, each id stored as soon as it is known."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.platforms.errors import ContentRejected, PlatformError
from portal.publishing import retries
from portal.publishing.arming import ToStage

STORE = text("""
UPDATE publication SET staged = CAST(:staged AS jsonb), updated_at = portal_now()
WHERE id = :id AND fence = :fence AND owner = :owner AND status = 'publishing' AND phase = 'claimed'
RETURNING id
""")

GIVE_UP = text("""
UPDATE publication
SET status = :status, phase = NULL, owner = NULL, error_code = :code, error_message = :words,
    due_at = portal_now() + :wait * interval '1 second', tries = tries + 1,
    trying_since = coalesce(trying_since, portal_now()), moved_by = 'portal', moved_why = :words
WHERE id = :id AND fence = :fence AND owner = :owner AND status = 'publishing' AND phase = 'claimed'
""")


@dataclass(frozen=True)
class Staged:
    """What became of some uploads: everything the network holds by now, or the error that stopped them."""

    work: ToStage
    staged: dict[str, Any]
    error: PlatformError | None = None


def stage(work: ToStage) -> Staged:
    """Upload what the post needs; runs in a thread. Nothing of it can be seen, so every error is harmless."""
    try:
        return Staged(work, work.network.stage(work.content, work.token, work.staged))
    except PlatformError as error:
        return Staged(work, work.staged, error)


def store(session: Session, owner: int, staged: Staged) -> bool:
    """Keep what was uploaded; whether the row may be armed now."""
    row = {"id": staged.work.id, "fence": staged.work.fence, "owner": owner}
    if staged.error is None:
        found = session.execute(STORE, row | {"staged": json.dumps(staged.staged)}).first()
        session.commit()
        return found is not None
    status = "failed" if isinstance(staged.error, ContentRejected) else "retrying"
    facts = {"status": status, "code": staged.error.code, "words": staged.error.words}
    session.execute(GIVE_UP, row | facts | {"wait": retries.wait_after(2)})
    session.commit()
    return False
