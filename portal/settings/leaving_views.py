"""A copy of everything, leaving the portal, and the way back."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, stream_with_context, url_for
from flask_login import current_user

from portal import clock, extensions, zones
from portal.auth import browsers, sessions
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.pages import render
from portal.settings import leaving, takeout

bp = Blueprint("leaving", __name__, url_prefix="/settings")


@bp.post("/copy")
@extensions.limiter.limit("12 per day", key_func=lambda: f"user:{current_user.get_id()}")
@doctor_required
@proved_within(PROOF_MINUTES, gives_file=True)
def copy() -> Any:
    """Everything that the portal knows about this doctor, as one file."""
    pieces = takeout.copy(current_doctor(), browsers.asker())
    answer = Response(stream_with_context(pieces), content_type="application/zip")
    name = f"doctors-portal-{clock.now():%Y-%m-%d}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/leave")
@doctor_required
def ask() -> Any:
    doctor = current_doctor()
    until = zones.day_words(clock.now() + leaving.WAY_BACK, doctor.timezone)
    return render("settings/leave.html", planned=leaving.planned(doctor), until=until)


@bp.post("/leave")
@doctor_required
@proved_within(PROOF_MINUTES)
def leave() -> Any:
    doctor = current_doctor()
    try:
        until = leaving.leave(doctor, browsers.asker())
    except Conflict as busy:
        flash(busy.words, "attention")
        return redirect(url_for(".ask"), 303)
    words = zones.day_words(until, doctor.timezone)
    sessions.sign_out()
    flash(f"You have left. Everything is erased on {words}. Until then, signing in is the way back.", "info")
    return redirect(url_for("auth.login"), 303)


@bp.get("/leaving")
@doctor_required
def waiting() -> Any:
    """The one page of an account that is being left."""
    if current_user.leaves_at is None:
        return redirect(url_for("settings.index"), 303)
    until = zones.day_words(current_user.leaves_at, current_doctor().timezone)
    return render("settings/leaving.html", until=until)


@bp.post("/stay")
@doctor_required
@proved_within(PROOF_MINUTES)
def stay() -> Any:
    try:
        leaving.stay(current_doctor(), browsers.asker())
    except Conflict:
        return redirect(url_for("settings.index"), 303)
    flash("Good to have you back. Connect your accounts again, and your posts go on.", "good")
    return redirect("/accounts", 303)
