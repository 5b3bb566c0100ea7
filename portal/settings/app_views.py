"""Setting up an authenticator app: its key, its first code, the recovery codes."""

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.auth import authenticators, browsers, sessions
from portal.auth.proving import PROOF_MINUTES, guesses_at_codes, proved_within
from portal.auth.sessions import login_required
from portal.errors import Invalid
from portal.models import Authenticator
from portal.pages import render
from portal.settings.forms import AppForm
from portal.settings.views import layout

bp = Blueprint("authenticator", __name__, url_prefix="/settings")
SETTINGS = "settings.index"


@bp.post("/app")
@login_required
@proved_within(PROOF_MINUTES)
def set_up_app() -> Any:
    try:
        authenticators.begin(current_user)
    except Invalid as refused:
        flash(refused.words, "attention")
        return redirect(url_for(SETTINGS), 303)
    return redirect(url_for(".app"), 303)


@bp.get("/app")
@login_required
def app() -> Any:
    new = authenticators.pending(current_user)
    return draw_app(new, AppForm(formdata=None)) if new else redirect(url_for(SETTINGS), 303)


@bp.post("/app/confirm")
@login_required
@guesses_at_codes
def confirm_app() -> Any:
    form = AppForm()
    codes = form.run(lambda answer: authenticators.finish(current_user, answer, browsers.asker()))
    if codes is not None:
        sessions.renew()
        return show_once(codes, is_first=True)
    new = authenticators.pending(current_user)
    if new is None:
        flash("This took too long, and the key is no longer good. Please begin again.", "attention")
        return redirect(url_for(SETTINGS), 303)
    return draw_app(new, form)


@bp.post("/app/remove")
@login_required
@proved_within(PROOF_MINUTES)
def remove_app() -> Any:
    authenticators.remove(current_user, browsers.asker())
    flash("The app is removed. Signing in asks for a code by letter again.", "good")
    return redirect(url_for(SETTINGS), 303)


@bp.post("/recovery-codes")
@login_required
@proved_within(PROOF_MINUTES)
def recovery_codes() -> Any:
    try:
        codes = authenticators.new_recovery_codes(current_user, browsers.asker())
    except Invalid as refused:
        flash(refused.words, "attention")
        return redirect(url_for(SETTINGS), 303)
    return show_once(codes, is_first=False)


def draw_app(new: Authenticator, form: AppForm) -> Response:
    """The key as a picture and as text, and the question after the app's first code."""
    picture = segno.make(authenticators.address_of(new), error="m").svg_inline(
        border=4, light="white", svgclass="qr-code", lineclass=None, omitsize=True
    )
    key = " ".join(new.key[i : i + 4] for i in range(0, len(new.key), 4))
    return kept_nowhere(
        render("settings/app.html", layout=layout(), form=form, picture=Markup(picture), key=key)  # noqa: S704
    )


def show_once(codes: list[str], is_first: bool) -> Response:
    """The recovery codes, this once: what we keep cannot be read back."""
    written = ["-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in codes]
    sheet = render_template("settings/recovery_codes.txt", codes=written, email=current_user.email)
    return kept_nowhere(
        render("settings/recovery_codes.html", layout=layout(), codes=written, sheet=sheet, is_first=is_first)
    )


def kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
