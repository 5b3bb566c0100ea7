"""LinkedIn's consent, tokens, introspection and revocation."""

import base64
import json
import time
from typing import Any

from flask import Response, abort, request

from ..consent import Ask, Custom, back, cannot_ask, visit
from ..grants import Grant, Token
from ..numbers import secret
from ..people import Person
from ..wire import answer, is_web_address
from ..world import World, this_world
from .routes import KEY, LABEL, WWW, routes
from .scopes import PAGES, WORDS, can_refresh, may_be_asked

ACCESS_SECONDS = 5_184_000
REFRESH_SECONDS = 31_536_000
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="AQT",
    code_seconds=30 * 60,
    denied={
        "error": "user_cancelled_authorize",
        "error_description": "The user cancelled the authorization",
    },
    pages_scopes=PAGES,
)
NO_MATCH = (
    "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. "
    "Or authorization code expired. Or external member binding exists"
)


@routes.route(f"{WWW}/oauth/v2/authorization", methods=["GET", "POST"])
def authorization() -> Response:
    fields = request.args
    for name in ("client_id", "redirect_uri", "state"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"The app did not send {name}.")
    if not is_web_address(fields["redirect_uri"]):
        return cannot_ask(LABEL, "The redirect_uri of the app is not a full web address.")
    scopes = tuple(dict.fromkeys(fields.get("scope", "").split()))
    ask = Ask(fields["client_id"], fields["redirect_uri"], fields["state"], scopes)
    if fields.get("response_type") != "code":
        return back(ask, _error("unsupported_response_type", "The response_type must be code"))
    if not may_be_asked(scopes):
        description = f'Scope "{" ".join(scopes)}" is not authorized for your application'
        return back(ask, _error("unauthorized_scope_error", description))
    return visit(this_world(), CONSENT, ask)


@routes.post(f"{WWW}/oauth/v2/accessToken")
def access_token() -> Response:
    world = this_world()
    _need("client_id", "client_secret")
    if request.form.get("grant_type") == "authorization_code":
        return _exchange(world)
    if request.form.get("grant_type") == "refresh_token":
        return _refresh(world)
    return _refused("unsupported_grant_type", "Grant type is missing or not supported")


@routes.post(f"{WWW}/oauth/v2/introspectToken")
def introspect_token() -> Response:
    _need("client_id", "client_secret", "token")
    token = this_world().grants.token(KEY, request.form["token"])
    if token is None or token.grant.client_id not in (None, request.form["client_id"]):
        return answer({"active": False})
    return answer(
        {
            "active": token.state == "active",
            "client_id": request.form["client_id"],
            "authorized_at": int(token.grant.made_at),
            "created_at": int(token.made_at),
            "status": token.state,
            "expires_at": int(token.expires_at),
            "scope": ",".join(token.grant.scopes),
            "auth_type": "3L",
        }
    )


@routes.post(f"{WWW}/oauth/v2/revoke")
def revoke() -> Response:
    _need("client_id", "client_secret", "token")
    grants = this_world().grants
    token = grants.token(KEY, request.form["token"])
    if token and token.grant.client_id in (None, request.form["client_id"]):
        grants.end(token.grant)
        grants.settle()
    return answer({})


def give_tokens(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...]
) -> dict[str, Any]:
    """A new permission and its tokens, as the token endpoint answers them."""
    grant = world.grants.open(KEY, client_id, person, scopes)
    if can_refresh(scopes):
        refresh_until = grant.made_at + REFRESH_SECONDS
        world.grants.issue(grant, "refresh", secret("AQX", 300), refresh_until)
    return _token_answer(world, grant, person)


def _exchange(world: World) -> Response:
    _need("code", "redirect_uri")
    form = request.form
    code = world.grants.redeem(KEY, form["code"])
    if code is None or (code.client_id, code.redirect_uri) != (form["client_id"], form["redirect_uri"]):
        return _refused("invalid_redirect_uri", NO_MATCH)
    person = world.people.known(code.person)
    if person is None:
        return _refused("invalid_redirect_uri", NO_MATCH)
    for earlier in world.grants.of(KEY, code.client_id, person):
        # Asking for another set of scopes ends all earlier tokens of the member for the app.
        if set(earlier.scopes) != set(code.scopes):
            world.grants.end(earlier)
    return answer(give_tokens(world, code.client_id, person, code.scopes))


def _refresh(world: World) -> Response:
    _need("refresh_token")
    token = world.grants.token(KEY, request.form["refresh_token"], "refresh")
    if token is None or token.grant.client_id not in (None, request.form["client_id"]):
        return _refused("invalid_request", "The provided authorization grant or refresh token is invalid")
    person = world.people.known(token.grant.person)
    if token.state != "active" or person is None:
        return _refused(
            "invalid_request", "The provided authorization grant or refresh token is expired or revoked"
        )
    return answer(_token_answer(world, token.grant, person))


def _token_answer(world: World, grant: Grant, person: Person) -> dict[str, Any]:
    access = world.grants.issue(grant, "access", secret("AQV", 350), time.time() + ACCESS_SECONDS)
    body: dict[str, Any] = {
        "access_token": access.value,
        "expires_in": ACCESS_SECONDS,
        "scope": ",".join(grant.scopes),
        "token_type": "Bearer",
    }
    refresh = world.grants.refresh_token(grant) if can_refresh(grant.scopes) else None
    if refresh:
        body |= _refresh_fields(refresh)
    if "openid" in grant.scopes:
        body["id_token"] = _id_token(grant, person)
    world.grants.settle()
    return body


def _refresh_fields(refresh: Token) -> dict[str, Any]:
    # The year counts from the first consent; using the token does not lengthen it.
    return {
        "refresh_token": refresh.value,
        "refresh_token_expires_in": max(0, round(refresh.expires_at - time.time())),
    }


def _id_token(grant: Grant, person: Person) -> str:
    """Looks like LinkedIn's; its signature is random, for nobody has a key to check it with."""
    now = int(time.time())
    claims = {
        "iss": "https://www.linkedin.com/oauth",
        "aud": grant.client_id or "practice",
        "iat": now,
        "exp": now + 3600,
        "sub": person.key,
        "name": person.name,
    }
    parts = [
        json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT", "kid": "practice"}, claims)
    ]
    parts.append(secret("", 256).encode())
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _need(*names: str) -> None:
    for name in names:
        if not request.form.get(name):
            abort(_refused("invalid_request", f'A required parameter "{name}" is missing'))


def _refused(error: str, description: str) -> Response:
    return answer(_error(error, description), 400)


def _error(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}
