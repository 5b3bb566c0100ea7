"""A doctor's own archive, and the page on which anybody checks one."""

from typing import Any

from flask import Blueprint, Response, request, stream_with_context
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from portal import clock
from portal.archive import bundles, chain, keeping, reading, writing
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import current_doctor, doctor_required
from portal.extensions import db, limiter
from portal.models import ArchiveEntry, AuditEvent, Doctor, OfficeSetting, User
from portal.pages import render
from portal.transaction import transaction

bp = Blueprint("archive", __name__)

NO_FILE = "Choose the file of an archive: archive.jsonl, or the whole ZIP file."


class CheckForm(FlaskForm):
    """What somebody wants to know about: no account is needed for it."""

    file = FileField("Archive")


@bp.get("/settings/archive")
@doctor_required
def show() -> Any:
    doctor = current_doctor()
    page = min(max(request.args.get("page", 1, type=int) or 1, 1), reading.LAST_PAGE)
    rows, has_more = reading.newest(doctor.id, page)
    return render(
        "archive/index.html",
        rows=rows,
        page=page,
        has_more=has_more,
        zone=doctor.timezone,
        number=reading.number_of(doctor.id),
        years=OfficeSetting.read("archive_years"),
        held=keeping.held(doctor.id),
    )


@bp.route("/settings/archive.zip", methods=["GET", "POST"])
@doctor_required
@limiter.limit("20 per hour")
@proved_within(PROOF_MINUTES, gives_file=True)
def take() -> Any:
    doctor = current_doctor()
    return answer(doctor, doctor.user)


@bp.route("/verify", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def verify() -> Any:
    """Whether an archive is whole and unchanged, and whether this portal knows its last entry."""
    form, checked, is_ours = CheckForm(), None, False
    if form.is_submitted() and form.validate():
        file = form.file.data
        if isinstance(file, FileStorage) and file.filename:
            checked = bundles.check(file.stream)
            is_ours = checked.is_sound and _knows(checked)
            if is_ours:
                # No digest covers the first line of a file: what it says of itself may be anything.
                checked.doctor, checked.made_at = reading.name_of(checked.doctor_id), ""
        else:
            form.file.errors = [NO_FILE]
    return render("archive/verify.html", form=form, checked=checked, is_ours=is_ours)


def answer(doctor: Doctor, who: User) -> Response:
    """The whole archive as a file; that it was taken is written down."""
    writing.write_due()
    with transaction():
        AuditEvent.write("archive taken", user_id=who.id, subject="doctor", subject_id=doctor.id)
    response = Response(stream_with_context(bundles.whole(doctor)), mimetype="application/zip")
    name = f"archive-{doctor.id}-{clock.now().date()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _knows(checked: chain.Checked) -> bool:
    """An archive that was written anew from its first entry on hangs together too, but is not this one."""
    if not checked.entries:
        return False
    same = (
        ArchiveEntry.doctor_id == checked.doctor_id,
        ArchiveEntry.number == checked.entries,
        ArchiveEntry.digest == checked.head,
    )
    return bool(db.session.scalar(select(func.count()).where(*same)))
