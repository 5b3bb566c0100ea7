"""Write what came of the calls, in groups, each row guarded by its fence. Nothing after acceptance leads back
to sending: an accepted outcome is taken even when the row has been given up for lost meanwhile."""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from portal.publishing import gates, retries
from portal.publishing.arming import ANEW, UNREADY, Armed
from portal.publishing.faults import fault
from portal.publishing.outcomes import Outcome

log = structlog.get_logger()

# Attempts and publications in one statement: on the way to a thousand posts a second each one costs.
SETTLE = text("""
WITH outcome AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS v(id bigint, fence bigint, attempt_id bigint, outcome text, status text, remote_id text,
             permalink text, wait double precision, look double precision, held_for text, code text,
             words text, is_anew boolean, is_unready boolean)
), ended AS (
    UPDATE attempt a
    SET outcome = v.outcome, ended_at = portal_now(), error_code = v.code, error_message = v.words,
        platform_post_id = v.remote_id
    FROM outcome v
    WHERE a.id = v.attempt_id AND (a.outcome IS NULL OR a.outcome = 'unknown')
)
UPDATE publication p
SET status = v.status, phase = NULL, owner = NULL,
    platform_post_id = coalesce(v.remote_id, p.platform_post_id),
    permalink = coalesce(v.permalink, p.permalink),
    published_at = CASE WHEN v.status = 'published' THEN portal_now() ELSE p.published_at END,
    due_at = CASE WHEN v.wait IS NULL THEN p.due_at ELSE portal_now() + v.wait * interval '1 second' END,
    look_at = CASE WHEN v.look IS NULL THEN NULL ELSE portal_now() + v.look * interval '1 second' END,
    looks = CASE WHEN v.status = 'unconfirmed' THEN 0 ELSE p.looks END,
    asked_at = NULL,
    held_for = v.held_for,
    -- What is uploaded again starts from nothing; who tries again after a failure may do so once more.
    staged = CASE WHEN v.is_anew THEN CAST(:anew AS jsonb)
                  WHEN v.is_unready THEN p.staged || CAST(:unready AS jsonb)
                  WHEN v.status = 'failed' THEN p.staged - :marks ELSE p.staged END,
    handed_at = CASE WHEN v.status = 'awaiting_doctor' THEN portal_now() END,
    remind_at = CASE WHEN v.status = 'awaiting_doctor' THEN portal_now() END, reminders = 0,
    error_code = v.code, error_message = CASE WHEN v.status <> 'awaiting_doctor' THEN v.words END,
    moved_by = CASE WHEN v.status = 'published' THEN 'network' ELSE 'portal' END, moved_why = v.words,
    updated_at = portal_now()
FROM outcome v
WHERE p.id = v.id
  AND ((p.fence = v.fence AND p.status IN ('publishing', 'unconfirmed'))
       OR (v.status = 'published' AND p.status = 'unconfirmed'))
RETURNING p.id
""")

TRIES = text("""
SELECT id, tries, extract(epoch FROM portal_now() - trying_since) AS seconds
FROM publication WHERE id = ANY(:ids)
""")

LEAVE_IN_DOUBT = text("""
UPDATE publication
SET status = 'unconfirmed', phase = NULL, owner = NULL, looks = 0,
    look_at = portal_now() + :look * interval '1 second', moved_by = 'portal', moved_why = :why
WHERE id = :id AND fence = :fence AND status = 'publishing'
""")

IN_DOUBT_WORDS = "We could not note the network's answer. We are checking whether the post is out."

LAST_WORDS = " We tried for a long time and stopped. Nothing was posted. You can try again."


def settle(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Store a group of outcomes; committed. Raises DBAPIError when the database is away: then keep them."""
    going_on = gates.mark_refused_accounts(session, outcomes)
    tries = _tries(session, outcomes)
    rows = [_row(outcome, going_on, tries) for outcome in outcomes]
    marks = {"anew": json.dumps(ANEW), "unready": json.dumps(UNREADY), "marks": list(ANEW)}
    ours = set(session.scalars(SETTLE, {"rows": json.dumps(rows), **marks}))
    # What was taken over from us is old news of the network: whoever has it now hears for himself.
    gates.close_and_open(session, [outcome for outcome in outcomes if outcome.armed.id in ours])
    fault("in_store")
    session.commit()
    for outcome, row in zip(outcomes, rows, strict=True):
        log.info(
            "publication_settled",
            publication_id=outcome.armed.id,
            attempt_id=outcome.armed.attempt_id,
            platform=outcome.armed.network.key,
            outcome=outcome.kind,
            status=row["status"],
            code=outcome.code,
        )


def may_pass(trouble: DBAPIError) -> bool:
    """Whether the database may take the same later: it is away, or its disk is full."""
    return trouble.connection_invalidated or isinstance(trouble, OperationalError)


def leave_in_doubt(session: Session, armed: Armed) -> None:
    """The outcome cannot be stored: have the post looked for; committed."""
    look = armed.network.look_after_seconds[0]
    session.execute(
        LEAVE_IN_DOUBT, {"id": armed.id, "fence": armed.fence, "look": look, "why": IN_DOUBT_WORDS}
    )
    session.commit()


def _tries(session: Session, outcomes: Sequence[Outcome]) -> dict[int, tuple[int, float]]:
    ids = [outcome.armed.id for outcome in outcomes if outcome.status in ("retrying", "held")]
    if not ids:
        return {}
    return {
        row.id: (row.tries, float(row.seconds or 0)) for row in session.execute(TRIES, {"ids": ids}).all()
    }


def _row(outcome: Outcome, going_on: frozenset[int], tries: dict[int, tuple[int, float]]) -> dict[str, Any]:
    armed = outcome.armed
    row: dict[str, Any] = {
        "id": armed.id,
        "fence": armed.fence,
        "attempt_id": armed.attempt_id,
        "outcome": outcome.kind,
        "status": outcome.status,
        "remote_id": outcome.remote_id,
        "permalink": outcome.permalink,
        "code": outcome.code,
        "words": outcome.words,
        "wait": None,
        "look": None,
        "held_for": None,
        "is_anew": outcome.effect == "upload",
        "is_unready": outcome.effect == "unready",
    }
    if outcome.status == "unconfirmed":
        row["look"] = armed.network.look_after_seconds[0]
    elif outcome.status == "held" and armed.account_id in going_on:
        # The refused token can be renewed, or was replaced meanwhile: the post goes on by itself.
        row |= {"status": "retrying", "wait": retries.wait_after(1)}
    elif outcome.status == "held":
        row["held_for"] = "account"
    elif outcome.status == "retrying":
        row |= _next_try(outcome, *tries.get(armed.id, (1, 0.0)))
    return row


def _next_try(outcome: Outcome, tries: int, seconds: float) -> dict[str, Any]:
    if outcome.effect == "operator":
        return {"wait": retries.OPERATOR_WAIT}
    if retries.is_over(tries, seconds):
        return {"status": "failed", "words": (outcome.words or "").rstrip() + LAST_WORDS}
    wait = retries.wait_after(tries)
    if outcome.until is None:
        return {"wait": wait}
    named = retries.seconds_until(outcome.until)
    return {"wait": max(named, wait) if outcome.is_guess else named}
