"""Browsers that need not answer a code for thirty days."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select

from portal import clock
from portal.extensions import db
from portal.models import TrustedBrowser, User
from portal.transaction import transaction

LIFE = timedelta(days=30)


def is_trusted(user: User, word: str) -> bool:
    """Whether the browser that keeps `word` was trusted with this account, and still is."""
    row = db.session.scalar(select(TrustedBrowser).where(TrustedBrowser.digest == _digest(user, word)))
    return row is not None and row.expires_at > clock.now()


def remember(user: User, word: str, device: str | None) -> None:
    """Trust the browser that keeps `word` with this account, from now."""
    with transaction():
        db.session.execute(delete(TrustedBrowser).where(TrustedBrowser.digest == _digest(user, word)))
        row = TrustedBrowser(
            user_id=user.id,
            digest=_digest(user, word),
            expires_at=clock.now() + LIFE,
            device=device,
        )
        db.session.add(row)


def forget_all(user: User) -> None:
    """Trust no browser with this account any more."""
    db.session.execute(delete(TrustedBrowser).where(TrustedBrowser.user_id == user.id))


def _digest(user: User, word: str) -> str:
    # With the account in it, so that several people may use one browser, each trusted or not.
    return hashlib.sha256(f"{user.id} {word}".encode()).hexdigest()
