"""What LinkedIn checks of every call before it looks at what the call wants."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import abort, request

from ..grants import Token
from ..people import Person
from ..wire import bearer, raw_address
from ..world import World
from . import errors
from .routes import KEY, WWW
from .versions import is_active

RAW_URN = re.compile(r"urn:", re.IGNORECASE)


def caller(world: World) -> tuple[Token, Person]:
    """Whose token this is; 401 in LinkedIn's words when it is nobody's."""
    value = bearer()
    if not value:
        abort(errors.no_token())
    token = world.grants.token(KEY, value, "access")
    if token is None or token.state != "active":
        abort(errors.dead_token(token.state if token else "unknown"))
    person = world.people.known(token.grant.person)
    if person is None:
        abort(errors.dead_token("unknown"))
    return token, person


def rest_caller(world: World) -> tuple[Token, Person]:
    """The same for a versioned call: its headers and its spelling of URNs must be right, too."""
    token, person = caller(world)
    version = request.headers.get("LinkedIn-Version", "")
    if not version:
        abort(errors.refusal(400, "VERSION_MISSING", "A version must be present. Please specify a version."))
    if not is_active(version, datetime.now(UTC).date()):
        message = f"Requested version {version}01 is not active"
        abort(errors.refusal(426, "NONEXISTENT_VERSION", message))
    if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
        message = "Invalid or missing X-Restli-Protocol-Version header; send 2.0.0"
        abort(errors.refusal(400, "ILLEGAL_ARGUMENT", message))
    check_spelling()
    return token, person


def check_spelling() -> None:
    """URNs in paths and query values must be percent-encoded; raw colons are a syntax error."""
    parts = urlsplit(raw_address())
    if RAW_URN.search(parts.path) or RAW_URN.search(parts.query):
        abort(
            errors.refusal(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables or query parameters")
        )


def need_scope(token: Token, what: str, *scopes: str) -> None:
    """403 unless the token carries one of the scopes."""
    if not set(scopes) & set(token.grant.scopes):
        abort(errors.access_denied(what, version()))


def version() -> str:
    return request.headers.get("LinkedIn-Version", "")


def upload_path(path: str) -> str:
    return f"https://{WWW.strip('/')}/dms-uploads/{path}"
