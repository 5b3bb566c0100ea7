"""Forgets what is over: sessions, trusted browsers, codes."""

from datetime import timedelta

from sqlalchemy import delete, select

from portal import clock
from portal.auth.sessions import IDLE, WHOLE
from portal.extensions import db
from portal.models import BrowserSession, OneTimeCode, TrustedBrowser, User
from portal.transaction import transaction

# Old codes still say how often an address was written to, and which question a browser is at.
CODES_STAY = timedelta(days=1)


def forget_what_is_over() -> None:
    """Delete what can never be used again."""
    now = clock.now()
    with transaction():
        for role in IDLE:
            holders = select(User.id).where(User.role == role)
            is_idle = BrowserSession.last_seen_at < now - IDLE[role]
            is_old = BrowserSession.created_at < now - WHOLE[role]
            db.session.execute(
                delete(BrowserSession).where(BrowserSession.user_id.in_(holders), is_idle | is_old)
            )
        db.session.execute(delete(TrustedBrowser).where(TrustedBrowser.expires_at < now))
        db.session.execute(delete(OneTimeCode).where(OneTimeCode.created_at < now - CODES_STAY))
