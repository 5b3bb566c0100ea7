"""Who calls the API: a program, known by a token or a key in the header, or a page of ours in its browser."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg2
from flask import g, request
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from portal.api import browsers, keys, reading, tokens
from portal.api.endpoint import Endpoint
from portal.api.questions import Known, Question
from portal.errors import Invalid, NotAllowed
from portal.extensions import db
from portal.models import ApiKey, Doctor, User

NEEDS_TOKEN = "Sign in and send the access token in the header Authorization: Bearer …"  # noqa: S105 - words
DEAD_TOKEN = "The access token is not valid or no longer valid. Sign in again."  # noqa: S105 - words
DEAD_KEY = "This key is not valid, is over, or was revoked. Make a new one on the page Settings, API keys."
IN_THE_ADDRESS = (
    "Send the key in the header Authorization: Bearer …, never in the address: addresses are written into "
    "logs. If it is a real key, revoke it on the page Settings, API keys, and make a new one."
)
# Where programs put a secret that belongs into the header.
NAMES_IN_ADDRESS = ("access_token", "api_key", "apikey", "token", "key")


def admit(entry: Endpoint) -> None:
    """Let the caller in, or refuse: 401 for nobody in particular, 403 for the wrong role or right.

    Judged once, when the request begins: a key that ends while it runs lets it end well.
    """
    if entry.who == "anyone" or known(entry) is not None:
        return
    user = _authenticate(entry)
    if entry.who == "administrator" and not user.is_administrator:
        raise NotAllowed("Only an administrator may do this.")
    if entry.who == "doctor" and user.doctor is None:
        raise NotAllowed("Only a doctor may do this.")


def current_user() -> User:
    """Who calls; only in an endpoint that is not for anyone."""
    if "api_user" not in g:
        g.api_user = db.session.get_one(User, g.api_user_id, options=[joinedload(User.doctor)])
    user: User = g.api_user
    return user


def current_doctor() -> Doctor:
    """The doctor who calls; only in an endpoint for doctors."""
    doctor = current_user().doctor
    assert doctor is not None, "an endpoint for doctors admits only doctors"
    return doctor


def current_doctor_id() -> int:
    """The same doctor's id, without asking for more of them where it is known."""
    doctor_id: int | None = g.get("api_doctor_id")
    return current_doctor().id if doctor_id is None else doctor_id


def found(entry: Endpoint) -> tuple[Any, ...] | None:
    """What the endpoint's question found for the admitted caller; None when it asks another one this time."""
    assert entry.asks is not None, "only an endpoint with a question asks"
    if (caller := known(entry)) is not None:
        return caller.found
    values = _values(entry.asks, entry)
    return None if values is None else entry.asks.of_doctor(current_doctor().id, values)


def known(entry: Endpoint) -> Known | None:
    """The caller, when the endpoint's question tells who it is; asked once in a request."""
    if entry.asks is None:
        return None
    if "api_known" not in g:
        g.api_known = _ask(entry.asks, entry)
    caller: Known | None = g.api_known
    return caller


def require_rights(rights: Iterable[str]) -> None:
    """Raise NotAllowed when a key calls and lacks one of these; a doctor who signed in has them all."""
    key: ApiKey | None = g.get("api_key")
    if key is not None:
        for right in sorted(rights):
            keys.require(key, right)


def limit_key(entry: Endpoint) -> str | None:
    """Whom a rate limit counts: each key for itself, a token by its signature; None for nobody known."""
    words = _bearer()
    if words is None:
        return None
    if not keys.is_key(words):
        user_id = tokens.signed_for(words)
        return f"user:{user_id}" if user_id else None
    try:
        if (caller := known(entry)) is not None:
            return f"key:{caller.key_id}"
        key = keys.find(words)
    except (SQLAlchemyError, psycopg2.Error):
        return None  # the limiter would take it for a failure of Redis; the call itself will say it
    return f"key:{key.id}" if key else None


def _ask(question: Question, entry: Endpoint) -> Known | None:
    words = _bearer()
    if words is None:
        return None
    try:
        values = _values(question, entry)
    except (ValidationError, Invalid):
        return None  # said once it is known that the caller may hear it
    if values is None:
        return None
    if keys.is_key(words):
        caller = question.by_key(words, entry.right, values)
    else:
        caller = question.by_token(words, values)
    if caller is not None:
        g.api_user_id, g.api_doctor_id = caller.user_id, caller.doctor_id
    return caller


def _values(question: Question, entry: Endpoint) -> Sequence[Any] | None:
    parts = request.view_args or {}
    return (
        question.values(**parts)
        if entry.query is None
        else question.values(reading.query(entry.query), **parts)
    )


def _authenticate(entry: Endpoint) -> User:
    words = _bearer()
    if words is None:
        user = browsers.user_of_page()
        if user is None:
            raise _unauthorized(IN_THE_ADDRESS if _is_in_address() else NEEDS_TOKEN)
    elif keys.is_key(words):
        user = _by_key(words, entry)
    else:
        user = tokens.owner(words)
        if user is None:
            raise _unauthorized(DEAD_TOKEN, error="invalid_token")
    g.api_user = user
    return user


def _by_key(words: str, entry: Endpoint) -> User:
    key = keys.find(words)
    if key is None:
        raise _unauthorized(DEAD_KEY, error="invalid_token")
    keys.require(key, entry.right)
    keys.note_use(key)
    g.api_key = key
    return key.doctor.user


def _unauthorized(words: str, **more: str) -> Unauthorized:
    return Unauthorized(words, www_authenticate=challenge(**more))


def challenge(**more: str) -> WWWAuthenticate:
    """What a 401 says of the token that is wanted; RFC 9110 wants it in every one."""
    # Two words, for a realm has to stand in quotes, and Werkzeug writes those only where it must.
    return WWWAuthenticate("bearer", {"realm": "Doctors' portal", **more})


def _is_in_address() -> bool:
    given = request.args.items(multi=True)
    return any(name.lower() in NAMES_IN_ADDRESS or keys.is_key(value) for name, value in given)


def _bearer() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None
