"""Facebook's consent, the token for an hour, the one for sixty days, and what was granted."""

import time
from typing import Any

from flask import Response, abort, request

from ..consent import Ask, Custom, back, cannot_ask, visit
from ..grants import Grant
from ..meta import errors
from ..meta.calls import check_version
from ..numbers import secret
from ..people import Person
from ..wire import answer, is_web_address
from ..world import World, this_world
from .gate import FOR_EVER, person_caller
from .routes import GRAPH, KEY, LABEL, WWW, routes
from .scopes import PAGES, WORDS

SHORT_SECONDS = 5105
LONG_SECONDS = 5_184_000
DENIED = {
    "error": "access_denied",
    "error_reason": "user_denied",
    "error_description": "Permissions error",
}
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="AQD",
    code_seconds=10 * 60,
    denied=DENIED,
    pages_scopes=PAGES,
)


@routes.route(f"{WWW}/<version>/dialog/oauth", methods=["GET", "POST"])
def dialog(version: str) -> Response:
    check_version(version)
    fields = request.args
    for name in ("client_id", "redirect_uri", "state"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"The app did not send {name}.")
    if not is_web_address(fields["redirect_uri"]):
        return cannot_ask(LABEL, "The redirect_uri of the app is not a full web address.")
    scopes = tuple(dict.fromkeys(fields.get("scope", "").replace(",", " ").split()))
    unknown = [scope for scope in scopes if scope not in WORDS]
    if unknown:
        return cannot_ask(LABEL, f"Invalid Scopes: {', '.join(unknown)}.")
    ask = Ask(fields["client_id"], fields["redirect_uri"], fields["state"], scopes)
    if fields.get("response_type", "code") != "code":
        return back(ask, {"error": "invalid_request", "error_description": "response_type must be code"})
    return visit(this_world(), CONSENT, ask)


@routes.route(f"{GRAPH}/oauth/access_token", methods=["GET", "POST"])
def access_token(version: str) -> Response:
    check_version(version)
    for name in ("client_id", "client_secret"):
        if not request.values.get(name):
            return errors.error(101, f"Missing {name} parameter.")
    this_world().app_secrets.learn(request.values["client_id"], request.values["client_secret"])
    if request.values.get("grant_type") == "fb_exchange_token":
        return _longer(this_world())
    return _exchange(this_world())


@routes.get(f"{GRAPH}/me/permissions")
def permissions(version: str) -> Response:
    token, _ = person_caller(this_world(), version)
    granted = ["public_profile", *token.grant.scopes]
    return answer({"data": [{"permission": scope, "status": "granted"} for scope in dict.fromkeys(granted)]})


@routes.get(f"{GRAPH}/debug_token")
def debug_token(version: str) -> Response:
    """What an app may hear of a token that it was given; it shows itself by its id and its secret."""
    check_version(version)
    world = this_world()
    client_id, _, app_secret = request.args.get("access_token", "").partition("|")
    if not client_id or not app_secret:
        return errors.dead_token("unknown")
    token = world.grants.token(KEY, request.args.get("input_token", ""))
    if token is None or token.grant.client_id not in (None, client_id):
        return answer({"data": {"is_valid": False, "scopes": [], "error": _no_token()}})
    ends = 0 if token.expires_at >= FOR_EVER else int(token.expires_at)
    said: dict[str, Any] = {"app_id": client_id, "type": "PAGE" if token.purpose == "page" else "USER"}
    said |= {"is_valid": token.state == "active", "expires_at": ends, "issued_at": int(token.made_at)}
    said |= {"data_access_expires_at": int(token.made_at) + 90 * 86_400, "scopes": list(token.grant.scopes)}
    if not said["is_valid"]:
        said["error"] = _no_token()
    return answer({"data": said})


@routes.delete(f"{GRAPH}/me/permissions")
@routes.delete(f"{GRAPH}/me/permissions/<name>")
def withdraw(version: str, name: str = "") -> Response:
    world = this_world()
    token, person = person_caller(world, version)
    client_id = token.grant.client_id
    grants = world.grants.of(KEY, client_id, person) if client_id else [token.grant]
    for grant in grants:
        if name:
            world.grants.narrow(grant, tuple(scope for scope in grant.scopes if scope != name))
        else:
            world.grants.end(grant)
    world.grants.settle()
    return answer({"success": True})


def give_token(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...], seconds: int
) -> dict[str, Any]:
    """A new permission and a token for it, as the token endpoint answers it: no scope, nothing to renew."""
    return _issue(world, world.grants.open(KEY, client_id, person, scopes), seconds)


def _no_token() -> dict[str, Any]:
    return {"code": 190, "message": "Error validating access token", "subcode": 460}


def _exchange(world: World) -> Response:
    code = world.grants.redeem(KEY, request.values.get("code", ""))
    asked = (request.values["client_id"], request.values.get("redirect_uri"))
    person = world.people.known(code.person) if code else None
    if code is None or person is None or (code.client_id, code.redirect_uri) != asked:
        return errors.error(100, "This authorization code has been used.", 36009)
    return answer(give_token(world, code.client_id, person, code.scopes, SHORT_SECONDS))


def _longer(world: World) -> Response:
    token = world.grants.token(KEY, request.values.get("fb_exchange_token", ""), "access")
    if token is None or token.state != "active":
        abort(errors.dead_token(token.state if token else "unknown"))
    if token.grant.client_id not in (None, request.values["client_id"]):
        return errors.invalid("The access token does not belong to this application")
    return answer(_issue(world, token.grant, LONG_SECONDS))


def _issue(world: World, grant: Grant, seconds: int) -> dict[str, Any]:
    token = world.grants.issue(grant, "access", secret("EAA", 160), time.time() + seconds)
    world.grants.settle()
    return {"access_token": token.value, "token_type": "bearer", "expires_in": seconds}
