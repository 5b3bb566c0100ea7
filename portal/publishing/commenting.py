"""The first comment below a post that is out: a step of its own, with the same care as the post.

It never holds a post up and never changes what the post is. `sending` is committed before the call, through
the session whose lock says that this program lives; what a dead one had in hand is looked for, where the
network tells of comments, else the doctor is asked. So no comment is written twice.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.errors import Conflict
from portal.extensions import db
from portal.models import FollowUp, Publication
from portal.platforms.base import Author, Platform, Token
from portal.platforms.errors import (
    CannotDo,
    CannotTell,
    Duplicate,
    OperatorNeeded,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.publishing import retries
from portal.publishing.arming import token_of
from portal.publishing.faults import fault
from portal.publishing.liveness import LOCK_SPACE, Liveness
from portal.publishing.news import add_to_story, tell_of_move
from portal.transaction import transaction

log = structlog.get_logger()

AT_ONCE = 16
# After so many tries, or looks that could not be made, somebody has to see to it.
MOST_TRIES = 6

OUT = "The first comment is below the post."
FAILED = "The post is out, but its first comment is not. {words} You can try again on the post’s page."
ASK = (
    "The post is out. We wrote its first comment and got no clear answer from {network}. "
    "Please look there, then tell us on the post’s page."
)
RECONNECT = "{network} does not let us comment for this account. Connect it again and allow comments."

# What a dead program had begun may have arrived.
TAKE_BACK = text("""
UPDATE follow_up
SET status = 'unconfirmed', owner = NULL, looks = 0, due_at = portal_now() + interval '15 seconds'
WHERE status = 'sending' AND owner <> :owner AND pg_try_advisory_xact_lock(:space, CAST(owner AS integer))
""")

CLAIM = text("""
WITH due AS (
    SELECT id FROM follow_up WHERE status = :status AND due_at <= portal_now()
    ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED
)
SELECT id FROM due
""")


@dataclass(frozen=True)
class Work:
    """One call that may be made: plain values. `is_look`: it was written before, and is only looked for."""

    id: int
    network: Platform
    author: Author
    remote_id: str
    words: str
    since: datetime
    is_look: bool
    token: Token | None = field(repr=False)


@dataclass(frozen=True)
class Done:
    work: Work
    comment_id: str | None = None
    error: PlatformError | None = None


def comment_due(liveness: Liveness) -> int:
    """Write and look for every first comment whose time has come; how many calls were made."""
    with liveness.session() as session:
        session.execute(TAKE_BACK, {"owner": liveness.owner, "space": LOCK_SPACE})
        session.commit()
        work = [*_arm(session, liveness.owner), *_looks(session)]
        session.commit()
    if not work:
        return 0
    fault("after_arm_comment")
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="comment") as pool:
        done = list(pool.map(_call, work))
    fault("before_store_comment")
    with liveness.session() as session:
        for one in done:
            _store(session, liveness.owner, one)
    return len(done)


def _arm(session: Session, owner: int) -> list[Work]:
    """Those to be written: each is noted as begun before anything is sent."""
    found = []
    for row, now in _due(session, "waiting"):
        publication = row.publication
        account = publication.account
        if publication.removed_at or account.is_by_hand or not publication.platform_post_id:
            row.status = "left"
            continue
        if account.network.comment_limit(account.author) is None:
            row.status = "left"
            continue
        token = token_of(account, now)
        if token is None:
            _again_or_end(session, row, now, RECONNECT.format(network=account.network.label))
            continue
        row.status, row.owner, row.sent_at, row.tries = "sending", owner, now, row.tries + 1
        found.append(_work(row, token, now, is_look=False))
    return found


def _looks(session: Session) -> list[Work]:
    """Those to be looked for; two who look at once harm nothing."""
    found = []
    for row, now in _due(session, "unconfirmed"):
        row.due_at = _later(now, retries.LOOK_WAITS[1])
        token = token_of(row.publication.account, now)
        found.append(_work(row, token, row.sent_at or now, is_look=True))
    return found


def _due(session: Session, status: str) -> list[tuple[FollowUp, datetime]]:
    ids = session.scalars(CLAIM, {"status": status, "most": AT_ONCE}).all()
    now = session.scalars(select(clock.database_now())).one()
    rows = session.scalars(
        select(FollowUp)
        .where(FollowUp.id.in_(ids))
        .options(joinedload(FollowUp.publication, innerjoin=True).joinedload(Publication.account))
        .order_by(FollowUp.id)
    )
    return [(row, now) for row in rows]


def _work(row: FollowUp, token: Token | None, since: datetime, *, is_look: bool) -> Work:
    account, remote_id = row.publication.account, row.publication.platform_post_id or ""
    return Work(row.id, account.network, account.author, remote_id, row.words, since, is_look, token)


def _call(work: Work) -> Done:
    """Runs in a thread, touches no database."""
    try:
        if work.token is None:
            raise CannotTell("The account is not connected any more.")
        if work.is_look:
            found = work.network.find_comment(work.remote_id, work.words, work.since, work.author, work.token)
            return Done(work, found)
        return Done(work, work.network.comment(work.remote_id, work.words, work.author, work.token))
    except PlatformError as error:
        return Done(work, error=error)
    except Exception as error:
        # An answer that nobody foresaw: the comment may be there, so it counts as unknown.
        log.exception("comment_broke", follow_up_id=work.id, kind=type(error).__name__)
        return Done(work, error=OutcomeUnknown("Something unexpected happened.", type(error).__name__))


def _store(session: Session, owner: int, done: Done) -> None:
    """Write what came of a call, unless the row has moved on; committed."""
    mine = FollowUp.owner == owner if not done.work.is_look else FollowUp.status == "unconfirmed"
    row = session.scalars(
        select(FollowUp)
        .where(FollowUp.id == done.work.id, mine)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is not None:
        now = session.scalars(select(clock.database_now())).one()
        row.owner = None
        _decide(done)(session, row, now, done)
        log.info("comment_settled", follow_up_id=row.id, platform=done.work.network.key, status=row.status)
    session.commit()


def _decide(done: Done) -> Callable[[Session, FollowUp, datetime, Done], None]:
    if done.comment_id is not None:
        return _out
    return _after_look if done.work.is_look else _after_call


def _out(session: Session, row: FollowUp, now: datetime, done: Done) -> None:
    row.status, row.remote_id, row.trouble = "out", done.comment_id, None
    add_to_story(session, row.publication, OUT)


def _after_call(session: Session, row: FollowUp, now: datetime, done: Done) -> None:
    """No id came back: what the error's class stands for, as with posts."""
    error = done.error
    if isinstance(error, TemporaryFailure | OperatorNeeded):
        until = error.until if isinstance(error, RateLimited) else None
        row.status = "waiting"
        _again_or_end(session, row, now, error.words, until)
    elif isinstance(error, OutcomeUnknown):
        waits = done.work.network.look_after_seconds
        row.status, row.looks, row.due_at = "unconfirmed", 0, _later(now, waits[0])
    elif isinstance(error, Duplicate) and row.tries > 1:
        # It says so of the comment whose answer was lost.
        row.status, row.looks, row.due_at = "unconfirmed", 0, now
    elif isinstance(error, ReconnectNeeded):
        _fail(session, row, RECONNECT.format(network=done.work.network.label))
    else:
        _fail(session, row, _about_comment(error))


def _after_look(session: Session, row: FollowUp, now: datetime, done: Done) -> None:
    """Not seen: believed after the last look of the network's own table, and then written once more."""
    waits = done.work.network.look_after_seconds
    row.looks += 1
    if isinstance(done.error, CannotTell | CannotDo) or row.looks >= len(waits) + len(retries.LOOK_WAITS):
        _ask(session, row)
    elif done.error is not None:
        row.due_at = _later(now, retries.LOOK_WAITS[min(row.looks, len(retries.LOOK_WAITS)) - 1])
    elif row.looks < len(waits):
        row.due_at = _later(now, waits[row.looks])
    elif row.tries >= done.work.network.sends_before_asking:
        _ask(session, row)
    else:
        row.status, row.due_at = "waiting", now


def _again_or_end(
    session: Session, row: FollowUp, now: datetime, words: str, until: datetime | None = None
) -> None:
    row.looks += 1
    if row.looks >= MOST_TRIES:
        _fail(session, row, words)
        return
    seconds = retries.seconds_until(until) if until else retries.wait_after(row.looks)
    row.due_at = _later(now, seconds)


def _fail(session: Session, row: FollowUp, words: str) -> None:
    row.status, row.trouble = "failed", words
    _tell(session, row, FAILED.format(words=words))


def _ask(session: Session, row: FollowUp) -> None:
    row.status = "asked"
    row.trouble = ASK.format(network=row.publication.account.network.label)
    _tell(session, row, row.trouble)


def _tell(session: Session, row: FollowUp, words: str) -> None:
    """Into the post's story, and to the doctor once; the post stays what it is."""
    add_to_story(session, row.publication, words)
    tell_of_move(session, row.publication, "changed")


def _about_comment(error: PlatformError | None) -> str:
    return error.words.replace("this post", "this comment") if error else "There was no clear answer."


def _later(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def of_post(post_id: int) -> dict[int, FollowUp]:
    """What became of a post's first comments, by publication."""
    rows: Sequence[FollowUp] = db.session.scalars(
        select(FollowUp).join(Publication).where(Publication.post_id == post_id)
    ).all()
    return {row.publication_id: row for row in rows}


def settle_by_hand(row: FollowUp, answer: str) -> None:
    """The doctor's word about a comment that failed, or that only the doctor can see; raises Conflict."""
    with transaction():
        fresh = db.session.scalars(
            select(FollowUp)
            .where(FollowUp.id == row.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if fresh.status not in ("asked", "failed") or (answer == "there" and fresh.status != "asked"):
            raise Conflict("This has changed meanwhile. Look at the post again.")
        fresh.status = {"there": "out", "again": "waiting", "leave": "left"}[answer]
        fresh.trouble = None
        if answer == "again":
            fresh.tries = fresh.looks = 0
            fresh.due_at = db.session.scalars(select(clock.database_now())).one()
