"""All that the verification desk shows beside one doctor's claim."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.doctors import councils, documents, licences
from portal.extensions import db
from portal.models import (
    AuditEvent,
    Doctor,
    JointDecision,
    Licence,
    LicenceDecision,
    LicenceDocument,
    OfficeSetting,
    User,
)

# A stopped second claim stays on the page for so long.
SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Desk:
    """A claim, with what there is to compare it with."""

    licence: Licence | None
    registers: list[councils.Register]
    papers: list[LicenceDocument]
    shape_notes: list[str]
    same_number: list[Doctor]
    claimed_by: list[Doctor]
    decisions: list[LicenceDecision]
    revocation: JointDecision | None
    answer_by: datetime
    has_colleague: bool

    @property
    def is_late(self) -> bool:
        return self.answer_by < clock.now()


def of(doctor: Doctor, administrator: User) -> Desk:
    licence = licences.of(doctor)
    return Desk(
        licence=licence,
        registers=councils.registers_for(doctor, licence),
        papers=documents.listed(doctor),
        shape_notes=licences.shape_notes(doctor, licence),
        same_number=licences.same_number(doctor),
        claimed_by=_claimed_twice(doctor),
        decisions=_decisions(doctor),
        revocation=JointDecision.open_about("revoke", doctor.user_id),
        answer_by=doctor.waiting_since + timedelta(days=target_days()),
        has_colleague=has_colleague(administrator),
    )


def target_days() -> int:
    """Within how many days doctors are told to expect an answer."""
    return OfficeSetting.read("target_days")


def has_colleague(administrator: User) -> bool:
    """Whether there is a second administrator, without whom nothing that takes two can be done."""
    others = select(func.count()).where(
        User.role == "administrator",
        User.confirmed_at.is_not(None),
        User.disabled_at.is_(None),
        User.id != administrator.id,
    )
    return bool(db.session.scalar(others))


def _claimed_twice(doctor: Doctor) -> list[Doctor]:
    """The other accounts where a registration was stopped because two claimed it, seen from either side."""
    event = AuditEvent
    lately = (
        select(event.subject_id, event.details["other_doctor_id"].as_integer().label("other"))
        .where(
            event.action == licences.CLAIMED_TWICE,
            event.created_at > clock.now() - SHOWN_FOR,
        )
        .subquery()
    )
    seen_from_here = select(lately.c.other).where(lately.c.subject_id == doctor.id)
    seen_from_there = select(lately.c.subject_id).where(lately.c.other == doctor.id)
    query = select(Doctor).where(Doctor.id.in_(seen_from_here.union(seen_from_there)))
    return list(db.session.scalars(query.order_by(Doctor.id).limit(5)))


def _decisions(doctor: Doctor) -> list[LicenceDecision]:
    query = (
        select(LicenceDecision)
        .where(LicenceDecision.doctor_id == doctor.id)
        .options(joinedload(LicenceDecision.decided_by))
        .order_by(LicenceDecision.id.desc())
        .limit(20)
    )
    return list(db.session.scalars(query))
