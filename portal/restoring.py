"""What a database that came out of a backup has to be told, before any program works on it.

The portal went on after the backup was taken: posts left that stand here as planned, people signed out,
codes were used. What may be out is marked, and looked for before it goes; who was signed in signs in again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, text

from portal.errors import Conflict
from portal.extensions import db
from portal.models import (
    AccountOffer,
    AuditEvent,
    BrowserSession,
    OAuthAttempt,
    OneTimeCode,
    RefreshToken,
    TrustedBrowser,
)
from portal.publishing.liveness import dead_owners
from portal.transaction import transaction

STILL_AT_WORK = "Programs of the portal work on this database. End them all, then try again."

# Signed in, trusted, or asked for since: whoever it was proves again who it is.
SIGNED_IN = (BrowserSession, TrustedBrowser, RefreshToken, OneTimeCode, OAuthAttempt, AccountOffer)

OWNERS = text("SELECT DISTINCT owner FROM publication WHERE owner IS NOT NULL")

# In the air when the backup was taken: certainly sent, as far as anybody can say.
IN_THE_AIR = text("""
UPDATE publication
SET status = 'unconfirmed', phase = NULL, owner = NULL, looks = 0, look_at = portal_now(), asked_at = NULL,
    moved_by = 'portal', moved_why = :why
WHERE status = 'publishing' AND phase = 'sending'
""")
LOOKED_FOR = text("""
UPDATE publication SET phase = NULL, owner = NULL, look_at = portal_now(), looks = 0
WHERE status = 'unconfirmed' AND asked_at IS NULL
""")
CLAIMED = text("""
UPDATE publication
SET status = 'scheduled', phase = NULL, owner = NULL, moved_by = 'portal', moved_why = :why
WHERE status = 'publishing' AND phase = 'claimed'
""")
# Whatever is not over: planned ones may have left since, and of the others their doctor may have made such.
UNCERTAIN = text("""
UPDATE publication SET may_be_out_since = :since
WHERE status IN ('draft', 'scheduled', 'held', 'retrying', 'failed', 'awaiting_doctor')
RETURNING status IN ('scheduled', 'retrying') AND due_at <= portal_now() AS is_due
""")
WHY = "The portal was brought back from a backup that was taken while this was on its way."


@dataclass(frozen=True)
class Restored:
    """How many publications are looked for before they go, and of these are due; how many were in the air."""

    marked: int
    due: int
    in_the_air: int


def mark(since: datetime) -> Restored:
    """Mark all that may have changed since the backup was taken, `since`; may be done twice.

    Raises Conflict while a publisher works on the database.
    """
    with transaction():
        owners = set(db.session.scalars(OWNERS))
        if owners - set(dead_owners(db.session())):
            raise Conflict(STILL_AT_WORK)
        in_the_air = cast(CursorResult[None], db.session.execute(IN_THE_AIR, {"why": WHY})).rowcount
        db.session.execute(LOOKED_FOR)
        db.session.execute(CLAIMED, {"why": WHY})
        marked = db.session.execute(UNCERTAIN, {"since": since}).all()
        for model in SIGNED_IN:
            db.session.execute(delete(model))
        result = Restored(len(marked), sum(row.is_due for row in marked), in_the_air)
        AuditEvent.write("restored from a backup", since=since.isoformat(), marked=result.marked)
    return result
