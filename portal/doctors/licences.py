"""What a doctor says about the registration: taken in, held against all other accounts, kept in step."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.doctors import councils, numbers, places, verifying
from portal.doctors.inputs import LicenceClaim
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, Council, Doctor, Licence, OutboxLetter, User
from portal.transaction import transaction

TAKEN = (
    "We cannot take this registration as it stands. Check council, number and year."
    " If they are right, you need not do anything: we look into it."
)
SECOND_TAKEN = (
    "We cannot take this number as it stands. Check it."
    " If it is right, you need not do anything: we look into it."
)
CLAIMED_TWICE = "registration claimed twice"
# The same two accounts are no news again within this time.
ONCE_IN = timedelta(days=1)

OF_DOCTOR = ("medical_council", "medical_council_regd_no")
OF_LICENCE = ("country", "year", "registered_name", "second_kind", "second_number", "ends_on")
# A change of these is a change of what was verified; a first answer to a new question is not.
VERIFIED_OF_LICENCE = ("country", "year", "registered_name", "second_number")


class Taken(Exception):
    """The registration stands on another account, whose id is for administrators only."""

    def __init__(self, doctor_id: int, is_second: bool) -> None:
        super().__init__("another account has this registration")
        self.doctor_id = doctor_id
        self.field = "second_number" if is_second else "medical_council_regd_no"
        self.words = SECOND_TAKEN if is_second else TAKEN


def of(doctor: Doctor) -> Licence | None:
    """What the doctor said, beside the profile."""
    return db.session.scalar(select(Licence).where(Licence.doctor_id == doctor.id))


def country_guess(doctor: Doctor) -> str:
    """The country to offer first, from the doctor's time zone."""
    country = places.country_of(doctor.timezone)
    return country if country in ("IN", "GB", "US") else "other"


def claim(doctor: Doctor, wanted: LicenceClaim) -> Doctor:
    """Keep what the doctor says; a change of what was verified opens the verification again."""
    _check_shape(wanted)
    try:
        with transaction():
            verifying.lock(doctor)
            licence = of(doctor) or _new_licence(doctor, wanted.country)
            changed = _changed(doctor, licence, wanted)
            for name in OF_DOCTOR:
                setattr(doctor, name, getattr(wanted, name))
            for name in OF_LICENCE:
                setattr(licence, name, getattr(wanted, name))
            keep_key(doctor)
            verifying.claim_was_changed(doctor, changed)
    except Taken as taken:
        alert(doctor, taken)
        raise Invalid(taken.field, taken.words) from None
    return doctor


def keep_key(doctor: Doctor) -> None:
    """Bring the key in step with the claim; raises Taken when the registration is on another account."""
    licence = of(doctor)
    if licence is None:
        return
    first = _first_key(doctor, licence)
    second = _second_key(licence)
    with db.session.no_autoflush:
        keys = [key for key in (first, second) if key is not None]
        for key in sorted(keys):
            # Two accounts that ask at once ask one after the other.
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        for key in keys:
            if holder := _holder_of(key, doctor):
                raise Taken(holder, is_second=key != first)
    licence.claim_key = first


def _first_key(doctor: Doctor, licence: Licence) -> str | None:
    """By the oldest name that the council is known by: another name makes no other registration."""
    council = doctor.medical_council
    with db.session.no_autoflush:
        known = db.session.scalar(Council.named(council).where(Council.country == licence.country))
    named = councils.first_name(known) if known else council
    return numbers.claim_key(licence.country, named, doctor.medical_council_regd_no, licence.year)


def _second_key(licence: Licence) -> str | None:
    kind, number = licence.second_kind, licence.second_number
    return numbers.national_key(kind, number) if number and kind in numbers.NATIONAL else None


def _holder_of(key: str, doctor: Doctor) -> int | None:
    """Whose first or second number it is; one that was turned down holds nothing."""
    country, register, number, _ = key.split("|")
    kind = next((kind for kind, place in numbers.NATIONAL.items() if place == (country, register)), None)
    bare = func.regexp_replace(func.lower(Licence.second_number), numbers.FOR_THE_EYE, "", "g")
    is_second = (Licence.second_kind == kind) & (bare == number) & Licence.claim_key.is_not(None)
    other = select(Licence.doctor_id).where(Licence.doctor_id != doctor.id)
    return db.session.scalar(other.where((Licence.claim_key == key) | is_second).limit(1))


def alert(doctor: Doctor, taken: Taken) -> None:
    """Tell the administrators that two accounts claim one registration; neither doctor hears of the other."""
    with transaction():
        lately = select(AuditEvent.id).where(
            AuditEvent.action == CLAIMED_TWICE,
            AuditEvent.subject_id == doctor.id,
            AuditEvent.created_at > clock.now() - ONCE_IN,
        )
        is_news = db.session.scalar(lately.limit(1)) is None
        AuditEvent.write(
            CLAIMED_TWICE,
            user_id=doctor.user_id,
            subject="doctor",
            subject_id=doctor.id,
            other_doctor_id=taken.doctor_id,
        )
        if is_news:
            for address in _administrators():
                OutboxLetter.post("registration_twice", address, about={"doctor_id": doctor.id})


def same_number(doctor: Doctor) -> list[Doctor]:
    """Other accounts with this council and number, whatever the year: for administrators to compare."""
    if not (doctor.medical_council and doctor.medical_council_regd_no):
        return []
    query = select(Doctor).where(
        func.lower(Doctor.medical_council) == doctor.medical_council.lower(),
        func.lower(Doctor.medical_council_regd_no) == doctor.medical_council_regd_no.lower(),
        Doctor.id != doctor.id,
    )
    return list(db.session.scalars(query.order_by(Doctor.id).limit(5)))


def shape_notes(doctor: Doctor, licence: Licence | None) -> list[str]:
    """What the shape of the claim tells an administrator before looking anything up."""
    if licence is None:
        return []
    number = doctor.medical_council_regd_no
    found = [
        numbers.number_problem(licence.country, doctor.medical_council, number) if number else None,
        numbers.year_problem(licence.country, licence.year),
        numbers.second_problem(licence.second_kind, licence.second_number),
    ]
    return [words for words in found if words]


def _check_shape(wanted: LicenceClaim) -> None:
    number = wanted.medical_council_regd_no
    found = [
        ("medical_council_regd_no", numbers.number_problem(wanted.country, wanted.medical_council, number)),
        ("year", numbers.year_problem(wanted.country, wanted.year)),
        ("second_number", numbers.second_problem(wanted.second_kind, wanted.second_number)),
    ]
    wrong = [(name, words) for name, words in found if words]
    if wanted.ends_on and wanted.ends_on < clock.now().date():
        wrong.append(("ends_on", "Valid until must be today or later, or left empty."))
    if wrong:
        raise Invalid(*wrong[0], more=wrong[1:])


def _changed(doctor: Doctor, licence: Licence, wanted: LicenceClaim) -> list[str]:
    pairs: list[tuple[str, Any, Any]] = [
        (name, getattr(doctor, name), getattr(wanted, name)) for name in OF_DOCTOR
    ]
    for name in VERIFIED_OF_LICENCE:
        before = getattr(licence, name)
        if before is not None:
            pairs.append((name, before, getattr(wanted, name)))
    return [name for name, before, after in pairs if before != after]


def _new_licence(doctor: Doctor, country: str) -> Licence:
    licence = Licence(doctor_id=doctor.id, country=country)
    db.session.add(licence)
    db.session.flush()
    return licence


def _administrators() -> list[str]:
    query = select(User.email).where(
        User.role == "administrator", User.confirmed_at.is_not(None), User.disabled_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(User.id)))
