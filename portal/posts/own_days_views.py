"""Days of the doctor's own, and which health days the calendar names."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, DateField, StringField

from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.extensions import db
from portal.forms import InputForm
from portal.models import Doctor, OwnDay
from portal.pages import render
from portal.posts import health_days, own_days
from portal.posts.own_days import NewDay

bp = Blueprint("own_days", __name__, url_prefix="/calendar/days")


class DayForm(InputForm):
    """A day to be marked."""

    input = NewDay
    words = {"day_on": "Choose a date from 2000 to 2100."}

    name = StringField("Name")
    day_on = DateField("Date")
    is_yearly = BooleanField("Every year")

    def to_input(self) -> NewDay:
        if self.day_on.data is None:
            raise Invalid("day_on", "Choose a date.")
        return NewDay(name=self.name.data or "", day_on=self.day_on.data, is_yearly=self.is_yearly.data)


@bp.route("", methods=["GET", "POST"])
@doctor_required
def show() -> AnyResponse:
    doctor = current_doctor()
    form = DayForm()
    if form.run(own_days.mark, doctor):
        flash("The day is in your calendar.", "good")
        return _back()
    row = own_days.setting(doctor)
    return render(
        "posts/own_days.html",
        form=form,
        own=own_days.of_doctor(doctor),
        listed=_listed(doctor),
        hidden=set(row.hidden_days) if row else set(),
        are_shown=row is None or row.shows_health_days,
        speciality=doctor.speciality,
    )


@bp.post("/<int(max=9223372036854775807):day_id>/forget")
@doctor_required
def forget(day_id: int) -> AnyResponse:
    mine = select(OwnDay).where(OwnDay.id == day_id, OwnDay.doctor_id == current_doctor().id)
    own_days.forget(db.session.scalar(mine) or abort(404))
    flash("The day is taken away.", "good")
    return _back()


@bp.post("/health")
@doctor_required
def health() -> AnyResponse:
    """Show or hide one health day, or all of them."""
    doctor, is_hidden = current_doctor(), request.form.get("do") == "hide"
    key = request.form.get("key", "")
    if not key:
        own_days.show_health_days(doctor, not is_hidden)
        flash(f"Health days are {'hidden' if is_hidden else 'shown'}.", "good")
        return _back()
    try:
        own_days.hide_health_day(doctor, key, is_hidden)
    except Invalid:
        abort(404)
    flash(f"That day is {'hidden' if is_hidden else 'shown again'}.", "good")
    return _back()


def _listed(doctor: Doctor) -> list[health_days.HealthDay]:
    return health_days.fitting(own_days.fields_of(doctor))


def _back() -> AnyResponse:
    return redirect(url_for(".show"), 303)
