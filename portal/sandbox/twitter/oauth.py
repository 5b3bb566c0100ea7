"""X's consent with PKCE, its short-lived codes and its refresh tokens, each good for one use."""

import base64
import hashlib
import hmac
import re
import time
from typing import Any

from flask import Response, abort, request

from ..consent import Ask, Custom, cannot_ask, visit
from ..grants import Code, Grant
from ..numbers import secret
from ..people import Person
from ..wire import answer, basic, is_web_address
from ..world import World, this_world
from .routes import API, KEY, LABEL, WWW, routes
from .scopes import WORDS

ACCESS_SECONDS = 7200
REFRESH_SECONDS = 182 * 24 * 3600
CODE_SECONDS = 30
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{1,128}")
CONSENT = Custom(
    platform=KEY,
    label=LABEL,
    words=WORDS,
    code_prefix="",
    code_seconds=CODE_SECONDS,
    denied={"error": "access_denied"},
)


@routes.route(f"{WWW}/i/oauth2/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    fields = request.args
    for name in ("client_id", "redirect_uri", "state", "scope", "code_challenge"):
        if not fields.get(name):
            return cannot_ask(LABEL, f"The app did not send {name}.")
    ask = Ask(
        client_id=fields["client_id"],
        redirect_uri=fields["redirect_uri"],
        state=fields["state"],
        scopes=tuple(dict.fromkeys(fields["scope"].split())),
        challenge=fields["code_challenge"],
        challenge_method=fields.get("code_challenge_method", "plain"),
    )
    wrong = _wrong_with(ask)
    return cannot_ask(LABEL, wrong) if wrong else visit(this_world(), CONSENT, ask)


@routes.post(f"{API}/2/oauth2/token")
def token() -> Response:
    client_id = _client()
    grant_type = request.form.get("grant_type")
    if grant_type == "authorization_code":
        return _exchange(this_world(), client_id)
    if grant_type == "refresh_token":
        return _refresh(this_world(), client_id)
    return _refused("unsupported_grant_type", "The grant_type must be authorization_code or refresh_token.")


@routes.post(f"{API}/2/oauth2/revoke")
def revoke() -> Response:
    client_id = _client()
    grants = this_world().grants
    value = request.form.get("token", "")
    if not value:
        return _refused("invalid_request", "Missing required parameter [token].")
    found = grants.token(KEY, value)
    if found and found.grant.client_id in (None, client_id):
        grants.end(found.grant)
        grants.settle()
    return answer({"revoked": True})


def give_tokens(
    world: World, client_id: str | None, person: Person, scopes: tuple[str, ...]
) -> dict[str, Any]:
    """A new permission and its tokens, as the token endpoint answers them."""
    return _token_answer(world, world.grants.open(KEY, client_id, person, scopes))


def _wrong_with(ask: Ask) -> str | None:
    if request.args.get("response_type") != "code":
        return "The response_type of the app must be code."
    if not is_web_address(ask.redirect_uri):
        return "The redirect_uri of the app is not a full web address."
    if len(ask.state) > 500:
        return "The state of the app must not be longer than 500 characters."
    unknown = [scope for scope in ask.scopes if scope not in WORDS]
    if unknown:
        return f"The app asks for a scope that X does not know: {unknown[0]}."
    if ask.challenge_method not in ("S256", "plain"):
        return "The code_challenge_method of the app must be S256 or plain."
    if not CHALLENGE.fullmatch(ask.challenge) or (
        ask.challenge_method == "S256" and len(ask.challenge) != 43
    ):
        return "The code_challenge of the app is not one."
    return None


def _client() -> str:
    """The app, from its Basic header; a confidential app must show one."""
    credentials = basic()
    if credentials is None:
        abort(_refused("unauthorized_client", "Missing valid authorization header", 401))
    return credentials[0]


def _exchange(world: World, client_id: str) -> Response:
    for name in ("code", "redirect_uri", "code_verifier"):
        if not request.form.get(name):
            return _refused("invalid_request", f"Missing required parameter [{name}].")
    code = world.grants.redeem(KEY, request.form["code"])
    person = world.people.known(code.person) if code else None
    if code is None or person is None or not _belongs(code, client_id):
        return _refused("invalid_request", "Value passed for the authorization code was invalid.")
    return answer(give_tokens(world, client_id, person, code.scopes))


def _belongs(code: Code, client_id: str) -> bool:
    verifier = request.form["code_verifier"]
    if code.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = hmac.compare_digest(verifier.encode(), code.challenge.encode())
    return same and (code.client_id, code.redirect_uri) == (client_id, request.form["redirect_uri"])


def _refresh(world: World, client_id: str) -> Response:
    token = world.grants.token(KEY, request.form.get("refresh_token", ""), "refresh")
    if token is None or token.grant.client_id not in (None, client_id):
        return _bad_refresh()
    if not world.grants.spend(token):
        # A second use means that somebody has a copy: everything of this permission ends.
        world.grants.end(token.grant)
        world.grants.settle()
        return _bad_refresh()
    if token.grant.ended or time.time() >= token.expires_at:
        return _bad_refresh()
    return answer(_token_answer(world, token.grant))


def _token_answer(world: World, grant: Grant) -> dict[str, Any]:
    now = time.time()
    access = world.grants.issue(grant, "access", secret("", 91), now + ACCESS_SECONDS)
    body: dict[str, Any] = {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "access_token": access.value,
        "scope": " ".join(grant.scopes),
    }
    if "offline.access" in grant.scopes:
        refresh = world.grants.issue(grant, "refresh", secret("", 91), now + REFRESH_SECONDS)
        body["refresh_token"] = refresh.value
    world.grants.settle()
    return body


def _bad_refresh() -> Response:
    return _refused("invalid_request", "Value passed for the token was invalid.")


def _refused(error: str, description: str, status: int = 400) -> Response:
    return answer({"error": error, "error_description": description}, status)
