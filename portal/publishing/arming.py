"""Arm a wave: in one committed transaction the attempts are written, for those rows alone that may still go.

A death from here on means "unknown"; a death before it means "certainly not sent".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.models import Attempt, Publication, SocialAccount
from portal.platforms.base import Author, Content, Platform, Token
from portal.platforms.errors import ContentRejected, PlatformError
from portal.publishing import budgets, reading
from portal.publishing.claiming import Claimed
from portal.publishing.faults import fault
from portal.vault import CannotOpen

log = structlog.get_logger()

# A token that ends within this time is renewed first.
TOKEN_MARGIN = timedelta(seconds=30)

COMPOSE_BROKE = (
    "Something in the portal went wrong with this post. Nothing was sent. Change it and try again."
)

FROM_A_BACKUP = "The portal was brought back from a backup. We are looking whether this is out already."

# What `staged` starts from when what it held was gone: that is made good once, and then counts as refused.
ANEW = {"is_anew": True}

# What `staged` holds besides, once the network said of the post that uploads are not ready after all: they
# are asked for again before it is sent again.
UNREADY = {"is_unready": True}

# For networks on which the portal does not act for anybody.
NO_TOKEN = Token("")

# How long a publication steps back while its token is being renewed.
WAIT_FOR_TOKEN = timedelta(seconds=5)

# One statement for a whole wave. It says again what makes a row ours, so that nothing between the lock and
# here can arm another's row, and gives back what may be sent.
ARM = text("""
WITH going AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS v(id bigint, fence bigint, version bigint, sent jsonb)
), armed AS (
    UPDATE publication p
    SET phase = 'sending', attempts = attempts + 1, tries = tries + 1,
        trying_since = coalesce(trying_since, portal_now())
    FROM going v
    WHERE p.id = v.id AND p.fence = v.fence AND p.version = v.version
      AND p.owner = :owner AND p.status = 'publishing' AND p.phase = 'claimed'
    RETURNING p.id, p.due_at
)
INSERT INTO attempt (publication_id, fence, version, sent, due_at)
SELECT v.id, v.fence, v.version, v.sent, armed.due_at FROM going v JOIN armed USING (id)
RETURNING publication_id, id
""")


@dataclass(frozen=True)
class Armed:
    """A call that may be made: plain values, good outside any session."""

    id: int
    fence: int
    attempt_id: int
    network: Platform
    sent: dict[str, Any]
    author: Author
    account_id: int
    has_doubt: bool  # whether an earlier attempt may have created the post
    was_in_trouble: bool  # whether the account's token was refused before
    is_anew: bool  # whether its uploads were gone before and are made for the second time
    token: Token = field(repr=False)
    sealed: str | None = field(repr=False)  # the token as the account had it then, by which it is known


@dataclass(frozen=True)
class ToStage:
    """Uploads that come first; nothing of it is visible."""

    id: int
    fence: int
    network: Platform
    content: Content
    staged: dict[str, Any]
    token: Token = field(repr=False)
    sealed: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Ready:
    """A locked row that may go, and exactly what would be sent."""

    row: Publication
    token: Token
    sent: dict[str, Any]


@dataclass(frozen=True)
class Wave:
    """What arming a group of claimed rows gave."""

    armed: list[Armed]
    to_stage: list[ToStage]
    # By post: what the checks have not seen as it is now.
    to_check: dict[int, list[Claimed]]


def arm(session: Session, owner: int, claimed: Sequence[Claimed], needs_verification: bool) -> Wave:
    """Write the attempts of the rows that may go and move the others to where they belong; committed.

    Only what this returns may be sent, and only through the session that holds the owner's lock.
    """
    fences = {row.id: row.fence for row in claimed}
    going: list[Ready] = []
    to_stage: list[ToStage] = []
    to_check: dict[int, list[Claimed]] = {}
    # Lateness and a token's end are judged by the database's clock: this machine's may be wrong.
    for row, now in reading.lock(session, owner, list(fences)):
        if row.fence != fences[row.id]:
            continue
        token = token_of(row.account, now)
        if token is None or not _may_go(row, needs_verification, now):
            _step_back(session, row, token, needs_verification, now)
            continue
        if not row.post.is_checked:
            to_check.setdefault(row.post_id, []).append(Claimed(row.id, row.fence))
            continue
        match _prepare(session, row, token):
            case ToStage() as work:
                if budgets.take(session, work.network, work.content, work.staged, now):
                    to_stage.append(work)
                else:
                    budgets.put_off(session, reading.kept(session, row), now)
            case Ready() as ready if row.may_be_out_since and not row.account.is_by_hand:
                _look_first(session, ready, now)
            case Ready() as ready:
                going.append(ready)
    armed = _write_attempts(session, owner, going)
    fault("in_arm")
    session.commit()
    return Wave(armed, to_stage, to_check)


def _prepare(session: Session, row: Publication, token: Token) -> Ready | ToStage | None:
    """What this row is ready for; a row that cannot be put together fails alone and leaves the others be."""
    try:
        network, content = row.account.network, row.to_content()
        if row.account.is_by_hand:
            return Ready(row, token, {"texts": list(network.by_hand(content).texts)})
        _check_media(network, content)
        if is_unready(row.staged) or network.needs_staging(content, row.staged):
            sealed = row.account.sealed_token
            return ToStage(row.id, row.fence, network, content, dict(row.staged), token, sealed)
        return Ready(row, token, network.compose(content, row.staged))
    except PlatformError as error:
        _fail(reading.kept(session, row), error.code or type(error).__name__, error.words)
    except Exception as error:
        # A bug of ours in one network's file: nothing was sent, and the crowd behind it must go on.
        log.exception("compose_broke", publication_id=row.id, kind=type(error).__name__)
        _fail(reading.kept(session, row), type(error).__name__, COMPOSE_BROKE)
    return None


def _check_media(network: Platform, content: Content) -> None:
    """Raise ContentRejected for pictures and videos that its network would refuse.

    They were looked at when the post was planned. But what is made of them for a network may be gone since,
    or made by other limits than today's: then they would go as they are.
    """
    if content.media and (wrong := [one for one in network.problems(content) if one.field == "media"]):
        words = " ".join(dict.fromkeys(one.words for one in wrong))
        raise ContentRejected(f"{words} Nothing was posted. Change the post, then try again.", "media")


def _look_first(session: Session, ready: Ready, now: datetime) -> None:
    """What came out of a backup may be out since: as if it had been sent then and no answer had come."""
    row, since = reading.kept(session, ready.row), ready.row.may_be_out_since
    facts = {"publication_id": row.id, "fence": row.fence, "version": row.version, "sent": ready.sent}
    session.add(Attempt(**facts, outcome="unknown", created_at=since, ended_at=now))
    # Long ago, as networks' lists go: one look is enough.
    row.looks = len(ready.row.account.network.look_after_seconds) - 1
    row.look_at, row.asked_at, row.may_be_out_since, row.phase, row.owner = now, None, None, None, None
    row.move("unconfirmed", by="portal", why=FROM_A_BACKUP)


def _fail(row: Publication, code: str, words: str) -> None:
    row.phase = row.owner = None
    row.error_code, row.error_message = code, words
    row.move("failed", by="portal", why=words)


def token_of(account: SocialAccount, now: datetime) -> Token | None:
    """A token that is good for this call; None when the account must be renewed or connected again first."""
    if not account.is_connected:
        return None
    if account.is_by_hand:
        return NO_TOKEN
    if account.trouble == "refused" and account.refresh_at and account.refresh_at <= now:
        return None
    try:
        token = account.token
    except CannotOpen:
        return None
    if token is None or (token.expires_at and token.expires_at <= now + TOKEN_MARGIN):
        return None
    return token


def _may_go(row: Publication, needs_verification: bool, now: datetime) -> bool:
    return (row.post.doctor.is_verified or not needs_verification) and not _is_late(row, now)


def _is_late(row: Publication, now: datetime) -> bool:
    """Later than the doctor allows, counted from the first try where there was one: `due_at` is then ours."""
    hour = row.trying_since if row.tries > 0 and row.trying_since else row.due_at
    if hour is None:
        return False
    return now - hour > timedelta(minutes=row.post.doctor.late_after_minutes)


def _step_back(
    session: Session, row: Publication, token: Token | None, needs_verification: bool, now: datetime
) -> None:
    """Move a row that may not go to the state that says why."""
    kept, account = reading.kept(session, row), row.account
    kept.phase = kept.owner = None
    if needs_verification and not row.post.doctor.is_verified:
        why = "It goes out as soon as an administrator has verified you."
        kept.move("held", by="portal", why=why, held_for="verification")
    elif not account.is_connected:
        why = (
            f"Your {account.network.label} account must be connected again. Then the post goes on by itself."
        )
        kept.move("held", by="portal", why=why, held_for="account")
    elif token is None and account.refresh_at is not None:
        kept.due_at = now + WAIT_FOR_TOKEN
        why = f"The permission to post on {account.network.label} is being renewed."
        kept.move("retrying", by="portal", why=why)
    elif token is None:
        kept.account.status = "reconnect"
        why = f"The permission to post on {account.network.label} has ended. Connect the account again."
        kept.move("held", by="portal", why=why, held_for="account")
    else:
        minutes = row.post.doctor.late_after_minutes
        why = (
            f"It could not leave within {minutes} minutes of its time. Choose whether it should still go out."
        )
        kept.move("held", by="portal", why=why, held_for="late")


def _write_attempts(session: Session, owner: int, going: list[Ready]) -> list[Armed]:
    if not going:
        return []
    facts = [
        {"id": at.row.id, "fence": at.row.fence, "version": at.row.version, "sent": at.sent} for at in going
    ]
    written = session.execute(ARM, {"rows": json.dumps(facts), "owner": owner})
    attempts = {row.publication_id: row.id for row in written}
    return [_armed(at, attempts[at.row.id]) for at in going if at.row.id in attempts]


def is_anew(staged: Mapping[str, Any]) -> bool:
    """Whether an earlier upload of the same was gone when it was needed."""
    return staged.keys() >= ANEW.keys()


def is_unready(staged: Mapping[str, Any]) -> bool:
    """Whether the network still worked on an upload when the post was sent."""
    return staged.keys() >= UNREADY.keys()


def _armed(at: Ready, attempt_id: int) -> Armed:
    row, account = at.row, at.row.account
    return Armed(
        id=row.id,
        fence=row.fence,
        attempt_id=attempt_id,
        network=account.network,
        sent=at.sent,
        author=account.author,
        account_id=account.id,
        has_doubt=row.looks > 0,
        was_in_trouble=account.trouble is not None,
        is_anew=is_anew(row.staged),
        token=at.token,
        sealed=account.sealed_token,
    )
