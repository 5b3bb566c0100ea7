"""What an administrator does with a claim: decide, look at papers, suspend, take back with another's help."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.admin import joint
from portal.admin.forms import DecisionForm, ReasonForm
from portal.admin.views import DOCTOR, doctor_of, draw
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import administrator_required
from portal.doctors import documents, verifying
from portal.doctors.inputs import Verdict
from portal.doctors.licence_views import answer
from portal.errors import Conflict, Invalid, NotAllowed
from portal.extensions import db
from portal.models import Doctor, JointDecision, LicenceDocument

BIG_ID = "int(max=9223372036854775807)"

bp = Blueprint("desk", __name__, url_prefix="/admin")


@bp.post(f"{DOCTOR}/verify")
@administrator_required
def verify(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), DecisionForm()
    return decide(doctor, form, verifying.verify, f"{doctor.full_name} is verified.")


@bp.post(f"{DOCTOR}/reject")
@administrator_required
def reject(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), DecisionForm()
    said = f"{doctor.full_name} is not verified and gets a letter with the reason."
    return decide(doctor, form, verifying.reject, said)


@bp.post(f"{DOCTOR}/ask")
@administrator_required
def ask(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), DecisionForm()
    return decide(
        doctor, form, verifying.ask_for_more, f"{doctor.full_name} gets a letter with what is missing."
    )


@bp.post(f"{DOCTOR}/suspend")
@administrator_required
def suspend(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), ReasonForm(prefix="stop-")
    return stop(doctor, form, verifying.suspend, f"{doctor.full_name} is suspended. Planned posts wait.")


@bp.post(f"{DOCTOR}/end-suspension")
@administrator_required
def end_suspension(doctor_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    try:
        verifying.end_suspension(doctor, current_user)
    except (Conflict, NotAllowed) as refused:
        flash(refused.words, "attention")
    else:
        flash("The suspension has ended. The doctor waits for your decision.", "good")
    return back_to(doctor)


@bp.post(f"{DOCTOR}/revoke")
@administrator_required
@proved_within(PROOF_MINUTES)
def revoke(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), ReasonForm(prefix="stop-")
    return stop(doctor, form, _ask_to_revoke, "Asked for. Another administrator has to confirm it.")


@bp.post(f"/together/<{BIG_ID}:asked_id>/<answer>")
@administrator_required
@proved_within(PROOF_MINUTES)
def together(asked_id: int, answer: str) -> Any:
    asked = db.session.get(JointDecision, asked_id) or abort(404)
    act = {"confirm": joint.confirm, "withdraw": joint.withdraw}.get(answer) or abort(404)
    try:
        act(asked, current_user)
    except (Conflict, NotAllowed) as refused:
        flash(refused.words, "attention")
    else:
        flash("Done." if answer == "confirm" else "Withdrawn.", "good")
    doctor = asked.subject.doctor if asked.kind == "revoke" else None
    return back_to(doctor) if doctor else redirect(url_for("people.index"), 303)


@bp.get(f"{DOCTOR}/documents/<{BIG_ID}:document_id>")
@administrator_required
def document(doctor_id: int, document_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    if doctor.user_id == current_user.id:
        abort(404)
    query = select(LicenceDocument).where(
        LicenceDocument.id == document_id,
        LicenceDocument.doctor_id == doctor.id,
        LicenceDocument.removed_at.is_(None),
    )
    return answer(db.session.scalar(query) or abort(404))


def decide(doctor: Doctor, form: DecisionForm, flow: Callable[..., Doctor], said: str) -> Any:
    """Keep the evidence, then let the flow decide; what it refuses stands on the desk again."""
    try:
        verifying.check_decider(doctor, current_user)
        take_evidence(form, doctor)
        if not form.is_refused:
            form.run(flow, doctor, current_user)
    except NotAllowed as refused:
        form.refuse("", refused.words)
    if form.is_refused:
        return draw(doctor, form)
    flash(said, "good")
    return back_to(doctor)


def stop(doctor: Doctor, form: ReasonForm, flow: Callable[..., Any], said: str) -> Any:
    """Suspend, or ask to take the mark back."""
    try:
        form.run(flow, doctor, current_user)
    except NotAllowed as refused:
        form.refuse("", refused.words)
    if form.is_refused:
        return draw(doctor, stopping=form)
    flash(said, "good")
    return back_to(doctor)


def take_evidence(form: DecisionForm, doctor: Doctor) -> None:
    file = form.evidence.data
    if not (isinstance(file, FileStorage) and file.filename):
        return
    try:
        content = file.read(documents.MAX_BYTES + 1)
        documents.add(doctor, "evidence", content, file.filename, current_user)
    except Invalid as refused:
        form.refuse(refused.field, refused.words)


def back_to(doctor: Doctor) -> Any:
    return redirect(url_for("admin.doctor", doctor_id=doctor.id), 303)


def _ask_to_revoke(doctor: Doctor, administrator: Any, verdict: Verdict) -> JointDecision:
    if not verdict.reason:
        raise Invalid("reason", verifying.NEEDS_REASON)
    return joint.ask("revoke", doctor.user, administrator, verdict.reason)
