"""Uploads before the post: repeatable, invisible, each id stored as soon as it is known.

They happen ahead of time (`preparing`), and what is missing still when the post is due happens then.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.platforms.errors import (
    ContentRejected,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    StillPreparing,
    TemporaryFailure,
    TokenEnded,
    UploadGone,
)
from portal.publishing import fetching, gates, retries
from portal.publishing.arming import ANEW, UNREADY, ToStage, is_anew
from portal.publishing.faults import fault
from portal.publishing.settling import LAST_WORDS

log = structlog.get_logger()

KEEP = text("""
UPDATE publication SET staged = CAST(:staged AS jsonb), updated_at = portal_now()
WHERE id = :id AND fence = :fence AND owner = :owner AND status = 'publishing' AND phase = 'claimed'
RETURNING id
""")

# While the network still works on an upload, nothing is wrong and no try is counted.
STEP_BACK = text("""
UPDATE publication
SET status = :status, phase = NULL, owner = NULL, error_code = :code, error_message = :words,
    staged = CASE WHEN :status = 'failed' THEN staged - :marks ELSE staged END,
    due_at = portal_now() + :wait * interval '1 second', tries = tries + :counted,
    trying_since = coalesce(trying_since, portal_now()), moved_by = 'portal', moved_why = :why
WHERE id = :id AND fence = :fence AND owner = :owner AND status = 'publishing' AND phase = 'claimed'
""")

TRYING = text("""
SELECT tries, extract(epoch FROM portal_now() - trying_since) AS seconds
FROM publication WHERE id = :id
""")

ACCOUNT = text("SELECT social_account_id FROM publication WHERE id = :id")

# From then on an upload that is still not ready counts as a try, and tries come to an end. It is counted from
# the first trouble of whatever kind, so that it alone decides nothing.
PREPARING_SECONDS = 3600.0


@dataclass(frozen=True)
class Staged:
    """What became of some uploads: what the network holds by now, and the error that stopped them.

    `is_partial` ones are news on the way; another one follows. Of one that `is_left`, somebody else does the
    rest.
    """

    work: ToStage
    staged: dict[str, Any]
    error: PlatformError | None = None
    is_partial: bool = False
    is_left: bool = False


class InOtherHands(Exception):
    """The post is not this program's any more: whoever has it goes on with the uploads."""


def stage(work: ToStage, tell: Callable[[Staged], None]) -> Staged:
    """Upload what the post needs; runs in a thread. Nothing of it can be seen, so every error is harmless.

    `tell` takes each step; it raises InOtherHands to end the uploads there.
    """
    held = dict(work.staged)

    def keep(staged: dict[str, Any]) -> None:
        held.update(staged)
        fault("while_staging")
        tell(Staged(work, dict(held), is_partial=True))

    try:
        fetching.bring_of(work.content)
        ready = work.network.stage(work.content, work.token, dict(work.staged), keep)
        staged = {name: value for name, value in ready.items() if name not in UNREADY}
        fault("after_staging")
        return Staged(work, staged | ANEW if is_anew(held) else staged)
    except InOtherHands:
        log.info("upload_left", publication_id=work.id)
        return Staged(work, held, is_left=True)
    except UploadGone as gone:
        return Staged(work, dict(ANEW), gone.refusal if is_anew(held) else gone)
    except PlatformError as error:
        return Staged(work, held, error)
    except Exception as error:
        log.exception("staging_broke", publication_id=work.id, kind=type(error).__name__)
        words = "Something went wrong here while the pictures or videos were sent."
        return Staged(work, held, TemporaryFailure(words, type(error).__name__))


def store(session: Session, owner: int, staged: Staged) -> bool:
    """Keep what was uploaded, and step back from a post that cannot go now; whether it was `owner`'s."""
    row = {"id": staged.work.id, "fence": staged.work.fence, "owner": owner}
    found = session.execute(KEEP, row | {"staged": json.dumps(staged.staged)}).first()
    if staged.error is not None:
        way_back = {"marks": list(ANEW), **_way_back(session, staged.work.id, staged.error)}
        session.execute(STEP_BACK, row | way_back)
        close_gate(session, staged)
        # Who has it now may have a newer token: what ours is refused is no news of the account.
        if found is not None and isinstance(staged.error, ReconnectNeeded):
            _lose_account(session, staged.work, staged.error)
    session.commit()
    return found is not None


def close_gate(session: Session, staged: Staged) -> None:
    """Let everything for this app wait when the network said so of the whole app."""
    if staged.error is not None:
        connection = staged.work.content.author.connection
        gates.close_for_upload(session, staged.work.network.key, connection, staged.error)


def _lose_account(session: Session, work: ToStage, error: ReconnectNeeded) -> None:
    """The network refused the account while uploading, as it may while sending: the same happens to it."""
    account_id = session.execute(ACCOUNT, {"id": work.id}).scalar_one()
    gates.mark_refused(session, [gates.Refused(account_id, work.sealed, isinstance(error, TokenEnded))])


def _way_back(session: Session, publication_id: int, error: PlatformError) -> dict[str, Any]:
    tried = session.execute(TRYING, {"id": publication_id}).one()
    tries, seconds = tried.tries, float(tried.seconds or 0)
    facts = {"code": error.code, "words": error.words, "why": error.words, "wait": 0.0, "counted": 1}
    if isinstance(error, StillPreparing) and seconds < PREPARING_SECONDS:
        return facts | {
            "status": "retrying",
            "code": None,
            "words": None,
            "wait": error.seconds,
            "counted": 0,
        }
    if isinstance(error, ReconnectNeeded):
        # What becomes of it is the account's affair: it waits for a renewal, or until it is connected again.
        return facts | {"status": "retrying", "wait": retries.wait_after(1), "counted": 0}
    if isinstance(error, OperatorNeeded):
        return facts | {"status": "retrying", "wait": retries.OPERATOR_WAIT, "counted": 0}
    if isinstance(error, ContentRejected):
        return facts | {"status": "failed"}
    if retries.is_over(tries + 1, seconds):
        words = error.words.rstrip() + LAST_WORDS
        return facts | {"status": "failed", "words": words, "why": words}
    if isinstance(error, RateLimited) and error.until is not None:
        # A day's quota is met here already: asking again before its end would only use the tries up.
        wait = retries.seconds_until(error.until)
        longer = retries.wait_after(tries + 1) if error.is_guess else wait
        return facts | {"status": "retrying", "wait": max(wait, longer)}
    return facts | {"status": "retrying", "wait": retries.wait_after(tries + 1)}
