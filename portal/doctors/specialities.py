"""The fields of medicine that a doctor chooses from: loaded, added, renamed, removed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import selectinload

from portal.doctors.inputs import NewSubSpeciality, SpecialityName, SubSpecialityChange
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality
from portal.transaction import transaction

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "specialities.json"

TAKEN = "There is one with this name already."


@dataclass
class Loaded:
    """What a load found to do."""

    added: int = 0
    changed: int = 0


def catalogue() -> list[dict[str, Any]]:
    """The project's own list; where it comes from stands in the file itself."""
    entries: list[dict[str, Any]] = json.loads(CATALOGUE.read_text())["specialities"]
    return entries


def load(entries: Iterable[Mapping[str, Any]]) -> Loaded:
    """Bring the list in: by name, so that ids stay. What is not in it stays too, for doctors may use it."""
    loaded = Loaded()
    with transaction():
        one_at_a_time()
        with_subs = select(MedicalSpeciality).options(selectinload(MedicalSpeciality.sub_specialities))
        rows = list(db.session.scalars(with_subs))
        known = _by_name(rows)
        for entry in entries:
            facts = {"name": entry["name"], "aliases": entry.get("aliases", [])}
            if row := known.get(entry["name"].lower()):
                loaded.changed += _set(row, _kept(row, facts))
            else:
                row = MedicalSpeciality(**facts)
                db.session.add(row)
                loaded.added += 1
            _load_subs(row, entry["sub_specialities"], loaded)
    return loaded


def _by_name(rows: Iterable[Any]) -> dict[str, Any]:
    """By name, and by the names that administrators gave or merged away: a load brings none of them back."""
    by_alias = {alias.lower(): row for row in rows for alias in row.aliases}
    return by_alias | {row.name.lower(): row for row in rows}


def _kept(row: MedicalSpeciality, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The list's own aliases come to those that are there; a name of an administrator's choice stays."""
    more = [alias for alias in facts["aliases"] if alias not in row.aliases]
    is_same = row.name.lower() == facts["name"].lower()
    return {"name": facts["name"] if is_same else row.name, "aliases": [*row.aliases, *more]}


def _load_subs(row: MedicalSpeciality, names: Iterable[str], loaded: Loaded) -> None:
    known = _by_name(row.sub_specialities)
    for name in names:
        if sub := known.get(name.lower()):
            is_same = sub.name.lower() == name.lower()
            loaded.changed += _set(sub, {"name": name}) if is_same else False
        else:
            row.sub_specialities.append(MedicalSubSpeciality(name=name))
            loaded.added += 1


def _set(row: MedicalSpeciality | MedicalSubSpeciality, facts: Mapping[str, Any]) -> bool:
    differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def add(new: SpecialityName) -> MedicalSpeciality:
    """A new speciality; its name is nobody else's, whatever the case of its letters."""
    with transaction():
        one_at_a_time()
        _check_name_is_free(new.name)
        row = MedicalSpeciality(name=new.name, aliases=[])
        db.session.add(row)
    return row


def rename(row: MedicalSpeciality, change: SpecialityName) -> MedicalSpeciality:
    """Every doctor who chose it keeps it, under its new name."""
    with transaction():
        one_at_a_time()
        _check_name_is_free(change.name, but=row)
        _rename(row, change.name)
    return row


def _rename(row: MedicalSpeciality | MedicalSubSpeciality, name: str) -> None:
    """The old name stays as another spelling, so that a load does not bring it back as a second row."""
    if row.name.lower() != name.lower():
        row.aliases = [row.name, *(alias for alias in row.aliases if alias.lower() != name.lower())]
    row.name = name


def remove(row: MedicalSpeciality) -> None:
    """Delete it, unless a doctor or a sub-speciality belongs to it."""
    with transaction():
        one_at_a_time()
        _check_unused(Doctor.speciality_id == row.id)
        if row.sub_specialities:
            raise Conflict("It still has sub-specialities. Remove those first.")
        db.session.delete(row)


def add_sub(new: NewSubSpeciality) -> MedicalSubSpeciality:
    """A new sub-speciality; its name is free within its speciality."""
    with transaction():
        one_at_a_time()
        parent = _parent(new.speciality_id)
        _check_sub_name_is_free(new.name, parent.id)
        row = MedicalSubSpeciality(name=new.name, speciality=parent)
        db.session.add(row)
    return row


def change_sub(row: MedicalSubSpeciality, change: SubSpecialityChange) -> MedicalSubSpeciality:
    """Rename it, or put it under another speciality as long as no doctor has it."""
    with transaction():
        one_at_a_time()
        values = change.changes
        parent = _parent(values.get("speciality_id", row.speciality_id))
        if parent.id != row.speciality_id:
            _check_unused(Doctor.sub_speciality_id == row.id)
        _check_sub_name_is_free(values.get("name", row.name), parent.id, but=row)
        _rename(row, values.get("name", row.name))
        row.speciality = parent
    return row


def remove_sub(row: MedicalSubSpeciality) -> None:
    """Delete it, unless a doctor has it."""
    with transaction():
        one_at_a_time()
        _check_unused(Doctor.sub_speciality_id == row.id)
        db.session.delete(row)


def one_at_a_time() -> None:
    """Who changes the list waits for whoever else does, and for doctors who are just choosing from it."""
    db.session.execute(text("LOCK TABLE medical_speciality, medical_sub_speciality IN EXCLUSIVE MODE"))


def _parent(speciality_id: int) -> MedicalSpeciality:
    parent = db.session.get(MedicalSpeciality, speciality_id)
    if parent is None:
        raise Invalid("speciality_id", "There is no speciality with this id.")
    return parent


def _check_name_is_free(name: str, but: MedicalSpeciality | None = None) -> None:
    same = select(MedicalSpeciality.id).where(func.lower(MedicalSpeciality.name) == func.lower(name))
    if db.session.scalar(same) not in (None, but.id if but else None):
        raise Invalid("name", TAKEN)


def _check_sub_name_is_free(name: str, speciality_id: int, but: MedicalSubSpeciality | None = None) -> None:
    same = select(MedicalSubSpeciality.id).where(
        MedicalSubSpeciality.speciality_id == speciality_id,
        func.lower(MedicalSubSpeciality.name) == func.lower(name),
    )
    if db.session.scalar(same) not in (None, but.id if but else None):
        raise Invalid("name", TAKEN)


def _check_unused(by: Any) -> None:
    if db.session.scalar(select(exists().where(by))):
        raise Conflict("A doctor has chosen this. It can be renamed, but not removed.")
