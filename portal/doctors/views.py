from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from portal.auth.sessions import current_doctor, doctor_required
from portal.doctors import councils, flows
from portal.doctors.forms import ProfileForm
from portal.errors import Invalid
from portal.models import Doctor
from portal.pages import render

bp = Blueprint("doctors", __name__)


@bp.route("/profile", methods=["GET", "POST"])
@doctor_required
def profile() -> Any:
    doctor = current_doctor()
    form = ProfileForm.of(doctor)
    if "show_sub_specialities" in request.values:
        form.offer_sub_specialities(request.values.get("speciality_id", ""))
    elif form.is_submitted():
        was_verified, zone = doctor.is_verified, doctor.timezone
        take_photo(form, doctor)
        form.run(flows.change_profile, doctor)
        if not form.is_refused:
            flash("Your profile is saved.", "good")
            if was_verified and not doctor.is_verified:
                flash("You changed what we had verified, so we check it again.", "attention")
            if (
                doctor.timezone != zone
            ):  # planned posts may have to move with the clock: there the doctor is asked
                return redirect(url_for("zone_change.show", then="profile"), 303)
            return redirect(url_for(".profile"), 303)
    return render(
        "doctors/profile.html",
        "doctors/_sub_speciality.html",
        form=form,
        doctor=doctor,
        councils=councils.suggested(),
    )


def take_photo(form: ProfileForm, doctor: Doctor) -> None:
    """Kept even when another field is refused: a browser cannot hold a chosen file over to the next try."""
    try:
        if form.photo:
            flows.change_photo(doctor, form.photo_content, form.photo.filename or "")
        elif form.remove_photo.data:
            flows.remove_photo(doctor)
    except Invalid as refused:
        form.refuse("profile_photo", refused.words)
