"""The page on which a doctor says that a patient took back the consent to a picture, and sees where it is."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Doctor, MediaFile, Publication
from portal.pages import render
from portal.posts import consents, removing
from portal.posts.listing import excerpt

bp = Blueprint("consents", __name__)

BY_ID = "/library/<int(max=9223372036854775807):file_id>/consent"


@bp.route(BY_ID, methods=["GET", "POST"])
@doctor_required
def show(file_id: int) -> AnyResponse:
    """Asks before it acts; a GET changes nothing."""
    doctor = current_doctor()
    file = _own(doctor, file_id)
    if request.method == "POST":
        if request.form.get("answer") == "again":
            consents.agree_again(doctor, file)
            flash("The picture can be used again. Nothing goes out by itself.", "good")
        else:
            _withdraw(file)
        return redirect(url_for(".show", file_id=file.id), 303)
    reach = consents.reach(file)
    return render(
        "posts/consent.html",
        file=file,
        reach=reach,
        removable={row.id for row in reach.out if removing.can_remove(row)},
        excerpt=excerpt,
        zone=doctor.timezone,
    )


@bp.post(f"{BY_ID}/gone/<int(max=9223372036854775807):publication_id>")
@doctor_required
def gone(file_id: int, publication_id: int) -> AnyResponse:
    """The doctor deleted one of the posts at its network."""
    doctor = current_doctor()
    file = _own(doctor, file_id)
    mine = Publication.owned_by(doctor).where(Publication.id == publication_id)
    row = db.session.scalar(mine) or abort(404)
    label = row.account.network.label
    try:
        if row not in consents.reach(file).out:
            raise Conflict(f"This post is not out on {label} any more.")
        removing.note_removed(doctor, row)
    except Conflict as refused:
        flash(refused.words, "attention")
    else:
        flash(f"Thank you. We noted that it is gone on {label}.", "good")
    return redirect(url_for(".show", file_id=file.id), 303)


def _own(doctor: Doctor, file_id: int) -> MediaFile:
    mine = select(MediaFile).where(MediaFile.id == file_id, MediaFile.doctor_id == doctor.id)
    return db.session.scalar(mine.where(MediaFile.purpose == "post")) or abort(404)


def _withdraw(file: MediaFile) -> None:
    try:
        consents.withdraw(current_doctor(), file)
    except Conflict as known:
        flash(known.words, "info")
    else:
        flash("We noted it. The picture goes out no more.", "good")
