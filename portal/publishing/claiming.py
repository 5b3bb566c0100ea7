"""Claim due publications on the database's clock, hand back, take back what the dead held."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.publishing.liveness import dead_owners

CLAIM_AT_MOST = 500

# Above so many failures in a row a network is tried with one post at a time until one succeeds.
FAILURES_UNTIL_GENTLE = 5


@dataclass(frozen=True)
class Claimed:
    """A row that is ours under this fence, certainly unsent."""

    id: int
    fence: int


# Fair: an account's oldest first and only one in flight for each account; then the doctors take turns.
CLAIM = text("""
WITH first_of_account AS (
    SELECT DISTINCT ON (social_account_id) id, doctor_id, social_account_id, due_at
    FROM publication
    WHERE status IN ('scheduled', 'retrying') AND due_at <= portal_now()
    ORDER BY social_account_id, due_at, id
), allowed AS (
    SELECT f.id, f.due_at, coalesce(g.failures, 0) AS failures,
           row_number() OVER (PARTITION BY f.doctor_id ORDER BY f.due_at, f.id) AS turn,
           row_number() OVER (PARTITION BY a.platform, a.connection ORDER BY f.due_at, f.id) AS place
    FROM first_of_account f
    JOIN social_account a ON a.id = f.social_account_id
    LEFT JOIN network_gate g ON g.platform = a.platform AND g.connection = a.connection
    WHERE (a.gated_until IS NULL OR a.gated_until <= portal_now())
      AND (g.until IS NULL OR g.until <= portal_now())
      AND NOT EXISTS (
          SELECT FROM publication b
          WHERE b.social_account_id = f.social_account_id AND b.status = 'publishing')
), chosen AS (
    SELECT p.id
    FROM allowed JOIN publication p USING (id)
    WHERE (allowed.failures < :gentle OR allowed.place = 1)
      AND p.status IN ('scheduled', 'retrying') AND p.due_at <= portal_now()
    ORDER BY allowed.turn, allowed.due_at, p.id
    LIMIT :most
    FOR UPDATE OF p SKIP LOCKED
)
UPDATE publication
SET status = 'publishing', phase = 'claimed', owner = :owner, fence = fence + 1,
    moved_by = 'portal', moved_why = NULL
FROM chosen
WHERE publication.id = chosen.id
RETURNING publication.id, publication.fence
""")

# A row that was claimed so often without ever being sent breaks its publisher: it steps aside for the others.
CLAIMS_UNTIL_ASIDE = 10

# In seconds until the next one falls due, by the database's clock; null when nothing waits. What stands
# behind a post in somebody's hand may go in a moment.
NEXT_DUE = text("""
SELECT CASE WHEN EXISTS (
    SELECT FROM publication before JOIN publication waiting USING (social_account_id)
    WHERE before.status = 'publishing' AND waiting.status IN ('scheduled', 'retrying')
      AND waiting.due_at <= portal_now()
) THEN :moment ELSE (
    SELECT extract(epoch FROM min(due_at) - portal_now()) FROM publication
    WHERE status IN ('scheduled', 'retrying') AND due_at > portal_now()
) END
""")

# How long to wait for the post before.
MOMENT_SECONDS = 0.1

HAND_BACK = text("""
UPDATE publication
SET status = 'scheduled', phase = NULL, owner = NULL, moved_by = 'portal', moved_why = :why
WHERE owner = :owner AND status = 'publishing' AND phase = 'claimed' AND id = ANY(:ids)
""")

# What a dead publisher had only claimed was certainly not sent; what it had armed may be out.
TAKE_BACK = text("""
UPDATE publication
SET status = CASE WHEN phase <> 'claimed' THEN 'unconfirmed'
                  WHEN fence - attempts > :aside THEN 'failed' ELSE 'scheduled' END,
    error_code = CASE WHEN phase = 'claimed' AND fence - attempts > :aside
        THEN 'set_aside' ELSE error_code END,
    error_message = CASE WHEN phase = 'claimed' AND fence - attempts > :aside
        THEN 'The sending program stopped at this post several times, so it was set aside. It was not sent.'
        ELSE error_message END,
    look_at = CASE WHEN phase = 'claimed' THEN look_at ELSE portal_now() + interval '10 seconds' END,
    looks = CASE WHEN phase = 'sending' THEN 0 ELSE looks END,
    asked_at = NULL, phase = NULL, owner = NULL, moved_by = 'portal', updated_at = portal_now(),
    moved_why = CASE phase
        WHEN 'claimed' THEN 'The sending program stopped before this was sent. It is being sent again.'
        ELSE 'The sending program stopped in the middle. We are checking whether the post is out.' END
WHERE owner = ANY(:owners)
RETURNING id
""")


def claim(session: Session, owner: int, most: int = CLAIM_AT_MOST) -> list[Claimed]:
    """Take up to `most` due rows for `owner`, committed."""
    rows = session.execute(CLAIM, {"owner": owner, "most": most, "gentle": FAILURES_UNTIL_GENTLE}).all()
    session.commit()
    return [Claimed(row.id, row.fence) for row in rows]


def seconds_until_next(session: Session) -> float | None:
    """How long until the next publication may be due for us; None when none waits."""
    seconds = session.execute(NEXT_DUE, {"moment": MOMENT_SECONDS}).scalar_one()
    session.rollback()
    return None if seconds is None else float(seconds)


def hand_back(session: Session, owner: int, claimed: list[Claimed], why: str) -> None:
    """Give up rows that were claimed and not armed: they are due as before."""
    session.execute(HAND_BACK, {"owner": owner, "ids": [row.id for row in claimed], "why": why})
    session.commit()


def take_back(session: Session) -> int:
    """Free what dead publishers held; how many rows that was."""
    dead = dead_owners(session)
    freed = (
        len(session.execute(TAKE_BACK, {"owners": dead, "aside": CLAIMS_UNTIL_ASIDE}).all()) if dead else 0
    )
    session.commit()
    return freed
