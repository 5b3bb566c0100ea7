"""Fresh proof: before something grave, a browser that signed in a while ago gives the password again."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Response, g, request, session
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from portal import clock
from portal.auth import browsers, passwords, sessions
from portal.auth.asking import Asker
from portal.auth.inputs import Password
from portal.errors import Invalid
from portal.extensions import limiter
from portal.forms import InputForm
from portal.inputs import Input
from portal.models import AuditEvent, BrowserSession, User
from portal.pages import render
from portal.transaction import transaction

P = ParamSpec("P")
Answer = TypeVar("Answer")

NOT_IT = "This is not your password. Enter the one that you sign in with."

# Ours among the fields of a form that is sent on: never handed to the view, never drawn again.
FIELD = "proof"


class Proof(Input):
    """What only the person who signed in knows."""

    proof: Password


class ProofForm(InputForm):
    input = Proof
    words = {FIELD: "Enter your password."}

    proof = PasswordField("Password")


def has_failed(_: Response) -> bool:
    """Whether this request brought a wrong password; without one nobody guesses."""
    return bool(g.get("failed_to_prove", False))


def whose() -> str:
    return f"user:{current_user.get_id()}"


# A borrowed browser must not become a place to guess the password at.
guesses = limiter.shared_limit("10 per 10 minutes", "proof", key_func=whose, deduct_when=has_failed)


def proved_within(minutes: int) -> Callable[[Callable[P, Answer]], Callable[P, Answer | AnyResponse]]:
    """A view whose forms need a password that was given at most so long ago; stands below `doctor_required`.

    What the person sent is drawn into the page that asks, and goes on to the view with the password.
    """

    def decorate(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
        @guesses
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
            browser = sessions.current_browser()
            if request.method != "POST" or browser is None or is_fresh(browser, minutes):
                return view(*args, **kwargs)
            form = ProofForm()
            if FIELD in request.form and form.run(prove, browser, asker=browsers.asker()):
                return view(*args, **kwargs)
            return ask(form)

        return guarded

    return decorate


def is_fresh(browser: BrowserSession, minutes: int) -> bool:
    return clock.now() - browser.proved_at <= timedelta(minutes=minutes)


def prove(browser: BrowserSession, answer: Proof, asker: Asker) -> bool:
    """Note that this browser's person gave the password just now, under a new id. Raises Invalid."""
    if not passwords.is_right(answer.proof, browser.user.password_digest):
        g.failed_to_prove = True
        with transaction():
            _record("proof refused", browser.user, asker)
        raise Invalid(FIELD, NOT_IT)
    word = secrets.token_urlsafe(32)
    with transaction():
        browser.proved_at, browser.digest = clock.now(), sessions.digest(word)
        _record("proved again", browser.user, asker)
    session[sessions.COOKIE_PART] = word
    return True


def _record(action: str, user: User, asker: Asker) -> None:
    AuditEvent.write(action, user_id=user.id, subject="user", subject_id=user.id, address=asker.address)


def ask(form: FlaskForm) -> Response:
    """The page that asks, with all that was sent in it."""
    response = render(
        "auth/prove.html",
        form=form,
        action=request.full_path.rstrip("?"),
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in (FIELD, "csrf_token")],
        layout="layouts/portal.html" if current_user.doctor else "layouts/admin.html",
        back=sessions.local_path(urlsplit(request.referrer or "").path) or "/",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
