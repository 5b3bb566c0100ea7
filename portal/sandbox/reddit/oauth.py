"""Reddit's consent, its codes of ten minutes, and refresh tokens that last until somebody withdraws them."""

import re
import time
from typing import Any

from flask import Response, abort, request

from ..consent import Ask, Custom, back, cannot_ask, visit
from ..grants import Grant
from ..numbers import secret
from ..people import Person
from ..wire import answer, basic, empty, is_web_address
from ..world import World, this_world
from . import errors
from .routes import KEY, LABEL, WWW, routes
from .scopes import WORDS

ACCESS_SECONDS = 86_400
FOREVER_SECONDS = 100 * 365 * 86_400
CODE_SECONDS = 600
PERMANENT = "permanent"
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="",
    code_seconds=CODE_SECONDS,
    denied={"error": "access_denied"},
)


@routes.route(f"{WWW}/api/v1/authorize", methods=["GET", "POST"])
@routes.route(f"{WWW}/api/v1/authorize.compact", methods=["GET", "POST"])
def authorize() -> Response:
    fields = request.args
    for name in ("client_id", "redirect_uri", "state", "scope", "response_type"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"The app did not send {name}.")
    if not is_web_address(fields["redirect_uri"]):
        return cannot_ask(LABEL, "The redirect_uri of the app is not a full web address.")
    duration = fields.get("duration", "temporary")
    scopes = tuple(dict.fromkeys(re.split(r"[ ,]+", fields["scope"].strip())))
    # How long it shall last rides along with the code as its challenge: Reddit knows no PKCE.
    ask = Ask(fields["client_id"], fields["redirect_uri"], fields["state"], scopes, challenge=duration)
    if wrong := _wrong_with(ask):
        return back(ask, {"error": wrong})
    response = visit(this_world(), CONSENT, ask)
    if "code=" in response.headers.get("Location", ""):
        response.headers["Location"] += "#_"
    return response


@routes.post(f"{WWW}/api/v1/access_token", strict_slashes=False)
def token() -> Response:
    client_id = _client()
    grant_type = request.form.get("grant_type")
    if grant_type == "authorization_code":
        return _exchange(this_world(), client_id)
    if grant_type == "refresh_token":
        return _refresh(this_world(), client_id)
    return answer({"error": "unsupported_grant_type"}, content_type=errors.JSON)


@routes.post(f"{WWW}/api/v1/revoke_token", strict_slashes=False)
def revoke() -> Response:
    client_id = _client()
    grants = this_world().grants
    found = grants.token(KEY, request.form.get("token", ""))
    if found and found.grant.client_id in (None, client_id):
        # A refresh token takes its access tokens along; an access token goes alone.
        if found.purpose == "refresh":
            grants.end(found.grant)
        else:
            grants.expire(found)
        grants.settle()
    return empty(200)


def give_tokens(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...], duration: str = PERMANENT
) -> dict[str, Any]:
    """A new permission and its tokens, as the token endpoint answers them."""
    grant = world.grants.open(KEY, client_id, person, scopes)
    more = {}
    if duration == PERMANENT:
        value = secret(f"{person.number % 10**12}-", 30)
        more["refresh_token"] = world.grants.issue(
            grant, "refresh", value, time.time() + FOREVER_SECONDS
        ).value
    return _access(world, grant) | more


def _wrong_with(ask: Ask) -> str | None:
    if request.args["response_type"] != "code":
        return "unsupported_response_type"
    if any(scope not in WORDS for scope in ask.scopes):
        return "invalid_scope"
    return None if ask.challenge in ("temporary", PERMANENT) else "invalid_request"


def _client() -> str:
    """The app, from its Basic header; a web app must show one."""
    credentials = basic()
    if credentials is None:
        abort(errors.plain(401, "Unauthorized"))
    return credentials[0]


def _exchange(world: World, client_id: str) -> Response:
    if not request.form.get("code"):
        return answer({"error": "NO_TEXT"}, content_type=errors.JSON)
    code = world.grants.redeem(KEY, request.form["code"])
    person = world.people.known(code.person) if code else None
    wanted = (client_id, request.form.get("redirect_uri", ""))
    if code is None or person is None or (code.client_id, code.redirect_uri) != wanted:
        # Used, old or somebody else's: said inside an answer of status 200.
        return answer({"error": "invalid_grant"}, content_type=errors.JSON)
    told = give_tokens(world, client_id, person, code.scopes, code.challenge)
    world.grants.settle()
    return answer(told, content_type=errors.JSON)


def _refresh(world: World, client_id: str) -> Response:
    token = world.grants.token(KEY, request.form.get("refresh_token", ""), "refresh")
    if token is None or token.state != "active" or token.grant.client_id not in (None, client_id):
        return errors.plain(400, "Bad Request")
    told = _access(world, token.grant)
    return answer(told, content_type=errors.JSON)


def _access(world: World, grant: Grant) -> dict[str, Any]:
    access = world.grants.issue(grant, "access", secret("eyJ", 80), time.time() + ACCESS_SECONDS)
    world.grants.settle()
    return {
        "access_token": access.value,
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(grant.scopes),
    }
