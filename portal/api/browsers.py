"""The portal's own pages as callers of the API: by the session cookie, and only from our own pages.

Another site can make a browser send our cookie, but neither the CSRF token in a header of its own nor a
request that the browser itself marks as coming from here.
"""

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from portal.auth import sessions
from portal.models import User

HEADER = "X-CSRFToken"


def user_of_page() -> User | None:
    """Who is signed in with this browser, when a page of ours asks; None for everybody else."""
    word = request.headers.get(HEADER)
    if word is None or not _is_from_here():
        return None
    browser = sessions.current_browser()
    if browser is None or browser.user.leaves_at is not None:
        return None
    try:
        validate_csrf(word)
    except ValidationError:
        return None
    return browser.user


def _is_from_here() -> bool:
    """What the browser says of the page that asks. A browser too old to say it names at least the origin."""
    ours = str(current_app.config["PORTAL"].public_url).rstrip("/")
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin != ours:
        return False
    return site == "same-origin" if site is not None else origin is not None
