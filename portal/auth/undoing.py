"""Undoing: the way back that the letter about another password, or another address, leads to."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal import clock
from portal.auth import codes, recovery, telling
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import (
    ApiKey,
    Authenticator,
    CalendarSetting,
    Doctor,
    OutboxLetter,
    Passkey,
    RecoveryCode,
    User,
    WayBack,
    Webhook,
)
from portal.transaction import transaction

# No password makes this: the account waits for a new one, chosen by letter.
NO_PASSWORD = "none"  # noqa: S105 - the absence of one
# A stranger who changes the address has often just set up an app, a passkey or a key of their own.
JUST_BEFORE = timedelta(hours=1)


def tell_old_address(user: User, kind: str, letter: str, **about: str) -> None:
    """Write to the address that the account has until now, with the way back."""
    way = WayBack.open(user, kind)
    OutboxLetter.post(letter, user.email, about=about, doctor_id=telling.doctor_id(user), way_back_id=way.id)


def by_word(word: str) -> WayBack | None:
    """The way back that a letter's link stands for, while it is good."""
    way = db.session.scalar(WayBack.by_word(word))
    return way if way is not None and way.user.disabled_at is None else None


def undo(way: WayBack, asker: Asker) -> bool:
    """Give the account back to its owner; false when that was done meanwhile, or cannot be.

    The address is again what it was, every browser and program is signed out, nobody knows the password, and
    what was set up since shortly before the change, to sign in or for programs, is gone: a letter to the old
    address is the way in.
    """
    with transaction():
        user = db.session.scalars(select(User).where(User.id == way.user_id).with_for_update()).one()
        db.session.refresh(way, with_for_update=True)
        if way.used_at is not None or _is_taken(way):
            return False
        way.used_at = clock.now()
        _close_later(way)
        codes.close_all(user.email)
        user.email = way.email
        user.password_digest, user.password_changed_at = NO_PASSWORD, clock.now()
        _forget_factors(user, since=way.created_at - JUST_BEFORE)
        if user.doctor is not None:
            _shut_doors(user.doctor, since=way.created_at - JUST_BEFORE)
        recovery.end_sessions(user)
        telling.note(user, f"{way.kind} change undone", asker)
    return True


def _close_later(way: WayBack) -> None:
    """Ways back from what was done since: their letters went to whoever the change was undone for."""
    later = WayBack.user_id == way.user_id, WayBack.used_at.is_(None), WayBack.id > way.id
    db.session.execute(update(WayBack).where(*later).values(used_at=clock.now()))


def _is_taken(way: WayBack) -> bool:
    """Whether somebody else joined with the old address meanwhile."""
    other = db.session.scalar(User.by_email(way.email))
    return other is not None and other.id != way.user_id


def _forget_factors(user: User, since: datetime) -> None:
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id, Passkey.created_at >= since))
    app = db.session.scalar(select(Authenticator).where(Authenticator.user_id == user.id))
    if app is not None and app.created_at >= since:
        db.session.delete(app)
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _shut_doors(doctor: Doctor, since: datetime) -> None:
    """A key, an address that is told what happens, a calendar's secret address: no password closes these."""
    now = clock.now()
    keys = ApiKey.doctor_id == doctor.id, ApiKey.revoked_at.is_(None), ApiKey.created_at >= since
    db.session.execute(update(ApiKey).where(*keys).values(revoked_at=now))
    hooks = Webhook.doctor_id == doctor.id, Webhook.disabled_at.is_(None), Webhook.created_at >= since
    db.session.execute(update(Webhook).where(*hooks).values(disabled_at=now, disabled_why="doctor"))
    feed = CalendarSetting.doctor_id == doctor.id, CalendarSetting.feed_made_at >= since
    db.session.execute(
        update(CalendarSetting).where(*feed).values(feed_digest=None, feed_made_at=None, feed_read_at=None)
    )
