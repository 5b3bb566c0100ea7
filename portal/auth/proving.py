"""Fresh proof: before something grave, a browser that signed in a while ago gives the password again, or a
code of the account's app."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Response, g, request, session
from flask_login import current_user
from flask_wtf import FlaskForm
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField

from portal import clock
from portal.auth import authenticators, browsers, limits, passkeys, passwords, places, sessions, telling
from portal.auth.asking import Asker
from portal.auth.inputs import AppAnswer, PasskeyAnswer, Password
from portal.errors import Invalid
from portal.extensions import db, limiter
from portal.forms import InputForm
from portal.inputs import Input
from portal.models import BrowserSession, User
from portal.pages import render
from portal.transaction import transaction

P = ParamSpec("P")
Answer = TypeVar("Answer")

# How long after signing in nothing is asked again.
PROOF_MINUTES = 5

NOT_IT = "This is not your password. Enter the one that you sign in with."
NEITHER = "This is neither your password nor a code that your app shows now."

# Ours among the fields of a form that is sent on: never handed to the view, never drawn again.
FIELD = "proof"
KEY_FIELD = "proof_passkey"
OURS = (FIELD, KEY_FIELD, "csrf_token")


class Proof(Input):
    """What only the person who signed in knows."""

    proof: Password


class ProofForm(InputForm):
    input = Proof
    words = {FIELD: "Enter your password."}

    proof = PasswordField("Password")

    def __init__(self, user: User) -> None:
        super().__init__()
        if authenticators.of(user) is not None:
            self.proof.label.text = "Password, or the code in your app"


def has_failed(_: Response) -> bool:
    """Whether this request brought a wrong password; without one nobody guesses."""
    return bool(g.get("failed_to_prove", False))


def whose() -> str:
    return f"user:{current_user.get_id()}"


# A borrowed browser must not become a place to guess the password at.
guesses = limiter.shared_limit("10 per 10 minutes", "proof", key_func=whose, deduct_when=has_failed)

# The same for those who set up an app and type what it shows.
guesses_at_codes = limiter.shared_limit("20 per 10 minutes", "app", key_func=whose, methods=["POST"])


def proved_within(
    minutes: int, *, gives_file: bool = False
) -> Callable[[Callable[P, Answer]], Callable[P, Answer | AnyResponse]]:
    """A view whose forms need a password that was given at most so long ago; stands below `doctor_required`.

    What the person sent is drawn into the page that asks, and goes on to the view with the password. With
    `gives_file` a link is asked for it too, and the page says that a download begins, for it stays in sight
    then; a view that is linked to takes POST besides GET.
    """

    def decorate(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
        @guesses
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
            browser = sessions.current_browser()
            is_asked = gives_file or request.method == "POST"
            if not is_asked or browser is None or is_fresh(browser, minutes):
                return view(*args, **kwargs)
            form = ProofForm(browser.user)
            if is_proved(form, browser):
                return view(*args, **kwargs)
            return ask(form, gives_file=gives_file)

        return guarded

    return decorate


def is_proved(form: ProofForm, browser: BrowserSession) -> bool:
    """Whether the request brought a proof; otherwise the form says what was wrong with it."""
    if KEY_FIELD in request.form or FIELD in request.form:
        limits.check_counting()
    if request.form.get(KEY_FIELD):
        try:
            return prove_by_passkey(browser, request.form[KEY_FIELD], browsers.asker())
        except Invalid as refused:
            form.refuse("", refused.words)
            return False
    return FIELD in request.form and bool(form.run(prove, browser, asker=browsers.asker()))


def is_fresh(browser: BrowserSession, minutes: int) -> bool:
    return clock.now() - browser.proved_at <= timedelta(minutes=minutes)


def prove(browser: BrowserSession, answer: Proof, asker: Asker) -> bool:
    """Note that this browser's person showed just now who it is, under a new id. Raises Invalid."""
    user = browser.user
    has_app = authenticators.of(user) is not None
    is_password = passwords.is_right(answer.proof, user.password_digest)
    with transaction():
        if is_password or (has_app and _is_of_app(user, answer.proof, asker)):
            return _go_on(browser, "password" if is_password else "app", asker)
        _refuse(user, asker)
    raise Invalid(FIELD, NEITHER if has_app else NOT_IT)


def prove_by_passkey(browser: BrowserSession, credential: str, asker: Asker) -> bool:
    """The same by one of the account's passkeys. Raises Invalid."""
    place, challenge = places.here(), browsers.take_challenge()
    try:
        answer = PasskeyAnswer(credential=credential)
    except ValidationError:
        raise Invalid("", passkeys.NOT_IT) from None
    with transaction():
        if place and passkeys.proves(browser.user, answer, challenge, place):
            return _go_on(browser, "passkey", asker)
        _refuse(browser.user, asker)
    raise Invalid("", passkeys.NOT_IT)


def _go_on(browser: BrowserSession, how: str, asker: Asker) -> bool:
    word = secrets.token_urlsafe(32)
    browser.proved_at, browser.digest = clock.now(), sessions.digest(word)
    telling.note(browser.user, "proved again", asker, how=how)
    session[sessions.COOKIE_PART] = word
    return True


def _refuse(user: User, asker: Asker) -> None:
    g.failed_to_prove = True
    telling.note(user, "proof refused", asker)


def _is_of_app(user: User, typed: str, asker: Asker) -> bool:
    """Whether it looks like a code of the app or a recovery code, and is one."""
    try:
        code = AppAnswer(code=typed).code
    except ValidationError:
        return False
    return authenticators.accepts(user, code, asker)


def has_passkey() -> bool:
    return db.session.scalar(passkeys.of(current_user).limit(1)) is not None


def ask(form: FlaskForm, *, gives_file: bool = False) -> Response:
    """The page that asks, with all that was sent in it."""
    response = render(
        "auth/prove.html",
        form=form,
        gives_file=gives_file,
        key_field=KEY_FIELD if has_passkey() else None,
        action=request.full_path.rstrip("?"),
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in OURS],
        layout="layouts/portal.html" if current_user.doctor else "layouts/admin.html",
        back=sessions.local_path(urlsplit(request.referrer or "").path) or "/",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
