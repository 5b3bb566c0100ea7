"""Another email address: a code goes to the new one, a letter with a way back to the old."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user

from portal.auth import browsers, changing, sessions
from portal.auth.limits import ask_for_letter
from portal.auth.proving import PROOF_MINUTES, proved_within
from portal.auth.sessions import login_required
from portal.errors import TooSoon
from portal.pages import render
from portal.settings.forms import EmailForm, NewEmailCodeForm
from portal.settings.views import layout

SETTINGS = "settings.index"

bp = Blueprint("my_email", __name__, url_prefix="/settings/email")


@bp.route("", methods=["GET", "POST"])
@login_required
@ask_for_letter
@proved_within(PROOF_MINUTES)
def change() -> Any:
    form = EmailForm()
    try:
        if code := form.run(changing.ask_new_email, current_user, asker=browsers.asker()):
            browsers.remember_code(code)
            return redirect(url_for(".confirm"), 303)
    except TooSoon as early:
        form.refuse("", early.words)
    return render("settings/email.html", layout=layout(), form=form)


@bp.route("/confirm", methods=["GET", "POST"])
@login_required
def confirm() -> Any:
    code = browsers.remembered_code("email")
    if code is None:
        return redirect(url_for(SETTINGS), 303)
    form = NewEmailCodeForm()
    if form.run(changing.change_email, current_user, code.id, asker=browsers.asker()):
        browsers.forget_code()
        sessions.renew()
        flash("Your new email address is set. Sign in with it from now on.", "good")
        return redirect(url_for(SETTINGS), 303)
    return render("settings/confirm_email.html", layout=layout(), form=form, email=code.email)
