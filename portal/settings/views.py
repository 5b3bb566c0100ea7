from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_login import current_user

from portal import extensions
from portal.auth import authenticators, browsers, changing, devices, passkeys, sessions
from portal.auth.sessions import current_doctor, doctor_required, login_required
from portal.extensions import db
from portal.models import BrowserSession
from portal.pages import render
from portal.settings import flows, history
from portal.settings.forms import PasswordForm, PreferencesForm

SESSION = "/sessions/<int(max=9223372036854775807):session_id>/end"

bp = Blueprint("settings", __name__, url_prefix="/settings")


def whose() -> str:
    return f"user:{current_user.get_id()}"


# A borrowed browser must not become a place to guess the password at.
guesses = extensions.limiter.limit("10 per 10 minutes", key_func=whose, methods=["POST"])


@bp.get("")
@login_required
def index() -> Any:
    return draw()


@bp.route("/password", methods=["GET", "POST"])
@login_required
@guesses
def password() -> Any:
    form = PasswordForm()
    if user := form.run(changing.change_password, current_user, asker=browsers.asker()):
        sessions.sign_in(user)
        flash("Your password is changed, and every other browser is signed out.", "good")
        return redirect(url_for(".index"), 303)
    return draw(password_form=form) if form.is_refused else redirect(url_for(".index"))


@bp.route("/preferences", methods=["GET", "POST"])
@doctor_required
def preferences() -> Any:
    form = PreferencesForm()
    if form.run(flows.change_preferences, current_doctor()):
        flash("Your settings are saved.", "good")
        return redirect(url_for(".index"), 303)
    return draw(preferences_form=form) if form.is_refused else redirect(url_for(".index"))


@bp.post(SESSION)
@login_required
def end_session(session_id: int) -> Any:
    mine = changing.sessions_of(current_user).where(BrowserSession.id == session_id)
    row = db.session.scalar(mine) or abort(404)
    if row == sessions.current_browser():
        abort(404)  # the account menu signs this one out
    changing.end_session(row, browsers.asker())
    flash("That browser is signed out.", "good")
    return redirect(url_for(".index"), 303)


@bp.post("/sessions/end-others")
@login_required
def end_other_sessions() -> Any:
    this = sessions.current_browser() or abort(404)
    changing.end_other_sessions(current_user, this, browsers.asker())
    flash("Every other browser is signed out.", "good")
    return redirect(url_for(".index"), 303)


def draw(password_form: PasswordForm | None = None, preferences_form: PreferencesForm | None = None) -> Any:
    """The whole page, with the form that was refused in its place."""
    doctor = current_user.doctor
    if doctor is not None and preferences_form is None:
        preferences_form = PreferencesForm(formdata=None, obj=doctor)
    rows = db.session.scalars(changing.sessions_of(current_user))
    return render(
        "settings/index.html",
        layout=layout(),
        doctor=doctor,
        zone=doctor.timezone if doctor else "UTC",
        password_form=password_form or PasswordForm(formdata=None),
        preferences_form=preferences_form,
        browsers=[(row, devices.name_of(row.device)) for row in rows if not sessions.is_over(row)],
        this=sessions.current_browser(),
        app=authenticators.of(current_user),
        passkeys=list(db.session.scalars(passkeys.of(current_user))),
        history=history.of(current_user),
        recovery_codes=authenticators.codes_left(current_user),
    )


def layout() -> str:
    """Doctors find the settings in the portal, administrators in the backoffice."""
    return "layouts/portal.html" if current_user.doctor else "layouts/admin.html"
