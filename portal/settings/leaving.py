"""Leaving the portal: at once nothing goes out; after a fortnight everything is erased."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from portal import clock, zones
from portal.auth import codes, recovery, telling
from portal.auth.asking import Asker
from portal.errors import Conflict
from portal.extensions import db
from portal.models import (
    ApiKey,
    CalendarSetting,
    Doctor,
    OutboxLetter,
    Publication,
    RefreshToken,
    SocialAccount,
    User,
    Webhook,
)
from portal.social import leaving as disconnecting
from portal.transaction import transaction

# Long enough to come back from a holiday to a letter about it.
WAY_BACK = timedelta(days=14)

GOING_OUT = (
    "A post of yours is going out this minute. Wait until it is out, then try again: "
    "so you can be sure of what is on your accounts."
)
NOT_LEAVING = "This account stays already."


def going_out(doctor: Doctor) -> int:
    """How many posts are at a network at this moment."""
    mine = Publication.doctor_id == doctor.id, Publication.status == "publishing"
    return db.session.scalar(select(func.count()).where(*mine)) or 0


def planned(doctor: Doctor) -> int:
    """How many posts would have gone out."""
    waiting = Publication.status.in_(("scheduled", "held", "retrying", "awaiting_doctor"))
    mine = Publication.doctor_id == doctor.id, waiting
    return db.session.scalar(select(func.count(Publication.post_id.distinct())).where(*mine)) or 0


def leave(doctor: Doctor, asker: Asker) -> datetime:
    """Close the account: when everything will be erased.

    From now on nothing is sent, every browser and program is signed out, and the permissions at the networks
    are given back. Signing in again is the way back until then. Raises Conflict.
    """
    with transaction():
        user = _locked(doctor)
        if user.leaves_at is not None:
            return user.leaves_at
        user.leaves_at = until = clock.now() + WAY_BACK
        _shut_doors(doctor)
        disconnecting.stop_posting(doctor)
        # Asked here, behind the locks: nothing can set out any more.
        if going_out(doctor):
            raise Conflict(GOING_OUT)
        recovery.end_sessions(user)
        codes.close_all(user.email)
        telling.note(user, "leaving", asker)
        about = {"until": zones.day_words(until, doctor.timezone)}
        OutboxLetter.post("leaving", user.email, about=about, doctor_id=doctor.id)
    # A network may take its time, and one that is away keeps nobody: each account ends by itself.
    for account_id in _connected(doctor):
        disconnecting.disconnect(doctor, account_id)
    return until


def stay(doctor: Doctor, asker: Asker) -> None:
    """Keep the account after all; accounts at the networks have to be connected again. Raises Conflict."""
    with transaction():
        user = _locked(doctor)
        if user.leaves_at is None:
            raise Conflict(NOT_LEAVING)
        user.leaves_at = None
        telling.tell(user, "stayed", asker)


def finish_disconnecting() -> None:
    """Disconnect what a process that died in the middle of somebody's leaving left connected."""
    is_left = User.leaves_at.is_not(None), SocialAccount.status != "disconnected"
    query = select(SocialAccount.doctor_id, SocialAccount.id).join(
        Doctor, Doctor.id == SocialAccount.doctor_id
    )
    for doctor_id, account_id in db.session.execute(
        query.join(User, User.id == Doctor.user_id).where(*is_left)
    ):
        disconnecting.disconnect(db.session.get_one(Doctor, doctor_id), account_id)


def _locked(doctor: Doctor) -> User:
    whose = select(User).where(User.id == doctor.user_id)
    return db.session.scalars(whose.with_for_update().execution_options(populate_existing=True)).one()


def _shut_doors(doctor: Doctor) -> None:
    """Programs, news to them, the calendar's secret address: doors that nobody watches from now on."""
    now = clock.now()
    keys = ApiKey.doctor_id == doctor.id, ApiKey.revoked_at.is_(None)
    db.session.execute(update(ApiKey).where(*keys).values(revoked_at=now))
    tokens = RefreshToken.user_id == doctor.user_id, RefreshToken.ended_at.is_(None)
    db.session.execute(update(RefreshToken).where(*tokens).values(ended_at=now))
    hooks = Webhook.doctor_id == doctor.id, Webhook.disabled_at.is_(None)
    db.session.execute(update(Webhook).where(*hooks).values(disabled_at=now, disabled_why="doctor"))
    calendar = CalendarSetting.doctor_id == doctor.id
    db.session.execute(update(CalendarSetting).where(calendar).values(feed_digest=None))


def _connected(doctor: Doctor) -> list[int]:
    mine = SocialAccount.doctor_id == doctor.id, SocialAccount.status != "disconnected"
    return list(db.session.scalars(select(SocialAccount.id).where(*mine).order_by(SocialAccount.id)))
