"""Marks that end: told of in time, once at each step, and taken away when their time is over."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from portal import clock, zones
from portal.doctors import verifying
from portal.extensions import db
from portal.models import Doctor, OutboxLetter
from portal.transaction import transaction

# At so many days before the end, the longest notice first.
TOLD_AT_DAYS = (60, 30, 7)


def mind_ends() -> tuple[int, int]:
    """Remind who has to ask for another check, and end what is over: (letters written, marks ended).

    A step that was slept through is not made up for: of several that are due, the latest counts.
    """
    reminded = sum(_remind(doctor_id) for doctor_id in _ending())
    return reminded, sum(_end(doctor_id) for doctor_id in _over())


def _ending() -> list[int]:
    now = clock.now()
    days_left = func.extract("epoch", Doctor.verified_until - now) / timedelta(days=1).total_seconds()
    untold = [
        (days_left <= days) & (func.coalesce(Doctor.told_days, days + 1) > days) for days in TOLD_AT_DAYS
    ]
    query = select(Doctor.id).where(
        Doctor.verification == "verified", Doctor.verified_until > now, or_(*untold)
    )
    with transaction():
        return list(db.session.scalars(query.order_by(Doctor.id)))


def _over() -> list[int]:
    query = select(Doctor.id).where(Doctor.verification == "verified", Doctor.verified_until <= clock.now())
    with transaction():
        return list(db.session.scalars(query.order_by(Doctor.id)))


def _remind(doctor_id: int) -> bool:
    """Under the lock of the doctor's row: two workers write one letter."""
    with transaction():
        doctor = db.session.get_one(Doctor, doctor_id)
        verifying.lock(doctor)
        step = _step(doctor)
        if step is None or doctor.verified_until is None:
            return False
        doctor.told_days = step
        if doctor.recheck_asked_at is not None:  # it is our turn, not the doctor's
            return False
        about = {"ends": zones.day_words(doctor.verified_until, doctor.timezone), "days": step}
        OutboxLetter.post("licence_ending", doctor.user.email, about=about, doctor_id=doctor.id)
        return True


def _end(doctor_id: int) -> bool:
    with transaction():
        doctor = db.session.get_one(Doctor, doctor_id)
        verifying.lock(doctor)
        is_over = doctor.verified_until is not None and doctor.verified_until <= clock.now()
        if doctor.verification == "verified" and is_over:
            verifying.lapse(doctor)
            return True
        return False


def _step(doctor: Doctor) -> int | None:
    """The reminder that is due, in days; None when none is, or when it was given."""
    now = clock.now()
    if doctor.verification != "verified" or doctor.verified_until is None or doctor.verified_until <= now:
        return None
    due = [days for days in TOLD_AT_DAYS if doctor.verified_until - now <= timedelta(days=days)]
    is_new = bool(due) and (doctor.told_days is None or doctor.told_days > min(due))
    return min(due) if is_new else None
