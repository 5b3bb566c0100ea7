"""What takes two administrators: one asks, another confirms; who asked may take it back."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.admin import people
from portal.doctors import verifying
from portal.errors import Conflict, NotAllowed
from portal.extensions import db
from portal.models import AuditEvent, JointDecision, User
from portal.transaction import transaction

WORDS = {"revoke": "take a verification back", "demote": "take an administrator’s right away"}


def ask(kind: str, subject: User, administrator: User, reason: str) -> JointDecision:
    """Write down what one administrator wants; nothing happens before another one confirms."""
    with transaction():
        _check(kind, subject, administrator)
        db.session.refresh(subject, with_for_update={"key_share": True})
        if JointDecision.open_about(kind, subject.id):
            raise Conflict("Somebody has asked for this already. Another administrator has to confirm it.")
        asked = JointDecision(kind=kind, subject_id=subject.id, asked_by_id=administrator.id, reason=reason)
        db.session.add(asked)
        db.session.flush()
        _record(f"{kind} asked", asked, administrator, reason=reason)
    return asked


def confirm(asked: JointDecision, administrator: User) -> None:
    """The second pair of eyes agrees: it is done."""
    with transaction():
        _take(asked)
        if asked.asked_by_id == administrator.id:
            raise NotAllowed("You asked for this yourself. Another administrator has to confirm it.")
        _check(asked.kind, asked.subject, administrator)
        _decide(asked, administrator, "confirmed")
        if asked.kind == "revoke" and asked.subject.doctor is not None:
            verifying.revoke(asked.subject.doctor, administrator, asked.reason)
        elif asked.kind == "demote":
            people.take_right_away(asked.subject)
        _record(f"{asked.kind} confirmed", asked, administrator)


def withdraw(asked: JointDecision, administrator: User) -> None:
    """It is not to happen after all."""
    with transaction():
        _take(asked)
        _decide(asked, administrator, "withdrawn")
        _record(f"{asked.kind} withdrawn", asked, administrator)


def waiting() -> list[JointDecision]:
    """All that waits for a second administrator, the oldest first."""
    query = select(JointDecision).where(JointDecision.outcome.is_(None)).order_by(JointDecision.id)
    with_people = query.options(
        joinedload(JointDecision.subject).joinedload(User.doctor), joinedload(JointDecision.asked_by)
    )
    return list(db.session.scalars(with_people))


def _take(asked: JointDecision) -> None:
    db.session.refresh(asked, with_for_update={"of": JointDecision})
    if asked.outcome is not None:
        raise Conflict("Somebody has decided about this meanwhile.")


def _decide(asked: JointDecision, administrator: User, outcome: str) -> None:
    asked.outcome, asked.decided_at, asked.decided_by_id = outcome, clock.now(), administrator.id


def _check(kind: str, subject: User, administrator: User) -> None:
    if not administrator.is_administrator:
        raise NotAllowed("Only an administrator may do this.")
    if subject.id == administrator.id:
        raise NotAllowed(verifying.NOBODY_THEMSELVES)
    if kind == "revoke" and not (subject.doctor and subject.doctor.verification == "verified"):
        raise Conflict("This doctor is not verified.")
    if kind == "demote" and not subject.is_administrator:
        raise Conflict("This person is no administrator.")


def _record(action: str, asked: JointDecision, administrator: User, **details: str) -> None:
    doctor = asked.subject.doctor if asked.kind == "revoke" else None
    AuditEvent.write(
        action,
        user_id=administrator.id,
        subject="doctor" if doctor else "user",
        subject_id=doctor.id if doctor else asked.subject_id,
        **details,
    )
