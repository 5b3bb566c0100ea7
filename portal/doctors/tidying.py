"""The list of fields of medicine, kept in order: merged, retired, given other names. No profile breaks."""

from sqlalchemy import ColumnElement, delete, func, select, update

from portal import clock
from portal.doctors.specialities import one_at_a_time
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality
from portal.transaction import transaction

Row = MedicalSpeciality | MedicalSubSpeciality

MOST_ALIASES = 20


def set_aliases(row: Row, aliases: list[str]) -> None:
    """Other spellings, by which people find it: Paediatrics for Pediatrics."""
    if len(aliases) > MOST_ALIASES:
        raise Invalid("aliases", f"Enter {MOST_ALIASES} other names or fewer.")
    if any(len(alias) > 120 for alias in aliases):
        raise Invalid("aliases", "Each other name must be 120 characters or fewer.")
    with transaction():
        row.aliases = _distinct(aliases, row.name)


def retire(row: Row) -> None:
    """Nobody new can choose it; who has it keeps it."""
    with transaction():
        row.retired_at = row.retired_at or clock.now()


def bring_back(row: Row) -> None:
    with transaction():
        row.retired_at = None


def merge(row: MedicalSpeciality, into: MedicalSpeciality) -> int:
    """One speciality becomes another: doctors, sub-specialities and names go over. How many doctors did."""
    if row.id == into.id:
        raise Invalid("into", "Choose another speciality.")
    with transaction():
        one_at_a_time()
        known = {sub.name.lower(): sub for sub in into.sub_specialities}
        # Both halves of a doctor's choice change in one statement: the database holds them together.
        moved = 0
        for sub in list(row.sub_specialities):
            target = known.get(sub.name.lower()) or MedicalSubSpeciality(
                name=sub.name, speciality_id=into.id, aliases=[]
            )
            db.session.add(target)
            db.session.flush()
            target.aliases = _distinct([*target.aliases, *sub.aliases], target.name)
            moved += _move(Doctor.sub_speciality_id == sub.id, into.id, target.id)
        moved += _move(Doctor.speciality_id == row.id, into.id, None)
        into.aliases = _distinct([*into.aliases, row.name, *row.aliases], into.name)
        db.session.execute(delete(MedicalSubSpeciality).where(MedicalSubSpeciality.speciality_id == row.id))
        db.session.execute(delete(MedicalSpeciality).where(MedicalSpeciality.id == row.id))
    db.session.expire_all()
    return moved


def merge_sub(row: MedicalSubSpeciality, into: MedicalSubSpeciality) -> int:
    """One sub-speciality becomes another of the same speciality. How many doctors went over."""
    if row.id == into.id or row.speciality_id != into.speciality_id:
        raise Invalid("into", "Choose another sub-speciality of the same speciality.")
    with transaction():
        one_at_a_time()
        moved = _move(Doctor.sub_speciality_id == row.id, into.speciality_id, into.id)
        into.aliases = _distinct([*into.aliases, row.name, *row.aliases], into.name)
        db.session.flush()
        db.session.execute(delete(MedicalSubSpeciality).where(MedicalSubSpeciality.id == row.id))
    db.session.expire_all()
    return moved


def doctors_with(row: Row) -> int:
    """How many profiles name it."""
    column = Doctor.speciality_id if isinstance(row, MedicalSpeciality) else Doctor.sub_speciality_id
    return db.session.scalar(select(func.count()).where(column == row.id)) or 0


def doctors_by_speciality() -> dict[int | None, int]:
    """How many profiles name each."""
    rows = db.session.execute(
        select(Doctor.speciality_id, func.count().label("number")).group_by(Doctor.speciality_id)
    )
    return {row.speciality_id: row.number for row in rows}


def _move(which: ColumnElement[bool], speciality_id: int, sub_speciality_id: int | None) -> int:
    moving = (
        update(Doctor).where(which).values(speciality_id=speciality_id, sub_speciality_id=sub_speciality_id)
    )
    return db.session.execute(moving).rowcount  # type: ignore[attr-defined]


def _distinct(names: list[str], but: str) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        if name.lower() != but.lower():
            found.setdefault(name.lower(), name)
    return list(found.values())
