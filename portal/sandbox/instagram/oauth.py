"""Instagram's own consent, its token for an hour and the one for sixty days that renews itself."""

import time
from typing import Any

from flask import Response, request

from ..consent import Ask, Custom, back, cannot_ask, visit
from ..grants import Grant, Token
from ..meta import errors
from ..meta.calls import caller, check_version
from ..numbers import secret
from ..people import Person
from ..wire import answer, is_web_address
from ..world import World, this_world
from . import accounts
from .routes import KEY, LABEL, OWN_GRAPH, TOKENS, WWW, routes
from .scopes import WORDS

SHORT_SECONDS = 3600
LONG_SECONDS = 5_184_000
#: A younger token is not renewed.
LEAST_AGE_SECONDS = 24 * 3600
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="AQB",
    code_seconds=3600,
    denied={
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request",
    },
)


@routes.route(f"{WWW}/oauth/authorize", methods=["GET", "POST"])
@routes.route(f"{TOKENS}/oauth/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    fields = request.args
    for name in ("client_id", "redirect_uri", "state"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"The app did not send {name}.")
    if not is_web_address(fields["redirect_uri"]):
        return cannot_ask(LABEL, "The redirect_uri of the app is not a full web address.")
    scopes = tuple(dict.fromkeys(fields.get("scope", "").replace(",", " ").split()))
    if not scopes or any(scope not in WORDS for scope in scopes):
        return cannot_ask(LABEL, "The app asks for a permission that there is not.")
    ask = Ask(fields["client_id"], fields["redirect_uri"], fields["state"], scopes)
    if fields.get("response_type") != "code":
        return back(ask, {"error": "invalid_request", "error_description": "response_type must be code"})
    return visit(this_world(), CONSENT, ask)


@routes.post(f"{TOKENS}/oauth/access_token")
def access_token() -> Response:
    world, form = this_world(), request.form
    if not form.get("client_id") or not form.get("client_secret"):
        return _refused("Invalid platform app")
    if form.get("grant_type") != "authorization_code":
        return _refused("Invalid grant_type")
    code = world.grants.redeem(KEY, form.get("code", "").removesuffix("#_"))
    person = world.people.known(code.person) if code else None
    asked = (form["client_id"], form.get("redirect_uri"))
    if code is None or person is None or (code.client_id, code.redirect_uri) != asked:
        return _refused("Matching code was not found or was already used")
    grant = world.grants.open(KEY, code.client_id, person, code.scopes)
    token = issue(world, grant, SHORT_SECONDS)
    return answer(
        {
            "access_token": token.value,
            # A number in the answer, though it is longer than some readers' numbers.
            "user_id": int(accounts.of_person(person).id),
            "permissions": list(code.scopes),
        }
    )


@routes.get(f"{OWN_GRAPH}/access_token")
def long_lived() -> Response:
    token = _given("ig_exchange_token")
    if isinstance(token, Response):
        return token
    if not request.args.get("client_secret"):
        return errors.error(101, "Missing client_secret parameter.")
    return answer(_told(issue(this_world(), token.grant, LONG_SECONDS)))


@routes.get(f"{OWN_GRAPH}/refresh_access_token")
def refresh() -> Response:
    token = _given("ig_refresh_token")
    if isinstance(token, Response):
        return token
    if time.time() - token.made_at < LEAST_AGE_SECONDS:
        return errors.invalid("The access token must be at least 24 hours old to be refreshed")
    return answer(_told(issue(this_world(), token.grant, LONG_SECONDS)))


@routes.delete(f"{OWN_GRAPH}/<version>/me/permissions")
def withdraw(version: str) -> Response:
    check_version(version)
    token, _ = caller(this_world(), KEY, "access")
    this_world().grants.end(token.grant)
    this_world().grants.settle()
    return answer({"success": True})


def issue(world: World, grant: Grant, seconds: int) -> Token:
    """A token under a permission."""
    token = world.grants.issue(grant, "access", secret("IGAA", 160), time.time() + seconds)
    world.grants.settle()
    return token


def give_token(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...]
) -> dict[str, Any]:
    """A new permission and its long token."""
    return _told(issue(world, world.grants.open(KEY, client_id, person, scopes), LONG_SECONDS))


def _given(grant_type: str) -> Token | Response:
    if request.args.get("grant_type") != grant_type:
        return errors.invalid("Invalid grant_type")
    token, _ = caller(this_world(), KEY, "access")
    return token


def _told(token: Token) -> dict[str, Any]:
    seconds = round(token.expires_at - token.made_at)
    return {"access_token": token.value, "token_type": "bearer", "expires_in": seconds}


def _refused(message: str) -> Response:
    """The one address that does not speak as the Graph API does."""
    return answer({"error_type": "OAuthException", "code": 400, "error_message": message}, 400)
