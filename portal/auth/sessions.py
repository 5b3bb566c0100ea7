"""Who is signed in with this browser. The one part of signing in that every topic's views may use."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import current_user
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from portal import clock, extensions, typed_again
from portal.extensions import db
from portal.models import BrowserSession, Doctor, User
from portal.transaction import transaction

P = ParamSpec("P")
Answer = TypeVar("Answer")

# The browser's cookie holds this word under this name; the database holds only its digest.
COOKIE_PART = "browser"

# What an account that is being left still has; every other page leads to the first of them.
LEAVING = ("leaving.waiting", "leaving.stay", "leaving.copy")

# How long without a request, and how long at all.
IDLE = {"doctor": timedelta(days=14), "administrator": timedelta(hours=1)}
WHOLE = {"doctor": timedelta(days=30), "administrator": timedelta(hours=12)}
SEEN_EVERY = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Have flask-login ask this module who is there."""
    app.config["PERMANENT_SESSION_LIFETIME"] = WHOLE["doctor"]
    app.session_interface = Cookies()
    # The cookie is written when something in it changes, not with every answer.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    extensions.login.request_loader(load)
    # Its marks of a browser are for its own way of remembering; ours stand in the database.
    extensions.login.session_protection = None


class Cookies(SecureCookieSessionInterface):
    """Flask's own; but where no cookie came, as with a program's call, nothing is made ready to read it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def digest(word: str) -> str:
    """What the database keeps of a random word; fast is right here, because nobody guesses 256 bits."""
    return hashlib.sha256(word.encode()).hexdigest()


def sign_in(user: User) -> BrowserSession:
    """Sign this browser in under a new id; whatever its session held before is forgotten."""
    word = secrets.token_urlsafe(32)
    with transaction():
        row = open_session(user, word, address=request.remote_addr, device=request.user_agent.string[:200])
    session.clear()
    session.permanent = True
    session[COOKIE_PART] = word
    g.browser_session = row
    g._login_user = user
    return row


def open_session(
    user: User, word: str, *, address: str | None = None, device: str | None = None
) -> BrowserSession:
    """Add the row by which a browser that knows `word` is signed in."""
    now = clock.now()
    row = BrowserSession(
        user_id=user.id,
        digest=digest(word),
        last_seen_at=now,
        proved_at=now,
        address=address,
        device=device,
        created_at=now,
    )
    db.session.add(row)
    return row


def renew() -> None:
    """Go on under another id: what somebody may do has changed, and an older cookie opens nothing."""
    row = current_browser()
    if row is not None:
        word = secrets.token_urlsafe(32)
        with transaction():
            row.digest, row.proved_at = digest(word), clock.now()
        session[COOKIE_PART] = word


def sign_out() -> None:
    """End this browser's session on the server, so that a copy of its cookie is worth nothing."""
    with transaction():
        row = current_browser()
        if row is not None:
            db.session.execute(delete(BrowserSession).where(BrowserSession.id == row.id))
    session.clear()
    g.pop("browser_session", None)
    g.pop("_login_user", None)


def load(_: Request) -> User | None:
    """The user behind the request's cookie; one indexed query, and none without a cookie."""
    row = current_browser()
    return row.user if row else None


def current_browser() -> BrowserSession | None:
    """The signed-in session of this browser, if it is neither over nor its user disabled."""
    if "browser_session" not in g:
        g.browser_session = _find()
    row: BrowserSession | None = g.browser_session
    return row


def _find() -> BrowserSession | None:
    word = session.get(COOKIE_PART)
    if not isinstance(word, str):
        return None
    with_user = joinedload(BrowserSession.user).joinedload(User.doctor)
    row = db.session.scalar(
        select(BrowserSession).where(BrowserSession.digest == digest(word)).options(with_user)
    )
    if row is None or is_over(row) or not row.user.is_active:
        return None
    if clock.now() - row.last_seen_at >= SEEN_EVERY:
        with transaction():
            row.last_seen_at = clock.now()
    return row


def is_over(row: BrowserSession, within: timedelta = timedelta()) -> bool:
    """Whether it ended by itself, or will when nobody asks for anything meanwhile."""
    at, role = clock.now() + within, row.user.role
    return at - row.last_seen_at >= IDLE[role] or at - row.created_at >= WHOLE[role]


def current_doctor() -> Doctor:
    """The doctor who is signed in; only behind `doctor_required`."""
    doctor: Doctor = current_user.doctor
    return doctor


def login_required(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
    """Whoever is signed out is asked to sign in first, and comes back here."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
        if not current_user.is_authenticated:
            return to_login()
        return to_leaving() or view(*args, **kwargs)

    return guarded


def doctor_required(view: Callable[P, Answer]) -> Callable[P, Answer | AnyResponse]:
    """For doctors: signed out leads to /login, anybody else finds nothing here."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | AnyResponse:
        if not current_user.is_authenticated:
            return to_login()
        if current_user.doctor is None:
            abort(404)
        return to_leaving() or view(*args, **kwargs)

    return guarded


def administrator_required(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """For administrators; everybody else, signed in or not, finds nothing here."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer:
        if not current_user.is_authenticated or not current_user.is_administrator:
            abort(404)
        return view(*args, **kwargs)

    return guarded


def typed_signed_out() -> AnyResponse | None:
    """What somebody typed while their session ended, to be sent after they signed in; None when that is
    nothing, or nobody was signed in here."""
    was_signed_in = COOKIE_PART in session and request.blueprint != "auth"
    if was_signed_in and typed_again.can_keep() and typed_again.words():
        return typed_again.page(is_out=True)
    return None


def to_login() -> AnyResponse:
    """Off to the sign-in page; it leads back to the page that was wanted, or that the form was on. A form
    with words in it waits here instead."""
    if waiting := typed_signed_out():
        return waiting
    wanted = (
        request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    )
    address = url_for("auth.login", next=wanted or None)
    if "HX-Request" in request.headers:
        # A redirect would put the sign-in page into a part of the page that asked.
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def to_leaving() -> AnyResponse | None:
    """Off to the one page of an account that is being left; None for all others."""
    if current_user.leaves_at is None or request.endpoint in LEAVING:
        return None
    return redirect(url_for(LEAVING[0]), 303)


def local_path(wanted: str | None) -> str | None:
    """`wanted` when it is a path of ours, else None: no scheme, no host, nothing a browser takes for one."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return None
    if "\\" in wanted or any(ord(character) < 32 or ord(character) == 127 for character in wanted):
        return None
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else None
