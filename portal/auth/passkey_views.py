"""Signing in with a passkey; the browser does the asking, see static/js/behaviours/passkey.js."""

from flask import Blueprint, flash, jsonify, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.auth import browsers, limits, passkeys, places
from portal.auth.forms import PasskeyForm
from portal.auth.passkeys import Question
from portal.auth.views import enter
from portal.errors import Invalid

bp = Blueprint("passkeys", __name__, url_prefix="/passkeys")


@bp.post("/ask")
@limits.writing
def ask() -> Response:
    """What the device is asked: to sign in; of somebody signed in, as fresh proof."""
    place = places.here()
    if place is None:
        return no_question(passkeys.NOT_NOW)
    try:
        return pose(passkeys.ask_to_show(place, current_user if current_user.is_authenticated else None))
    except Invalid as refused:
        return no_question(refused.words)


@bp.post("/sign-in")
@limits.closed_while_nobody_counts
@limits.writing
@limits.sign_in
def sign_in() -> Response:
    place = places.here()
    if current_user.is_authenticated or place is None:
        return redirect(url_for("auth.login"), 303)
    form = PasskeyForm()
    user = form.run(
        passkeys.sign_in, challenge=browsers.take_challenge(), place=place, asker=browsers.asker()
    )
    if user is None:
        flash(" ".join([*form.whole, *form.credential.errors]), "attention")
        return redirect(url_for("auth.login"), 303)
    return enter(user)


def pose(question: Question) -> Response:
    """Hand a question to the browser, which alone may answer it."""
    browsers.remember_challenge(question.challenge)
    return kept_nowhere(jsonify(question.options))


def no_question(words: str) -> Response:
    response = kept_nowhere(jsonify(words=words))
    response.status_code = 409
    return response


def kept_nowhere(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
