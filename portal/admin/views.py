"""The doctors, and the verification desk."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, request, stream_with_context, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal import phones
from portal.admin import desk, history, joint
from portal.admin.finding import SORTS, STATES, Search, age_words, counts, everyone, find, state_of
from portal.admin.forms import DecisionForm, ReasonForm, SearchForm
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import administrator_required
from portal.cells import quoted
from portal.doctors import documents
from portal.extensions import db
from portal.models import AuditEvent, Doctor, User
from portal.pages import render
from portal.transaction import transaction

# Larger numbers are no ids, and the database could not even compare them.
DOCTOR = "/doctors/<int(max=9223372036854775807):doctor_id>"

COLUMNS = (
    "id",
    "full_name",
    "email",
    "verification",
    "verified_until",
    "medical_council",
    "medical_council_regd_no",
    "speciality",
    "joined",
)

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/", strict_slashes=False)
@administrator_required
def index() -> Any:
    search = Search.of(request.args)
    form = SearchForm(request.args)
    form.sort.choices = list(SORTS)
    form.sort.data = search.sort
    rows, has_more = find(search)
    numbers = counts()
    return render(
        "admin/index.html",
        form=form,
        search=search,
        rows=rows,
        next=url_for(".index", **search.next_page) if has_more else None,
        states=[(key, words, url_for(".index", state=key), numbers[key]) for key, words in STATES],
        age_words=age_words,
        target_days=desk.target_days(),
        joint=joint.waiting(),
        ending=documents.ending_undecided(),
        joint_words=joint.WORDS,
    )


@bp.route("/doctors.csv", methods=["GET", "POST"])
@administrator_required
@proved_within(PROOF_MINUTES, gives_file=True)
def export() -> Any:
    """The doctors that are found, as a file; that it was taken is written down."""
    search = Search.of(request.args)
    with transaction():
        AuditEvent.write("doctors exported", user_id=current_user.id, state=search.state)
    answer = Response(stream_with_context(_lines(search)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="doctors.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get(DOCTOR)
@administrator_required
def doctor(doctor_id: int) -> Any:
    return draw(doctor_of(doctor_id))


def doctor_of(doctor_id: int) -> Doctor:
    """Only somebody whose address is confirmed: the others have not joined yet."""
    query = select(Doctor).join(Doctor.user).options(contains_eager(Doctor.user))
    query = query.where(Doctor.id == doctor_id, User.confirmed_at.is_not(None))
    return db.session.scalar(query) or abort(404)


def draw(doctor: Doctor, form: DecisionForm | None = None, stopping: ReasonForm | None = None) -> Any:
    return render(
        "admin/doctor.html",
        doctor=doctor,
        desk=desk.of(doctor, current_user),
        state=db.session.scalar(select(state_of).where(Doctor.id == doctor.id)),
        phone=phones.kindly(doctor.phone_number),
        form=form or DecisionForm(formdata=None),
        stopping=stopping or ReasonForm(formdata=None, prefix="stop-"),
        history=history.of(doctor),
        age_words=age_words,
        is_self=doctor.user_id == current_user.id,
    )


def _lines(search: Search) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in everyone(search):
        until, joined = row.verified_until, row.user.confirmed_at
        yield _line(
            (
                row.id,
                row.full_name,
                row.user.email,
                row.verification,
                until.date() if until else "",
                row.medical_council or "",
                row.medical_council_regd_no or "",
                row.speciality.name if row.speciality else "",
                joined.date() if joined else "",
            )
        )


def _line(values: Any) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerow([quoted(str(value)) for value in values])
    return sheet.getvalue()
