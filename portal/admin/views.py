from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from portal import phones
from portal.admin import history
from portal.admin.finding import STATES, Search, age_words, counts, find
from portal.admin.forms import RejectionForm, SearchForm
from portal.auth.sessions import administrator_required
from portal.doctors import flows
from portal.errors import Conflict, NotAllowed
from portal.extensions import db
from portal.models import Doctor, User
from portal.pages import render

# Larger numbers are no ids, and the database could not even compare them.
DOCTOR = "/doctors/<int(max=9223372036854775807):doctor_id>"

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/")
@administrator_required
def index() -> Any:
    form = SearchForm(request.args)
    search = Search.of(request.args)
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
    )


@bp.get(DOCTOR)
@administrator_required
def doctor(doctor_id: int) -> Any:
    return draw(doctor_of(doctor_id), RejectionForm())


@bp.post(f"{DOCTOR}/verify")
@administrator_required
def verify(doctor_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    try:
        flows.verify(doctor, current_user)
    except (Conflict, NotAllowed) as refused:
        flash(refused.words, "attention")
    else:
        flash(f"{doctor.full_name} is verified.", "good")
    return redirect(url_for(".doctor", doctor_id=doctor.id), 303)


@bp.post(f"{DOCTOR}/reject")
@administrator_required
def reject(doctor_id: int) -> Any:
    doctor = doctor_of(doctor_id)
    form = RejectionForm()
    try:
        if form.run(flows.reject, doctor, current_user):
            flash(f"{doctor.full_name} is not verified and gets a letter with the reason.", "good")
            return redirect(url_for(".doctor", doctor_id=doctor.id), 303)
    except NotAllowed as refused:
        form.refuse("", refused.words)
    return draw(doctor, form)


def doctor_of(doctor_id: int) -> Doctor:
    """Only somebody whose address is confirmed: the others have not joined yet."""
    query = select(Doctor).join(Doctor.user).options(contains_eager(Doctor.user))
    query = query.where(Doctor.id == doctor_id, User.confirmed_at.is_not(None))
    return db.session.scalar(query) or abort(404)


def draw(doctor: Doctor, form: RejectionForm) -> Any:
    return render(
        "admin/doctor.html",
        doctor=doctor,
        phone=phones.kindly(doctor.phone_number),
        form=form,
        history=history.of(doctor),
        age_words=age_words,
        is_self=doctor.user_id == current_user.id,
    )
