"""Forgets what is over: sessions, trusted browsers, codes, keys that no app got, ways back."""

from datetime import timedelta

from sqlalchemy import delete, select

from portal import clock
from portal.auth.sessions import IDLE, WHOLE
from portal.extensions import db
from portal.models import Authenticator, BrowserSession, OneTimeCode, TrustedBrowser, User, WayBack
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
        db.session.execute(delete(WayBack).where(WayBack.expires_at < now))
        is_unfinished = Authenticator.confirmed_at.is_(None) & (Authenticator.created_at < now - CODES_STAY)
        db.session.execute(delete(Authenticator).where(is_unfinished))
        db.session.execute(delete(OneTimeCode).where(OneTimeCode.created_at < now - CODES_STAY))
