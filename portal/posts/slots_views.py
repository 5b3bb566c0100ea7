"""The weekly hours of each account, and the next free one for the composer."""

from collections.abc import Collection
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, SelectMultipleField, TimeField
from wtforms.fields.choices import SelectChoice

from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.extensions import db
from portal.forms import InputForm
from portal.models import Doctor, PostingSlot, SocialAccount
from portal.pages import local_time, render, zone_words
from portal.posts import slots
from portal.posts.calendar import WEEKDAYS
from portal.posts.slots import NewSlots
from portal.posts.time_forms import MoveForm, TimeForm

bp = Blueprint("slots", __name__)

NONE_FREE = "None of your weekly hours is free. Set some under Calendar, Weekly hours."


class SlotForm(InputForm):
    """An hour for some days of the week."""

    input = NewSlots
    words = {"weekdays": "Choose at least one day."}

    social_account_id = SelectField("Account", coerce=int, choices=[])
    weekdays = SelectMultipleField(
        "Days", coerce=int, choices=[SelectChoice(number, name) for number, name in enumerate(WEEKDAYS)]
    )
    hour = TimeField("Time")

    def to_input(self) -> NewSlots:
        if self.hour.data is None:
            raise Invalid("hour", "Choose a time.")
        said = {"social_account_id": self.social_account_id.data, "weekdays": self.weekdays.data or []}
        return NewSlots.model_validate(said | {"hour": self.hour.data})


@bp.route("/calendar/slots", methods=["GET", "POST"])
@doctor_required
def show() -> AnyResponse:
    doctor = current_doctor()
    form = SlotForm()
    accounts = _accounts(doctor)
    form.social_account_id.choices = [
        SelectChoice(account.id, f"{account.display_name} ({account.network.label})") for account in accounts
    ]
    if form.is_submitted():
        form.run(slots.add, doctor)
        if not form.is_refused:
            flash("Your weekly hours are kept.", "good")
            return redirect(url_for(".show"), 303)
    kept = slots.of_doctor(doctor)
    return render(
        "posts/slots.html",
        form=form,
        accounts=[(account, [slot for slot in kept if slot.account is account]) for account in accounts],
        weekdays=WEEKDAYS,
        next_free=slots.next_free(doctor, ()) if kept else None,
        zone=doctor.timezone,
    )


@bp.post("/calendar/slots/<int(max=9223372036854775807):slot_id>/forget")
@doctor_required
def forget(slot_id: int) -> AnyResponse:
    mine = select(PostingSlot).where(PostingSlot.id == slot_id, PostingSlot.doctor_id == current_doctor().id)
    slots.forget(db.session.scalar(mine) or abort(404))
    flash("That hour is taken away.", "good")
    return redirect(url_for(".show"), 303)


@bp.post("/posts/next-slot")
@doctor_required
def next_slot() -> AnyResponse:
    """The composer's date and time with the next free hour in them; nothing is stored."""
    doctor = current_doctor()
    form = MoveForm(zone=doctor.timezone)
    said = request.form.getlist("chosen")
    propose(form, doctor, [int(word) for word in said if word.isdecimal() and len(word) < 19])
    return render("posts/_when.html", fragment="posts/_when.html", form=form)


def propose(form: TimeForm, doctor: Doctor, chosen: Collection[int]) -> None:
    """Fill in the next free hour of the accounts that are chosen, and say so."""
    at = slots.next_free(doctor, chosen)
    if at is None:
        flash(NONE_FREE, "attention")
        return
    form.which.data, form.asks_which = None, False
    for typed in (form.on, form.at):
        typed.raw_data = None  # a field draws what was typed before what it holds
    form.show_instant(at)
    flash(f"The next free hour is {_hour(at, doctor.timezone)}.", "info")


def _accounts(doctor: Doctor) -> list[SocialAccount]:
    mine = SocialAccount.owned_by(doctor).where(SocialAccount.status != "disconnected")
    return list(db.session.scalars(mine.order_by(SocialAccount.id)))


def _hour(at: datetime, zone: str) -> str:
    return f"{local_time(at, zone)} ({zone_words(zone)})"
