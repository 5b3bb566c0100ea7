"""How a program stays signed in: a chain of refresh tokens, each good once.

When one comes back a second time, somebody has a copy, and nobody can tell who: the whole family ends, with
the access tokens that came from it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from portal import clock
from portal.api import tokens
from portal.extensions import db
from portal.models import AuditEvent, RefreshToken, User
from portal.transaction import transaction

# From signing in to the end of the chain; each link ends with it.
LIFE = timedelta(days=30)
PREFIX = "dp_refresh_"


def begin(user: User) -> tuple[str, str]:
    """An access token and the first refresh token of a new family."""
    with transaction():
        return _link(user, secrets.token_urlsafe(16), clock.now() + LIFE)


def turn(words: str) -> tuple[str, str] | None:
    """An access token and the next refresh token; None, and the family's end, when this one was used."""
    with transaction():
        row = _find(words)
        if row is None:
            return None
        if row.used_at is not None:
            _end(row, "refresh token used twice")
            return None
        if not _is_good(row):
            return None
        row.used_at = clock.now()
        return _link(row.user, row.family, row.expires_at)


def end(words: str) -> None:
    """End the family that this refresh token belongs to; unknown words end nothing."""
    with transaction():
        row = _find(words)
        if row is not None:
            _end(row, "signed out by a program")


def forget_old() -> None:
    """Delete chains whose time is over."""
    with transaction():
        db.session.execute(delete(RefreshToken).where(RefreshToken.expires_at < clock.now()))


def _link(user: User, family: str, expires_at: datetime) -> tuple[str, str]:
    words = PREFIX + secrets.token_urlsafe(32)
    mark = tokens.password_mark(user)
    db.session.add(
        RefreshToken(
            user_id=user.id, family=family, digest=_digest(words), password_mark=mark, expires_at=expires_at
        )
    )
    return tokens.issue(user, family), words


def _find(words: str) -> RefreshToken | None:
    """The row, held: of two that bring the same one at once, the second finds it used."""
    return db.session.scalar(
        select(RefreshToken)
        .where(RefreshToken.digest == _digest(words))
        .options(joinedload(RefreshToken.user, innerjoin=True))
        .with_for_update(of=RefreshToken)
        .execution_options(populate_existing=True)
    )


def _is_good(row: RefreshToken) -> bool:
    is_over = row.ended_at is not None or row.expires_at <= clock.now()
    return not is_over and row.user.is_active and row.password_mark == tokens.password_mark(row.user)


def _end(row: RefreshToken, why: str) -> None:
    family = (RefreshToken.family == row.family, RefreshToken.ended_at.is_(None))
    db.session.execute(update(RefreshToken).where(*family).values(ended_at=clock.now()))
    AuditEvent.write(why, user_id=row.user_id, subject="user", subject_id=row.user_id)


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
