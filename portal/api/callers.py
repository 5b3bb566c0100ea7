"""Who calls the API: known by a bearer token in the header, never by a cookie."""

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from portal.api import tokens
from portal.api.endpoint import Who
from portal.errors import NotAllowed
from portal.models import Doctor, User

NEEDS_TOKEN = "Sign in and send the access token in the header Authorization: Bearer …"  # noqa: S105 - words
DEAD_TOKEN = "The access token is not valid or no longer valid. Sign in again."  # noqa: S105 - words


def admit(who: Who) -> None:
    """Let the caller in, or refuse: 401 for nobody in particular, 403 for the wrong role."""
    if who == "anyone":
        return
    user = _authenticate()
    if who == "administrator" and not user.is_administrator:
        raise NotAllowed("Only an administrator may do this.")
    if who == "doctor" and user.doctor is None:
        raise NotAllowed("Only a doctor may do this.")


def current_user() -> User:
    """Who calls; only in an endpoint that is not for anyone."""
    user: User = g.api_user
    return user


def current_doctor() -> Doctor:
    """The doctor who calls; only in an endpoint for doctors."""
    doctor = current_user().doctor
    assert doctor is not None, "an endpoint for doctors admits only doctors"
    return doctor


def claimed_user_id() -> int | None:
    """Whose token this is by its signature alone; the database is not asked yet."""
    token = _bearer()
    return tokens.signed_for(token) if token else None


def _authenticate() -> User:
    token = _bearer()
    if token is None:
        raise Unauthorized(NEEDS_TOKEN, www_authenticate=WWWAuthenticate("bearer", {"realm": "portal"}))
    user = tokens.owner(token)
    if user is None:
        refused = WWWAuthenticate("bearer", {"realm": "portal", "error": "invalid_token"})
        raise Unauthorized(DEAD_TOKEN, www_authenticate=refused)
    g.api_user = user
    return user


def _bearer() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None
