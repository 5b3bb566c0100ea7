"""Google's consent, codes and tokens: renewing tokens only for offline access, and none that turn."""

import base64
import hashlib
import hmac
import ipaddress
import re
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, request

from ..consent import Ask, Custom, cannot_ask, visit
from ..grants import Code, Grant
from ..numbers import secret
from ..people import Person
from ..wire import answer, basic, is_web_address
from ..world import World, this_world
from .routes import ACCOUNTS, KEY, LABEL, TOKENS, routes
from .scopes import WORDS

ACCESS_SECONDS = 3599
#: "not used for 6 months"
REFRESH_SECONDS = 182 * 24 * 3600
#: Google does not publish it: minutes.
CODE_SECONDS = 600
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")
# What was asked for besides scopes, carried by the code itself, as one digit of it.
OFFLINE, ASKED_AGAIN, WITH_EARLIER = 1, 2, 4
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="4/0",
    code_seconds=CODE_SECONDS,
    denied={"error": "access_denied"},
)


@routes.route(f"{ACCOUNTS}/o/oauth2/v2/auth", methods=["GET", "POST"])
@routes.route(f"{ACCOUNTS}/o/oauth2/auth", methods=["GET", "POST"])
def authorize() -> Response:
    fields = request.args
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"Error 400: invalid_request. The app did not send {name}.")
    ask = Ask(
        client_id=fields["client_id"],
        redirect_uri=fields["redirect_uri"],
        state=fields.get("state", ""),
        scopes=tuple(dict.fromkeys(fields["scope"].split())),
        challenge=fields.get("code_challenge", ""),
        challenge_method=fields.get("code_challenge_method", "plain"),
    )
    wrong = _wrong_with(ask)
    if wrong:
        return cannot_ask(LABEL, wrong)
    return visit(this_world(), replace(CONSENT, code_prefix=f"4/0{_flags()}"), ask)


@routes.post(f"{TOKENS}/token")
def token() -> Response:
    client_id = _client()
    grant_type = request.form.get("grant_type")
    if grant_type == "authorization_code":
        return _exchange(this_world(), client_id)
    if grant_type == "refresh_token":
        return _refresh(this_world(), client_id)
    return _refused("unsupported_grant_type", f"Invalid grant_type: {grant_type}")


@routes.post(f"{TOKENS}/revoke")
def revoke() -> Response:
    """Everything that the person allowed this app ends, whichever of its tokens is shown."""
    world = this_world()
    found = world.grants.token(KEY, request.form.get("token", ""))
    if found is None or found.state != "active":
        return _refused("invalid_token", "Token expired or revoked")
    grants, person = [found.grant], world.people.known(found.grant.person)
    if person and found.grant.client_id:
        grants = world.grants.of(KEY, found.grant.client_id, person)
    for grant in grants:
        world.grants.end(grant)
    world.grants.settle()
    return answer({})


def give_tokens(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...]
) -> dict[str, Any]:
    """A new permission and its tokens, as for offline access with consent."""
    grant = world.grants.open(KEY, client_id, person, scopes)
    return _token_answer(world, grant) | {"refresh_token": _renewing(world, grant)}


def _wrong_with(ask: Ask) -> str | None:
    if request.args["response_type"] != "code":
        return "Error 400: unsupported_response_type. The response_type of the app must be code."
    if not _is_redirect(ask.redirect_uri):
        return "Error 400: redirect_uri_mismatch. The redirect_uri of the app is not one that Google takes."
    if unknown := [scope for scope in ask.scopes if scope not in WORDS]:
        return f"Error 400: invalid_scope. Google does not know {unknown[0]}."
    if ask.challenge and (
        ask.challenge_method not in ("S256", "plain") or not CHALLENGE.fullmatch(ask.challenge)
    ):
        return "Error 400: invalid_request. The code_challenge of the app is not one."
    return None


def _is_redirect(address: str) -> bool:
    """https and a name; plain http and a number only for this machine itself."""
    if not is_web_address(address) or "*" in address or ".." in address:
        return False
    parts = urlsplit(address)
    if parts.hostname in ("localhost", "127.0.0.1"):
        return True
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "https"
    return False


def _flags() -> int:
    fields = request.args
    return (
        OFFLINE * (fields.get("access_type") == "offline")
        + ASKED_AGAIN * ("consent" in fields.get("prompt", "").split())
        + WITH_EARLIER * (fields.get("include_granted_scopes") == "true")
    )


def _client() -> str:
    """The app, from the form or a Basic header."""
    credentials = basic() or (request.form.get("client_id", ""), request.form.get("client_secret", ""))
    if not all(credentials):
        abort(_refused("invalid_client", "The OAuth client was not found.", 401))
    return credentials[0]


def _exchange(world: World, client_id: str) -> Response:
    value = request.form.get("code", "")
    code = world.grants.redeem(KEY, value)
    person = world.people.known(code.person) if code else None
    if code is None or person is None or code.client_id != client_id:
        return _refused("invalid_grant", "Malformed auth code.")
    if code.redirect_uri != request.form.get("redirect_uri"):
        return _refused("redirect_uri_mismatch", "Bad Request")
    if not _is_verified(code):
        return _refused("invalid_grant", "Invalid code verifier.")
    flags = int(value[3])
    earlier = world.grants.of(KEY, client_id, person)
    more = [scope for grant in earlier for scope in grant.scopes] if flags & WITH_EARLIER else []
    grant = world.grants.open(KEY, client_id, person, tuple(dict.fromkeys([*code.scopes, *more])))
    body = _token_answer(world, grant)
    if flags & OFFLINE and (flags & ASKED_AGAIN or not earlier):
        body["refresh_token"] = _renewing(world, grant)
    return answer(body)


def _is_verified(code: Code) -> bool:
    verifier = request.form.get("code_verifier", "")
    if not code.challenge:
        return not verifier
    if code.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(verifier.encode(), code.challenge.encode())


def _refresh(world: World, client_id: str) -> Response:
    found = world.grants.token(KEY, request.form.get("refresh_token", ""), "refresh")
    if found is None or found.state != "active" or found.grant.client_id not in (None, client_id):
        return _refused("invalid_grant", "Token has been expired or revoked.")
    return answer(_token_answer(world, found.grant))


def _token_answer(world: World, grant: Grant) -> dict[str, Any]:
    access = world.grants.issue(grant, "access", secret("ya29.a0", 120), time.time() + ACCESS_SECONDS)
    world.grants.settle()
    return {
        "access_token": access.value,
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(grant.scopes),
        "token_type": "Bearer",
    }


def _renewing(world: World, grant: Grant) -> str:
    value = world.grants.issue(grant, "refresh", secret("1//0g", 90), time.time() + REFRESH_SECONDS).value
    world.grants.settle()
    return value


def _refused(error: str, description: str, status: int = 400) -> Response:
    return answer({"error": error, "error_description": description}, status)
