"""A doctor's own page of the registration, and of the papers that show it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select

from portal.auth.sessions import current_doctor, doctor_required
from portal.doctors import councils, documents, licences, numbers, verifying
from portal.doctors.licence_forms import LicenceForm
from portal.errors import Conflict, Invalid
from portal.extensions import db, limiter
from portal.models import Doctor, LicenceDocument
from portal.pages import render

# Even if a browser took one of these for a page, it could run nothing and load nothing.
POLICY = "default-src 'none'; sandbox"
DOCUMENT = "/profile/licence/documents/<int(max=9223372036854775807):document_id>"

bp = Blueprint("licence", __name__)


@bp.route("/profile/licence", methods=["GET", "POST"])
@doctor_required
@limiter.limit("30 per hour", methods=["POST"])
def show() -> Any:
    doctor = current_doctor()
    form = LicenceForm.of(doctor)
    if form.is_submitted():
        was_verified = doctor.is_verified
        take_papers(form, doctor)
        form.run(licences.claim, doctor)
        if not form.is_refused:
            flash("Your registration is saved.", "good")
            if was_verified and not doctor.is_verified:
                flash("You changed what we had verified, so we check it again.", "attention")
            return redirect(url_for(".show"), 303)
    return render(
        "doctors/licence.html",
        form=form,
        doctor=doctor,
        councils=councils.suggested(),
        papers=documents.listed(doctor),
    )


@bp.get("/profile/licence/shape")
@doctor_required
def shape() -> Any:
    """What the shape of the numbers tells, while they are typed; the page works without."""
    asked = request.args
    country, year = asked.get("country", ""), asked.get("year", "").strip()
    number, second = asked.get("medical_council_regd_no", "").strip(), asked.get("second_number", "").strip()
    found = [
        number and numbers.number_problem(country, asked.get("medical_council"), number),
        year.isdecimal() and len(year) == 4 and numbers.year_problem(country, int(year)),
        numbers.second_problem(asked.get("second_kind"), second),
    ]
    return render("doctors/_licence_shape.html", problems=[words for words in found if words], asked=number)


@bp.post("/profile/licence/recheck")
@doctor_required
def recheck() -> Any:
    verifying.ask_for_recheck(current_doctor())
    flash("Thank you. We look at the register again; your posts go on meanwhile.", "good")
    return redirect(url_for(".show"), 303)


@bp.get(DOCUMENT)
@doctor_required
def document(document_id: int) -> Any:
    return answer(document_of(current_doctor(), document_id))


@bp.post(f"{DOCUMENT}/remove")
@doctor_required
def remove_document(document_id: int) -> Any:
    documents.remove(document_of(current_doctor(), document_id), current_user)
    flash("The document is removed.", "good")
    return redirect(url_for(".show"), 303)


def take_papers(form: LicenceForm, doctor: Doctor) -> None:
    """Kept even when a field is refused: a browser cannot hold a chosen file over to the next try."""
    for kind, content, filename in form.papers():
        try:
            documents.add(doctor, kind, content, filename, current_user)
        except Invalid as refused:
            form.refuse(refused.field, refused.words)


def document_of(doctor: Doctor, document_id: int) -> LicenceDocument:
    """One of this doctor's own papers; evidence of an administrator is not among them."""
    query = select(LicenceDocument).where(
        LicenceDocument.id == document_id,
        LicenceDocument.doctor_id == doctor.id,
        LicenceDocument.kind != "evidence",
        LicenceDocument.removed_at.is_(None),
    )
    return db.session.scalar(query) or abort(404)


def answer(document: LicenceDocument) -> Response:
    """The scan itself, never kept by a browser; a PDF is handed over as a file, not opened in a page."""
    try:
        content = documents.look(document, current_user)
    except Conflict:
        abort(404)
    is_pdf = document.mime_type == documents.PDF
    response = Response(content, mimetype=document.mime_type)
    name = f"{document.kind}-{document.id}.{'pdf' if is_pdf else 'jpg'}"
    response.headers["Content-Disposition"] = f'{"attachment" if is_pdf else "inline"}; filename="{name}"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
