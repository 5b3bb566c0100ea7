"""Look for posts whose outcome is unknown: on the network's own list, more than once, with growing waits.

A look is owned like a sending, through the same liveness lock, because on one network (LinkedIn profiles)
looking means sending the identical request once more; such a look writes an attempt before it is made.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.models import Attempt, Post, Publication, SocialAccount
from portal.platforms.base import Author, Lost, Platform, Published, Token
from portal.platforms.errors import CannotTell, ContentRejected, PlatformError, StillPreparing, UploadGone
from portal.publishing import retries
from portal.publishing.faults import fault
from portal.publishing.liveness import Liveness
from portal.vault import CannotOpen

log = structlog.get_logger()

LOOKS_AT_ONCE = 16

# Posts of an account that lie further back than this cannot be taken for the lost one.
KNOWN_POSTS = 500

ASK = (
    "We sent this to {network} and got no clear answer, and we cannot find out whether it is there. "
    "Please look at your account and tell us."
)
FOUND = "{network} gave no clear answer at first. We looked, and the post is there."
SENT_AGAIN = (
    "{network} gave no clear answer, and the post was not there. We sent it once more, and it is out."
)
ABSENT = "{network} gave no clear answer. We looked, and the post is not there, so it is being sent again."

CLAIM = text("""
WITH lost AS (
    SELECT id FROM publication
    WHERE status = 'unconfirmed' AND phase IS NULL AND asked_at IS NULL AND look_at <= portal_now()
    ORDER BY look_at, id LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE publication SET phase = 'looking', owner = :owner, fence = fence + 1
FROM lost WHERE publication.id = lost.id
RETURNING publication.id
""")


@dataclass(frozen=True)
class Look:
    """One look that may be made: plain values."""

    id: int
    fence: int
    attempt_id: int  # the attempt whose outcome is looked for
    resend_id: int | None  # the attempt written for this look, where looking may create
    network: Platform
    lost: Lost
    author: Author
    sends: int
    token: Token | None = field(repr=False)


@dataclass(frozen=True)
class Seen:
    """What a look gave: a post, None for "not there", or the error that kept us from knowing."""

    look: Look
    post: Published | None
    error: PlatformError | None = None


def look_for_lost(liveness: Liveness) -> int:
    """Make every look that is due; how many were made."""
    with liveness.session() as session:
        claimed = session.scalars(CLAIM, {"owner": liveness.owner, "most": LOOKS_AT_ONCE}).all()
        session.commit()
        if not claimed:
            return 0
        fault("after_claim_look")
        looks = _arm(session, liveness.owner, claimed)
    fault("after_arm_look")
    with ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="look") as pool:
        seen = list(pool.map(_see, looks))
    fault("before_store_look")
    with liveness.session() as session:
        for sight in seen:
            _store(session, sight)
    return len(seen)


def _arm(session: Session, owner: int, ids: Sequence[int]) -> list[Look]:
    rows = session.scalars(
        select(Publication)
        .where(Publication.id.in_(ids), Publication.owner == owner, Publication.phase == "looking")
        .options(
            joinedload(Publication.account, innerjoin=True),
            joinedload(Publication.post, innerjoin=True).joinedload(Post.doctor, innerjoin=True),
        )
        .with_for_update(of=Publication)
    ).all()
    looks = [look for row in rows if (look := _to_look(session, row))]
    session.commit()
    return looks


def _to_look(session: Session, row: Publication) -> Look | None:
    attempts = session.scalars(
        select(Attempt).where(Attempt.publication_id == row.id).order_by(Attempt.id)
    ).all()
    doubtful = [attempt for attempt in attempts if attempt.outcome in (None, "unknown")]
    if not doubtful:
        return None
    # The oldest doubt decides how old this is; a look that sends again never makes it younger.
    first, network = doubtful[0], row.account.network
    now = session.scalars(select(clock.database_now())).one()
    lost = Lost(first.sent, first.created_at, row.looks, _known_ids(session, row.account), now)
    token = _token(row.account)
    resend_id = None
    if network.look_creates(row.account.author) and token is not None:
        facts = {"publication_id": row.id, "fence": row.fence, "version": row.version, "sent": first.sent}
        resend_id = session.scalar(insert(Attempt).returning(Attempt.id), facts)
    sends = len(attempts)
    return Look(row.id, row.fence, first.id, resend_id, network, lost, row.account.author, sends, token)


def _known_ids(session: Session, account: SocialAccount) -> frozenset[str]:
    query = (
        select(Publication.platform_post_id)
        .where(Publication.social_account_id == account.id, Publication.platform_post_id.is_not(None))
        .order_by(Publication.id.desc())
        .limit(KNOWN_POSTS)
    )
    return frozenset(known for known in session.scalars(query) if known)


def _token(account: SocialAccount) -> Token | None:
    try:
        return account.token if account.is_connected else None
    except CannotOpen:
        return None


def _see(look: Look) -> Seen:
    """Make the look; runs in a thread, touches no database."""
    if look.token is None:
        return Seen(look, None, CannotTell("The account is not connected any more."))
    try:
        return Seen(look, look.network.find(look.lost, look.author, look.token))
    except PlatformError as error:
        return Seen(look, None, error)
    except Exception as error:
        # An answer that nobody foresaw: looked again later, and in the end the doctor is asked.
        log.exception("look_broke", publication_id=look.id, kind=type(error).__name__)
        return Seen(look, None, PlatformError("Something unexpected happened while we looked."))


def _store(session: Session, seen: Seen) -> None:
    """Write what a look gave; does nothing when the row has moved on."""
    look = seen.look
    row = session.scalars(
        select(Publication)
        .where(Publication.id == look.id, Publication.fence == look.fence, Publication.phase == "looking")
        .with_for_update()
    ).first()
    if row is not None:
        row.phase = row.owner = None
        row.attempts += 1 if look.resend_id is not None else 0
        _decide(seen)(session, seen, row)
    session.commit()


def _decide(seen: Seen) -> Callable[[Session, Seen, Publication], None]:
    if seen.post is not None:
        return _found
    if seen.error is None:
        return _absent
    if isinstance(seen.error, CannotTell):
        return _ask
    if isinstance(seen.error, ContentRejected | UploadGone) and seen.look.resend_id is not None:
        return _refused
    return _later


def _found(session: Session, seen: Seen, row: Publication) -> None:
    assert seen.post is not None  # by _decide
    now = session.scalars(select(clock.database_now())).one()
    look, post = seen.look, seen.post
    is_new = post.was_created and look.resend_id is not None
    _end(session, look.resend_id if is_new else look.attempt_id, "accepted", post.remote_id)
    if look.resend_id is not None and not is_new:
        _end(session, look.resend_id, "refused")
    _end_all(session, look, "absent")
    row.platform_post_id, row.permalink = post.remote_id, post.permalink
    row.published_at, row.look_at, row.error_code, row.error_message = now, None, None, None
    told = (SENT_AGAIN if is_new else FOUND).format(network=look.network.label)
    row.move("published", by="network", why=f"{told} {seen.post.note or ''}".rstrip())


def _absent(session: Session, seen: Seen, row: Publication) -> None:
    """Not there. Lists lag, so only the last look of the network's own table is believed."""
    waits = seen.look.network.look_after_seconds
    row.looks += 1
    if row.looks < len(waits):
        row.look_at = _from_now(session, waits[row.looks])
        return
    _end_all(session, seen.look, "absent")
    if seen.look.sends >= seen.look.network.sends_before_asking:
        _ask(session, seen, row)
        return
    row.look_at, row.due_at = None, _from_now(session, 0)
    row.move("retrying", by="portal", why=ABSENT.format(network=seen.look.network.label))


def _ask(session: Session, seen: Seen, row: Publication) -> None:
    """Looking cannot settle it: the doctor is asked, and the portal does nothing more by itself."""
    row.look_at = None
    row.asked_at = _from_now(session, 0)
    row.error_message = ASK.format(network=seen.look.network.label)
    row.error_code = "asked"
    row.moved_by, row.moved_why = "portal", row.error_message


def _refused(session: Session, seen: Seen, row: Publication) -> None:
    """The same request again was refused for good, so the first one had not been accepted either."""
    assert seen.error is not None  # by _decide
    _end_all(session, seen.look, "refused")
    row.look_at, row.error_code, row.error_message = None, seen.error.code, seen.error.words
    row.move("failed", by="portal", why=seen.error.words)


def _later(session: Session, seen: Seen, row: Publication) -> None:
    """The look itself failed: a network that is down says nothing about the post."""
    if isinstance(seen.error, StillPreparing) and seen.look.resend_id is None:
        # It is still being made, and the network's own file knows for how long that may be believed.
        row.look_at = _from_now(session, seen.error.seconds)
        return
    row.looks += 1
    beyond = row.looks - len(seen.look.network.look_after_seconds)
    if beyond >= len(retries.LOOK_WAITS):
        _ask(session, seen, row)
    else:
        row.look_at = _from_now(session, retries.LOOK_WAITS[max(beyond, 0)])


def _end(session: Session, attempt_id: int | None, outcome: str, remote_id: str | None = None) -> None:
    session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, or_(Attempt.outcome.is_(None), Attempt.outcome == "unknown"))
        .values(outcome=outcome, ended_at=clock.database_now(), platform_post_id=remote_id)
    )


def _end_all(session: Session, look: Look, outcome: str) -> None:
    session.execute(
        update(Attempt)
        .where(
            Attempt.publication_id == look.id, or_(Attempt.outcome.is_(None), Attempt.outcome == "unknown")
        )
        .values(outcome=outcome, ended_at=clock.database_now())
    )


def _from_now(session: Session, seconds: float) -> Any:
    later = select(clock.database_now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds))
    return session.scalars(later).one()
