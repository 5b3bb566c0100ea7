"""An account's passkeys: made, named, removed."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.auth import browsers, devices, passkeys, places, sessions
from portal.auth.passkey_views import no_question, pose
from portal.auth.proving import PROOF_MINUTES, guesses_at_codes, is_fresh, proved_within
from portal.auth.sessions import login_required
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Passkey
from portal.pages import render
from portal.settings.forms import NewPasskeyForm
from portal.settings.views import layout

SETTINGS = "settings.index"
# The name is typed, and the device asked, after the proof.
MINUTES = 2 * PROOF_MINUTES
AGAIN = "This took too long. Please begin again."

bp = Blueprint("my_passkeys", __name__, url_prefix="/settings/passkeys")


@bp.post("")
@login_required
@proved_within(PROOF_MINUTES)
def begin() -> Any:
    return redirect(url_for(".new"), 303)


@bp.post("/ask")
@login_required
@guesses_at_codes
def ask() -> Response:
    """What the device is asked, as JSON."""
    place = places.here()
    if place is None or not may_add():
        return no_question(AGAIN if place else passkeys.NOT_NOW)
    try:
        return pose(passkeys.ask_for_new(current_user, place))
    except Invalid as refused:
        return no_question(refused.words)


@bp.route("/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    place = places.here()
    if place is None or not may_add():
        flash(AGAIN if place else passkeys.NOT_NOW, "attention")
        return redirect(url_for(SETTINGS), 303)
    form = NewPasskeyForm()
    if request.method == "GET":
        form.name.data = devices.name_of(browsers.asker().device)
    challenge = browsers.take_challenge() if form.is_submitted() else None
    passkey = form.run(passkeys.add, current_user, challenge=challenge, place=place, asker=browsers.asker())
    if passkey is None:
        return render("settings/new_passkey.html", layout=layout(), form=form)
    sessions.renew()
    flash(f"The passkey “{passkey.name}” is ready. You can sign in with it from now on.", "good")
    return redirect(url_for(SETTINGS), 303)


@bp.post("/<int(max=9223372036854775807):passkey_id>/remove")
@login_required
@proved_within(PROOF_MINUTES)
def remove(passkey_id: int) -> Any:
    passkey = db.session.scalar(passkeys.of(current_user).where(Passkey.id == passkey_id)) or abort(404)
    passkeys.remove(passkey, browsers.asker())
    flash("The passkey is removed. Delete it on your device too.", "good")
    return redirect(url_for(SETTINGS), 303)


def may_add() -> bool:
    browser = sessions.current_browser()
    return browser is not None and is_fresh(browser, MINUTES)
