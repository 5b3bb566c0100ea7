"""What the doorbell wakes: publish what is due, look for what was lost, heal what the queue forgot."""

from dataclasses import asdict, dataclass

from flask import current_app
from sqlalchemy import text

from portal import queue
from portal.extensions import db
from portal.publishing import claiming, commenting, looking
from portal.publishing.liveness import Liveness
from portal.publishing.publisher import Publisher

# How long a ring waits for what falls due soon: rings come about once a second, so between two of them
# somebody always waits, and a post leaves at its instant and not at the next ring.
PATIENCE_SECONDS = 1.2

# Posts whose hindrance is gone but whose "go on" was lost with a crash.
GO_ON = text("""
UPDATE publication p
SET status = 'scheduled', held_for = NULL, moved_by = 'portal', moved_why = 'What it waited for is here.'
FROM doctor d, social_account a
WHERE d.id = p.doctor_id AND a.id = p.social_account_id AND p.status = 'held'
  AND p.due_at IS NOT NULL AND a.status = 'connected'
  AND (d.verification = 'verified' AND coalesce(d.verified_until > portal_now(), true)
       OR NOT :needs_verification)
  AND p.held_for IN ('account', 'verification')
""")

WAITING = text("""
SELECT
  EXISTS (SELECT FROM publication WHERE status = 'unconfirmed' AND phase IS NULL AND asked_at IS NULL
          AND look_at <= portal_now()) AS look_for_lost,
  EXISTS (SELECT FROM outbox_letter WHERE sent_at IS NULL AND given_up_at IS NULL
          AND not_before <= portal_now())
  OR EXISTS (SELECT FROM notice WHERE told_at IS NULL) AS drain_letters,
  EXISTS (SELECT FROM social_account
          WHERE status = 'connected' AND coalesce(refresh_at, token_expires_at) <= portal_now())
      AS refresh_tokens,
  EXISTS (SELECT FROM publication WHERE status IN ('scheduled', 'retrying') AND due_at <= portal_now())
      AS publish_due,
  EXISTS (SELECT FROM publication p WHERE status = 'scheduled'
          AND due_at <= portal_now() + interval '10 minutes'
          AND (prepare_at IS NULL OR prepare_at <= portal_now())
          AND EXISTS (SELECT FROM post_media m WHERE m.post_id = p.post_id))
      AS prepare_due,
  EXISTS (SELECT FROM publication WHERE status = 'awaiting_doctor' AND remind_at <= portal_now())
      AS remind_doctors,
  EXISTS (SELECT FROM webhook_message m JOIN webhook w ON w.id = m.webhook_id AND w.disabled_at IS NULL
          WHERE m.delivered_at IS NULL AND m.given_up_at IS NULL AND m.not_before <= portal_now()
          AND NOT EXISTS (SELECT FROM webhook_message e
                          WHERE e.webhook_id = m.webhook_id AND e.stream = m.stream AND e.id < m.id
                          AND e.delivered_at IS NULL AND e.given_up_at IS NULL))
      AS deliver_webhooks,
  EXISTS (SELECT FROM follow_up
          WHERE status IN ('waiting', 'sending', 'unconfirmed') AND due_at <= portal_now())
      AS write_comments,
  EXISTS (SELECT FROM media_file WHERE state IN ('waiting', 'turning')
          AND (state = 'waiting' OR worked_at < portal_now() - interval '11 minutes'))
  OR EXISTS (SELECT FROM rendition WHERE state IN ('waiting', 'turning')
             AND (state = 'waiting' OR worked_at < portal_now() - interval '11 minutes'))
      AS turn_videos
""")

LATENESS = text("""
SELECT extract(epoch FROM portal_now() - min(due_at)) FROM publication p
JOIN social_account a ON a.id = p.social_account_id
LEFT JOIN network_gate g ON g.platform = a.platform AND g.connection = a.connection
WHERE p.status IN ('scheduled', 'retrying') AND p.due_at <= portal_now()
  AND (a.gated_until IS NULL OR a.gated_until <= portal_now())
  AND (g.until IS NULL OR g.until <= portal_now())
""")

# A publisher at work arms several times a second; the newest attempt tells it without a search.
IS_AT_WORK = text("""
SELECT EXISTS (
    SELECT FROM (SELECT created_at FROM attempt ORDER BY id DESC LIMIT 1) newest
    WHERE created_at > portal_now() - interval '2 seconds')
""")


@dataclass(frozen=True)
class Waiting:
    """Which jobs have work, by the names under which they are rung."""

    look_for_lost: bool
    drain_letters: bool
    refresh_tokens: bool
    publish_due: bool
    prepare_due: bool
    remind_doctors: bool
    deliver_webhooks: bool
    write_comments: bool
    turn_videos: bool


def publisher() -> Publisher:
    """This process's publisher, made on first use."""
    found = current_app.extensions.get("publisher")
    if found is None:
        needs_verification = current_app.config["PORTAL"].require_verified_doctor
        redis = current_app.extensions["redis"]
        found = Publisher(
            db.engine,
            needs_verification=needs_verification,
            call_another=lambda: queue.ring_again(redis, "publish_due"),
        )
        current_app.extensions["publisher"] = found
    return found


def publish_due() -> int:
    """Publish what is due and what falls due in the next moment; how many were armed."""
    return publisher().run(PATIENCE_SECONDS)


def help_out(is_late: bool, seconds: float) -> int:
    """Publish what is late, for so long, unless somebody is at it; and end what this process has begun.

    A network that does not answer holds nobody up: its calls stay in the air until the next time.
    """
    if not _has_begun() and (not is_late or _is_at_work()):
        return 0
    return publisher().run(seconds=seconds, leaves_calls=True)


def stand_in(seconds: float) -> int:
    """Publish in the place of workers whom nobody can ring for, each post at its instant, for so long."""
    return publisher().run(PATIENCE_SECONDS, seconds, leaves_calls=True)


def _has_begun() -> bool:
    found: Publisher | None = current_app.extensions.get("publisher")
    return found is not None and not found.hand.is_empty


def _is_at_work() -> bool:
    is_at_work: bool = db.session.execute(IS_AT_WORK).scalar_one()
    db.session.rollback()
    return is_at_work


def look_for_lost() -> int:
    """Make every look that is due; how many were made."""
    with Liveness(db.engine) as liveness:
        return looking.look_for_lost(liveness)


def write_comments() -> int:
    """Write, or look for, every first comment whose time has come; how many calls were made."""
    with Liveness(db.engine) as liveness:
        return commenting.comment_due(liveness)


def sweep() -> None:
    """Find from PostgreSQL whatever a queue or a dead process has lost, and ring for what waits."""
    db.session.rollback()
    claiming.take_back(db.session())
    needs_verification = current_app.config["PORTAL"].require_verified_doctor
    db.session.execute(GO_ON, {"needs_verification": needs_verification})
    db.session.commit()
    ring_for_waiting()


def ring_for_waiting() -> Waiting:
    """Ring for every job that has work."""
    waiting = Waiting(**db.session.execute(WAITING).mappings().one())
    db.session.rollback()
    for job, has_work in asdict(waiting).items():
        if has_work:
            queue.ring_again(current_app.extensions["redis"], job)
    return waiting


def lateness() -> float:
    """By how many seconds the oldest publication that may go is late; 0 when none is."""
    seconds = db.session.execute(LATENESS).scalar_one()
    db.session.rollback()
    return max(float(seconds or 0), 0.0)
