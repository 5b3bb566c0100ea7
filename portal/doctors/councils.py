"""Councils to suggest while a doctor types, and registers to look one up in: administrators keep the list.

A claim keeps the words of its doctor: no change here touches one. The addresses that the portal came with
were never opened by anybody; each says so until an administrator has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.doctors.inputs import CouncilChange
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, Council, Doctor, Licence, User
from portal.transaction import transaction

TAKEN = "There is one with this name already, now or in former days."


@dataclass(frozen=True)
class Register:
    """A public register, and what to know before searching in it."""

    name: str
    address: str
    advice: str
    is_checked: bool


def suggested() -> list[str]:
    """The names offered to doctors; old ones stay among them, because old registrations carry them."""
    offered = (Council.kind == "council", Council.retired_at.is_(None))
    return list(db.session.scalars(select(Council.name).where(*offered).order_by(func.lower(Council.name))))


def listed() -> Sequence[Council]:
    """All of them, by country and name, those that can be chosen first."""
    query = select(Council).options(joinedload(Council.checked_by))
    order = (Council.retired_at.is_not(None), Council.country, Council.kind, func.lower(Council.name))
    return db.session.scalars(query.order_by(*order)).all()


def registers_for(doctor: Doctor, licence: Licence | None) -> list[Register]:
    """Where to look this doctor up: at the council's own address, else in the registers of the country.

    A retired council still leads there: old claims bear its name.
    """
    if licence is None:
        return []
    own = db.session.scalar(Council.named(doctor.medical_council).where(Council.country == licence.country))
    if own is not None and own.address:
        return [_register(own)]
    found = select(Council).where(
        Council.country == licence.country, Council.address.is_not(None), Council.retired_at.is_(None)
    )
    # Where a country has registers of its own, those of single councils are for their doctors alone.
    rows = db.session.scalars(found.order_by(Council.id)).all()
    whole = [row for row in rows if row.kind == "register"]
    return [_register(row) for row in whole or rows]


def add(new: CouncilChange, administrator: User) -> Council:
    with transaction():
        _check_free(new)
        row = Council(aliases=[])
        db.session.add(row)
        _set(row, new)
        db.session.flush()
        _record("council added", row, administrator)
    return row


def change(row: Council, wanted: CouncilChange, administrator: User) -> Council:
    """Its former name stays known; another address has to be opened anew."""
    with transaction():
        _check_free(wanted, row)
        was = row.name
        if was.lower() != wanted.name.lower():
            others = (alias for alias in row.aliases if alias.lower() != wanted.name.lower())
            row.aliases = [was, *others]
        if row.address != wanted.address:
            row.checked_at = row.checked_by_id = None
        _set(row, wanted)
        _record("council changed", row, administrator, was=was)
    return row


def say_checked(row: Council, administrator: User) -> None:
    """Somebody opened the address and found the register there."""
    with transaction():
        row.checked_at, row.checked_by_id = clock.now(), administrator.id
        _record("council address opened", row, administrator)


def retire(row: Council, administrator: User) -> None:
    """Nobody new is offered it; claims that bear its name stay as they are."""
    with transaction():
        row.retired_at = row.retired_at or clock.now()
        _record("council retired", row, administrator)


def bring_back(row: Council, administrator: User) -> None:
    with transaction():
        row.retired_at = None
        _record("council brought back", row, administrator)


def first_name(row: Council) -> str:
    """What it was called before all changes."""
    return row.aliases[-1] if row.aliases else row.name


def claims_of(row: Council) -> int:
    """How many doctors name it."""
    names = [row.name.lower(), *(alias.lower() for alias in row.aliases)]
    query = select(func.count()).select_from(Doctor).where(func.lower(Doctor.medical_council).in_(names))
    return db.session.scalar(query) or 0


def _register(row: Council) -> Register:
    return Register(row.name, row.address or "", row.note or "", row.checked_at is not None)


def _set(row: Council, wanted: CouncilChange) -> None:
    row.kind, row.country, row.name = wanted.kind, wanted.country, wanted.name
    row.address, row.note = wanted.address, wanted.note


def _check_free(wanted: CouncilChange, but: Council | None = None) -> None:
    with db.session.no_autoflush:
        same = db.session.scalar(Council.named(wanted.name))
    if same is not None and same is not but:
        raise Invalid("name", TAKEN)


def _record(action: str, row: Council, administrator: User, **details: str) -> None:
    db.session.flush()
    AuditEvent.write(
        action, user_id=administrator.id, subject="council", subject_id=row.id, name=row.name, **details
    )
