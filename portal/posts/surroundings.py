"""What every post of a doctor meets alike: read once for many that are made together, or with the caller."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.checks import Author
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality, SocialAccount, User
from portal.orm import UtcDateTime
from portal.posts import planning
from portal.publishing.checking import author_of
from portal.publishing.stand_ins import Columns, split

_DOCTOR = Columns(
    Doctor,
    "id",
    "full_name",
    "clinic_name",
    "clinic_address",
    "phone_number",
    "qualification",
    "medical_council_regd_no",
    "timezone",
    "verification",
    "verified_until",
    "suspended_at",
    "lapsed_at",
    "check_pack",
    "facts_digest",
)
_USER = Columns(User, "email")
_FIELD = Columns(MedicalSpeciality, "name", "aliases")
_NARROWER = Columns(MedicalSubSpeciality, "name", "aliases")
_PARTS: tuple[tuple[str, Columns[Any]], ...] = (
    ("d", _DOCTOR),
    ("u", _USER),
    ("field", _FIELD),
    ("narrower", _NARROWER),
)

# For the doctor who calls; tokens stay where they are.
ASKED = f"""
SELECT {", ".join(f"{table}.{name}" for table, part in _PARTS for name in part.names)}, portal_now(),
    (SELECT coalesce(array_agg(handle ORDER BY handle), '{{}}') FROM social_account
     WHERE doctor_id = d.id AND handle IS NOT NULL),
    (SELECT coalesce(json_agg(to_jsonb(one) - 'sealed_token'), '[]')::text FROM social_account one
     WHERE one.doctor_id = d.id)
FROM doctor d JOIN user_account u ON u.id = d.user_id
LEFT JOIN medical_speciality field ON field.id = d.speciality_id
LEFT JOIN medical_sub_speciality narrower ON narrower.id = d.sub_speciality_id
WHERE d.id = caller.doctor_id
"""  # noqa: S608 - our own words
_INSTANTS = [name for name, it in SocialAccount.__table__.columns.items() if isinstance(it.type, UtcDateTime)]


@dataclass(frozen=True)
class Surroundings:
    """The database's instant, the doctor's accounts by their ids, and the doctor as the checks know them."""

    now: datetime
    accounts: Mapping[int, SocialAccount]
    author: Author


def of(doctor: Doctor) -> Surroundings:
    """As they are now: call it in the transaction in which the posts are made."""
    mine = db.session.scalars(SocialAccount.owned_by(doctor)).all()
    return Surroundings(planning.database_now(), {one.id: one for one in mine}, author_of(doctor))


def read(found: Sequence[Any], numbers: Collection[int]) -> tuple[Doctor, Surroundings]:
    """The doctor, to be looked at only, and what surrounds them with the accounts of these ids, of the row
    that ASKED gave. None of it belongs to a session."""
    *columns, now, handles, accounts = found
    of_doctor, of_user, of_field, of_narrower = split(columns, [part for _, part in _PARTS])
    doctor = _DOCTOR.stand_in(
        of_doctor,
        user=_USER.stand_in(of_user),
        speciality=_FIELD.stand_in(of_field) if of_field[0] else None,
        sub_speciality=_NARROWER.stand_in(of_narrower) if of_narrower[0] else None,
    )
    own = {one["id"]: _account(one) for one in json.loads(accounts) if one["id"] in numbers}
    return doctor, Surroundings(now, own, author_of(doctor, handles))


def _account(columns: dict[str, Any]) -> SocialAccount:
    instants = {name: datetime.fromisoformat(columns[name]) for name in _INSTANTS if columns[name]}
    return SocialAccount(**columns | instants)
