"""Pages of joining and signing in."""

from flask import Blueprint, flash, jsonify, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.auth import browsers, codes, flows, limits, password_rules, recovery, sessions, undoing
from portal.auth.forms import (
    AppCodeForm,
    CodeForm,
    ForgotPasswordForm,
    LoginForm,
    RegistrationForm,
    ResetPasswordForm,
)
from portal.errors import TooSoon
from portal.forms import InputForm
from portal.models import OneTimeCode, User
from portal.pages import render

bp = Blueprint("auth", __name__)
STRENGTHS = ("Guessed at once", "Easy to guess", "Could be better", "Good", "Very good")
SIGN_IN = limits.count_failures(flows.sign_in)


@bp.route("/register", methods=["GET", "POST"])
@limits.closed_while_nobody_counts
@limits.writing
@limits.sign_up
def register() -> Response:
    if current_user.is_authenticated:
        return redirect("/")
    form = RegistrationForm()
    try:
        if code := form.run(flows.register, asker=browsers.asker()):
            browsers.remember_code(code)
            return redirect(url_for(".confirm"), 303)
    except TooSoon as early:
        return wait("auth/register.html", early, form=form)
    return render("auth/register.html", form=form)


@bp.route("/login", methods=["GET", "POST"])
@limits.closed_while_nobody_counts
@limits.sign_in
@limits.sign_in_for_account
@limits.failures
@limits.failures_for_account
def login() -> Response:
    if wanted := sessions.local_path(request.args.get("next")):
        session[browsers.NEXT] = wanted
    if current_user.is_authenticated:
        return redirect(session.pop(browsers.NEXT, None) or home_of(current_user))
    form = LoginForm()
    try:
        step = form.run(SIGN_IN, asker=browsers.asker(), trusted=browsers.trusted_word())
    except TooSoon as early:
        return wait("auth/login.html", early, form=form)
    if isinstance(step, User):
        return enter(step)
    if step is not None:
        browsers.remember_code(step)
        return redirect(url_for(".confirm"), 303)
    return render("auth/login.html", form=form)


@bp.route("/confirm", methods=["GET", "POST"])
@limits.closed_while_nobody_counts
@limits.writing
def confirm() -> Response:
    code = browsers.remembered_code("registration", "login", "authenticator")
    if code is None:
        return start_again()
    form = AppCodeForm() if code.purpose == "authenticator" else CodeForm()
    user = form.run(lambda answer: flows.confirm(code.id, answer, browsers.asker()))
    if user is None:
        return ask_code(code, form)
    response = enter(user)
    if form.trust.data and code.purpose != "registration" and flows.may_trust(user):
        browsers.trust_this_browser(user, response)
    return response


def ask_code(code: OneTimeCode, form: CodeForm) -> Response:
    """The page that asks for a code, by letter or from the app."""
    may_trust = code.user is not None and code.purpose != "registration" and flows.may_trust(code.user)
    if code.purpose == "authenticator":
        return render("auth/app_code.html", form=form, may_trust=may_trust)
    seconds = codes.seconds_to_wait(code)
    return render("auth/confirm.html", form=form, code=code, seconds=seconds, may_trust=may_trust)


@bp.post("/confirm/resend")
@limits.closed_while_nobody_counts
@limits.writing
@limits.ask_for_letter
def resend() -> Response:
    code = browsers.remembered_code("registration", "login", "reset")
    if code is None:
        return start_again()
    page = url_for(".reset_password" if code.purpose == "reset" else ".confirm")
    try:
        browsers.remember_code(flows.send_again(code.id))
    except TooSoon as early:
        flash(early.words, "attention")
    else:
        flash("A new letter is on its way. The older code no longer works.", "good")
    return redirect(page, 303)


@bp.route("/forgot-password", methods=["GET", "POST"])
@limits.closed_while_nobody_counts
@limits.writing
@limits.ask_for_letter
def forgot_password() -> Response:
    form = ForgotPasswordForm()
    try:
        if code := form.run(recovery.forget, asker=browsers.asker()):
            browsers.remember_code(code)
            return redirect(url_for(".reset_password"), 303)
    except TooSoon as early:
        return wait("auth/forgot_password.html", early, form=form)
    return render("auth/forgot_password.html", form=form)


@bp.route("/reset-password", methods=["GET", "POST"])
@limits.closed_while_nobody_counts
@limits.writing
def reset_password() -> Response:
    code = browsers.remembered_code("reset")
    if code is None:
        return redirect(url_for(".forgot_password"), 303)
    form = ResetPasswordForm()
    if form.run(lambda answer: recovery.reset(code.id, answer, browsers.asker())):
        sessions.sign_out()
        flash("Your new password is set. Sign in with it.", "good")
        return redirect(url_for(".login"), 303)
    return render("auth/reset_password.html", form=form, code=code, seconds=codes.seconds_to_wait(code))


@bp.route("/logout", methods=["GET", "POST"])
def logout() -> Response:
    """Asks first: a link in a letter or a picture's address must not sign anybody out."""
    if request.method == "GET":
        return render("auth/logout.html") if current_user.is_authenticated else redirect(url_for(".login"))
    sessions.sign_out()
    flash("You are signed out.", "info")
    return redirect(url_for(".login"), 303)


@bp.post("/password-strength")
@limits.writing
def password_strength() -> Response:
    """How long a new password would stand, while it is typed; nothing of it is kept."""
    score = password_rules.strength(request.form.get("password", ""))
    response = jsonify(score=score, words=STRENGTHS[score])
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/undo/<word>", methods=["GET", "POST"])
@limits.writing
def undo(word: str) -> Response:
    """Asks first: mail scanners open links."""
    way = undoing.by_word(word)
    if way is None:
        flash("This link is no longer good. If something is wrong, choose a new password.", "attention")
        return redirect(url_for(".forgot_password"), 303)
    if request.method == "GET":
        response = render("auth/undo.html", way=way)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    if not undoing.undo(way, browsers.asker()):
        flash("This cannot be undone any more. Please write to us.", "attention")
        return redirect(url_for(".login"), 303)
    sessions.sign_out()
    flash("It is undone, and everybody is signed out. Now choose a new password.", "good")
    return redirect(url_for(".forgot_password"), 303)


def enter(user: User) -> Response:
    """Sign the browser in and lead to the page that was wanted."""
    wanted = sessions.local_path(session.get(browsers.NEXT))
    sessions.sign_in(user)
    return redirect(wanted or home_of(user), 303)


def home_of(user: User) -> str:
    return "/admin/" if user.is_administrator else "/"


def start_again() -> Response:
    flash("Please sign in, or register, to get a code.", "info")
    return redirect(url_for(".login"), 303)


def wait(template: str, early: TooSoon, form: InputForm) -> Response:
    """The page again, with the words about waiting above its form."""
    form.refuse("", early.words)
    response = render(template, status=429, form=form)
    response.headers["Retry-After"] = str(early.seconds)
    return response
