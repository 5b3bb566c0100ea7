"""A doctor's archive for an administrator: how long it is kept, and, only while it is held for a reason that
the doctor reads, what it says."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user

from portal.admin.forms import ReasonForm
from portal.admin.views import DOCTOR, doctor_of
from portal.archive import keeping, reading
from portal.archive.views import answer
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import administrator_required
from portal.doctors.inputs import Verdict
from portal.errors import Conflict
from portal.extensions import limiter
from portal.models import ArchiveEntry, Doctor, OfficeSetting
from portal.pages import render

bp = Blueprint("kept", __name__, url_prefix="/admin")


@bp.get(f"{DOCTOR}/archive")
@administrator_required
def show(doctor_id: int) -> Any:
    return _draw(doctor_of(doctor_id))


@bp.post(f"{DOCTOR}/archive/hold")
@administrator_required
def hold(doctor_id: int) -> Any:
    doctor, form = doctor_of(doctor_id), ReasonForm(prefix="hold-")
    form.run(_hold, doctor)
    if form.is_refused:
        return _draw(doctor, form)
    flash("The archive is kept until an administrator lets it go. The doctor reads your reason.", "good")
    return redirect(url_for(".show", doctor_id=doctor.id), 303)


@bp.post(f"{DOCTOR}/archive/release")
@administrator_required
def release(doctor_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    try:
        keeping.release(doctor, current_user)
    except Conflict as refused:
        flash(refused.words, "attention")
    else:
        flash("What has had its time may go again.", "good")
    return redirect(url_for(".show", doctor_id=doctor.id), 303)


@bp.route(f"{DOCTOR}/archive.zip", methods=["GET", "POST"])
@administrator_required
@limiter.limit("20 per hour")
@proved_within(PROOF_MINUTES, gives_file=True)
def take(doctor_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    if keeping.held(doctor.id) is None:
        abort(404)
    return answer(doctor, current_user)


def _hold(doctor: Doctor, verdict: Verdict) -> ArchiveEntry:
    return keeping.hold(doctor, current_user, verdict.reason or "")


def _draw(doctor: Doctor, form: ReasonForm | None = None) -> Any:
    return render(
        "admin/archive.html",
        doctor=doctor,
        form=form or ReasonForm(formdata=None, prefix="hold-"),
        held=keeping.held(doctor.id),
        number=reading.number_of(doctor.id),
        years=OfficeSetting.read("archive_years"),
    )
