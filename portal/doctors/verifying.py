"""The life of the mark "verified": given, refused, asked about, opened again, ended, suspended, revoked."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from portal import clock
from portal.doctors import waiting
from portal.doctors.inputs import Grounds, Verdict
from portal.errors import Conflict, Invalid, NotAllowed
from portal.extensions import db
from portal.models import (
    AuditEvent,
    Doctor,
    Licence,
    LicenceDecision,
    LicenceDocument,
    OfficeSetting,
    OutboxLetter,
    User,
)
from portal.models.doctor import CLAIM
from portal.transaction import transaction

CHANGED = "You changed what was verified. It goes out as soon as we have checked that."
LAPSED = "Your verification has ended. It goes out as soon as we have checked your registration again."
STOPPED = "It waits until an administrator has verified you."

# What an administrator may choose from; the doctor reads the words.
REASONS = {
    "not_found": "We did not find this number in the register.",
    "name": "The name in the register is not the same as yours.",
    "degree": "The register does not show this degree or speciality.",
    "status": "The register does not show that you may practise now.",
    "document": "We need a document: your certificate, or a photo ID.",
    "unreadable": "We could not read your document.",
    "year": "We need the year of your registration.",
}
NEEDS_REASON = "Enter a reason that helps the doctor, 1,000 characters or fewer."
NOBODY_THEMSELVES = "Nobody decides about themselves. Ask another administrator."


def lock(doctor: Doctor) -> None:
    """Two browsers, or two administrators, act one after the other. Rows that only point here may be written
    meanwhile: a publisher that writes a notice must not wait for us while we wait for its post."""
    db.session.refresh(doctor, with_for_update={"of": Doctor, "key_share": True})


def verify(doctor: Doctor, administrator: User, grounds: Grounds | None = None) -> Doctor:
    """Say that the claim is true: the doctor gets a letter, and posts that waited for this go on."""
    with transaction():
        lock(doctor)
        check_decider(doctor, administrator)
        if doctor.suspended_at is not None:
            raise Conflict("This doctor is suspended. End the suspension first.")
        if doctor.is_verified and doctor.recheck_asked_at is None:
            raise Conflict("This doctor is verified already.")
        now = clock.now()
        doctor.verification, doctor.rejection_reason = "verified", None
        doctor.verified_at, doctor.verified_by_id = now, administrator.id
        doctor.verified_until, doctor.told_days = _holds_until(doctor, now), None
        doctor.recheck_asked_at = doctor.more_asked_at = doctor.lapsed_at = None
        _record("verified", doctor, administrator, grounds or Grounds())
        about = {"waiting": waiting.let_go_on(doctor)}
        OutboxLetter.post("verified", doctor.user.email, about=about, doctor_id=doctor.id)
    return doctor


def reject(doctor: Doctor, administrator: User, verdict: Verdict) -> Doctor:
    """Say that the claim could not be confirmed, and why; the doctor gets a letter and may ask again."""
    reason = _reason(verdict)
    with transaction():
        lock(doctor)
        check_decider(doctor, administrator)
        _check_waits(doctor)
        take_mark_away(doctor, by="administrator", why=STOPPED)
        doctor.verification, doctor.rejection_reason = "rejected", reason
        # Nobody may block a number with a claim that was not true.
        db.session.execute(update(Licence).where(Licence.doctor_id == doctor.id).values(claim_key=None))
        _record("rejected", doctor, administrator, verdict, reason)
        OutboxLetter.post("rejected", doctor.user.email, about={"reason": reason}, doctor_id=doctor.id)
    return doctor


def ask_for_more(doctor: Doctor, administrator: User, verdict: Verdict) -> Doctor:
    """Leave it open and tell the doctor what is missing."""
    reason = _reason(verdict)
    with transaction():
        lock(doctor)
        check_decider(doctor, administrator)
        _check_waits(doctor)
        doctor.more_asked_at, doctor.rejection_reason = clock.now(), reason
        _record("more", doctor, administrator, verdict, reason)
        about = {"reason": reason}
        OutboxLetter.post("more_needed", doctor.user.email, about=about, doctor_id=doctor.id)
    return doctor


def claim_was_changed(doctor: Doctor, changed: Sequence[str]) -> int:
    """Inside the transaction that changed a claim: what is new is looked at again. How many posts wait."""
    if doctor.suspended_at is not None or not (changed or doctor.more_asked_at):
        return 0
    if doctor.verification == "verified" and changed:
        held = take_mark_away(doctor, by="doctor", why=CHANGED)
        _asked(doctor, "verification opened again", changed=list(changed))
        return held
    if doctor.verification == "rejected" or doctor.more_asked_at is not None:
        _asked(doctor, "verification asked")
    return 0


def ask_for_recheck(doctor: Doctor) -> None:
    """The doctor says that the registration still holds, before the mark ends."""
    with transaction():
        lock(doctor)
        if doctor.is_verified and doctor.recheck_asked_at is None:
            doctor.recheck_asked_at = clock.now()
            _tell_audit("another check asked", doctor)


def papers_came(doctor: Doctor) -> None:
    """Inside the transaction that took in a document: it may be what an administrator asked for."""
    if doctor.more_asked_at is not None:
        _asked(doctor, "verification asked")


def lapse(doctor: Doctor) -> None:
    """Inside a transaction: the time of the mark is over."""
    take_mark_away(doctor, by="portal", why=LAPSED)
    doctor.lapsed_at = clock.now()
    doctor.verification_asked_at = doctor.recheck_asked_at or doctor.lapsed_at
    doctor.recheck_asked_at = None
    AuditEvent.write("verification lapsed", subject="doctor", subject_id=doctor.id)
    OutboxLetter.post("licence_lapsed", doctor.user.email, doctor_id=doctor.id)


def suspend(doctor: Doctor, administrator: User, verdict: Verdict) -> Doctor:
    """Stop at once, until somebody has looked closer; one administrator may, for it can be taken back."""
    reason = _reason(verdict)
    with transaction():
        lock(doctor)
        check_decider(doctor, administrator)
        if doctor.suspended_at is not None:
            raise Conflict("This doctor is suspended already.")
        take_mark_away(doctor, by="administrator", why=STOPPED)
        doctor.suspended_at, doctor.rejection_reason = clock.now(), reason
        _record("suspended", doctor, administrator, verdict, reason)
        about = {"reason": reason, "is_for_now": True}
        OutboxLetter.post("verification_stopped", doctor.user.email, about=about, doctor_id=doctor.id)
    return doctor


def end_suspension(doctor: Doctor, administrator: User) -> Doctor:
    """Put the doctor back among those who wait: the mark itself is given anew."""
    with transaction():
        lock(doctor)
        check_decider(doctor, administrator)
        if doctor.suspended_at is None:
            raise Conflict("This doctor is not suspended.")
        doctor.suspended_at = doctor.rejection_reason = None
        doctor.verification, doctor.verification_asked_at = "pending", clock.now()
        _tell_audit("suspension ended", doctor, administrator)
    return doctor


def revoke(doctor: Doctor, administrator: User, reason: str) -> None:
    """Inside a transaction in which a second administrator confirms: the mark is gone."""
    lock(doctor)
    check_decider(doctor, administrator)
    take_mark_away(doctor, by="administrator", why=STOPPED)
    doctor.verification, doctor.rejection_reason = "rejected", reason
    _record("revoked", doctor, administrator, Grounds(), reason)
    about = {"reason": reason, "is_for_now": False}
    OutboxLetter.post("verification_stopped", doctor.user.email, about=about, doctor_id=doctor.id)


def take_mark_away(doctor: Doctor, *, by: str, why: str) -> int:
    """Back to waiting; planned posts wait too, where the portal wants verified doctors. How many do."""
    doctor.verification = "pending"
    doctor.verified_at = doctor.verified_by_id = doctor.verified_until = doctor.told_days = None
    doctor.recheck_asked_at = doctor.more_asked_at = None
    db.session.flush()
    return waiting.hold_planned(doctor, by=by, why=why)


def check_decider(doctor: Doctor, administrator: User) -> None:
    """Raises NotAllowed for anybody who may not decide about this doctor."""
    if not administrator.is_administrator:
        raise NotAllowed("Only an administrator may decide about a doctor.")
    if doctor.user_id == administrator.id:
        raise NotAllowed(NOBODY_THEMSELVES)


def _reason(verdict: Verdict) -> str:
    parts = [REASONS.get(verdict.reason_kind or "", ""), verdict.reason or ""]
    reason = "\n".join(part for part in parts if part)
    if not reason:
        raise Invalid("reason", NEEDS_REASON)
    return reason


def _check_waits(doctor: Doctor) -> None:
    is_asked_again = doctor.is_verified and doctor.recheck_asked_at is not None
    if doctor.suspended_at is not None or not (doctor.verification == "pending" or is_asked_again):
        raise Conflict("Somebody has decided about this doctor meanwhile.")


def _holds_until(doctor: Doctor, now: datetime) -> datetime:
    """For the set period, or to the end of the licence's last day where that comes first."""
    until = _months_after(now, OfficeSetting.read("recheck_months"))
    licence = db.session.scalar(select(Licence).where(Licence.doctor_id == doctor.id))
    if licence is None or licence.ends_on is None:
        return until
    last = datetime.combine(licence.ends_on + timedelta(days=1), time(), tzinfo=UTC)
    if last <= now:
        raise Conflict("This licence is no longer valid. Ask the doctor for the new date.")
    return min(until, last)


def _months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one where it is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _asked(doctor: Doctor, action: str, **details: Any) -> None:
    doctor.verification, doctor.verification_asked_at = "pending", clock.now()
    doctor.rejection_reason = doctor.more_asked_at = doctor.lapsed_at = None
    AuditEvent.write(action, user_id=doctor.user_id, subject="doctor", subject_id=doctor.id, **details)


def _tell_audit(action: str, doctor: Doctor, user: User | None = None) -> None:
    user_id = user.id if user else doctor.user_id
    AuditEvent.write(action, user_id=user_id, subject="doctor", subject_id=doctor.id)


def _record(
    decision: str, doctor: Doctor, administrator: User, grounds: Grounds, reason: str | None = None
) -> None:
    """With the claim as it was decided about, which may change later; papers have had their time now."""
    claim = {name: getattr(doctor, name) for name in CLAIM}
    db.session.add(
        LicenceDecision(
            doctor_id=doctor.id,
            decided_by_id=administrator.id,
            decision=decision,
            matched=list(grounds.matched),
            note=grounds.note,
            reason=reason,
            claim=claim,
        )
    )
    said = {"reason": reason} if reason else {}
    AuditEvent.write(
        f"doctor {decision}" if decision != "more" else "more asked of doctor",
        user_id=administrator.id,
        subject="doctor",
        subject_id=doctor.id,
        claim=claim,
        matched=list(grounds.matched),
        **said,
    )
    if decision in ("verified", "rejected", "revoked"):
        ends = clock.now() + timedelta(days=OfficeSetting.read("document_days"))
        papers = update(LicenceDocument).where(
            LicenceDocument.doctor_id == doctor.id, LicenceDocument.removed_at.is_(None)
        )
        db.session.execute(papers.values(remove_after=ends))
