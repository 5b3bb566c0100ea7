"""The dance that the networks share: to the consent page, a code for a token, renewal, withdrawal.

Authlib writes the parameters and the PKCE challenge; the calls go through portal.http like every other, so
that the practice network's rule and the limits hold for them too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.oauth2.auth import encode_client_secret_basic, encode_client_secret_post
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7009 import prepare_revoke_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from portal import clock, http
from portal.platforms.base import App, Connection, Token
from portal.platforms.calls import ask, read, retry_after
from portal.platforms.errors import (
    Declined,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)

# RFC 6749 section 5.2: these are about the app, never about the person.
OPERATORS_ERRORS = frozenset(
    {
        "invalid_client",
        "unauthorized_client",
        "unauthorized_scope_error",
        "invalid_scope",
        "unsupported_grant_type",
        "unsupported_response_type",
    }
)
# What networks say on the way back when the person pressed "Cancel".
DENIALS = frozenset(
    {
        "access_denied",
        # https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
        "user_cancelled_login",
        "user_cancelled_authorize",
    }
)
CALL_SECONDS = 12.0


@dataclass(frozen=True)
class Secrets:
    """What one trip to a consent page is known by: the state comes back openly, the verifier never leaves."""

    state: str
    verifier: str | None


def fresh_secrets(connection: Connection) -> Secrets:
    """A state of 285 bits, and a verifier where the network checks one."""
    return Secrets(generate_token(48), generate_token(64) if connection.uses_pkce else None)


def authorization_address(
    connection: Connection, app: App, redirect_uri: str, state: str, verifier: str | None
) -> str:
    """The network's consent page for this trip, at its real address."""
    extra = dict(connection.authorize_extra)
    if verifier is not None:
        extra |= {
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
    scope = connection.scope_separator.join((*connection.scopes, *app.more_scopes))
    address = prepare_grant_uri(
        connection.authorize_url, app.client_id, "code", redirect_uri, scope, state, **extra
    )
    # A space may be written as + in a form, but the networks' pages show %20, and one day one will mind.
    return str(address).replace("+", "%20")


def exchange(connection: Connection, app: App, redirect_uri: str, code: str, verifier: str | None) -> Token:
    """The token for a code, at once: X's codes live for half a minute. Raises PlatformError."""
    more = {"code": code, "code_verifier": verifier}
    body = prepare_token_request("authorization_code", redirect_uri=redirect_uri, **more)
    answer = _call(connection, app, connection.token_url, body)
    if answer.status not in (200, 201) or _error(answer):
        raise _refused(connection, answer, renewing=False)
    token = _token(connection, answer, before=None)
    return connection.after_exchange(connection, app, token) if connection.after_exchange else token


def refresh(connection: Connection, app: App, token: Token) -> Token:
    """A new token for an old one; what the network leaves out is kept from the old. Raises PlatformError."""
    if connection.renew is not None:
        return connection.renew(connection, app, token)
    if token.refresh is None:
        raise ReconnectNeeded(f"The permission for {connection.label} has ended. Connect it again.")
    body = prepare_token_request("refresh_token", refresh_token=token.refresh)
    answer = _call(connection, app, connection.token_url, body)
    if answer.status not in (200, 201) or _error(answer):
        raise _refused(connection, answer, renewing=True)
    return _token(connection, answer, before=token)


def revoke(connection: Connection, app: App, token: Token) -> None:
    """Withdraw the permission at the network, where it can. Raises PlatformError when it did not answer."""
    if connection.withdraw is not None:
        connection.withdraw(connection, app, token)
    if connection.revoke_url is None:
        return
    # The renewing token first: with it the whole permission ends.
    for value, hint in ((token.refresh, "refresh_token"), (token.access, "access_token")):
        if value:
            body, _ = prepare_revoke_token_request(value, hint)
            _call(connection, app, connection.revoke_url, body)


def missing_permissions(connection: Connection, token: Token) -> list[str]:
    """What the person did not allow though we cannot do without it, in plain words."""
    return [words for scope, words in connection.must_have.items() if scope not in token.scopes]


def came_from(connection: Connection, issuer: str | None) -> bool:
    """Whether an answer that names its sender was sent by this network (RFC 9207)."""
    if issuer is None:
        return True
    own = {urlsplit(address).hostname for address in (connection.authorize_url, connection.token_url)}
    return urlsplit(issuer).hostname in own


def declined(label: str, error: str) -> PlatformError:
    """What an `error` on the way back from the consent page means, in our words."""
    if error in DENIALS:
        return Declined(f"You did not allow the portal to use your {label}. Nothing was connected.", error)
    code = _word(error)
    if error in OPERATORS_ERRORS:
        return _operator(label, code)
    return Declined(f"{label} ended the sign-in. Nothing was connected. Press Connect to try again.", code)


def _call(connection: Connection, app: App, url: str, body: str) -> http.Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **connection.headers}
    encode = (
        encode_client_secret_basic
        if connection.client_auth == "client_secret_basic"
        else encode_client_secret_post
    )
    url, headers, body = encode(app, "POST", url, headers, body)
    return ask(connection.label, "POST", url, headers=headers, body=body.encode(), total_seconds=CALL_SECONDS)


def _token(connection: Connection, answer: http.Answer, before: Token | None) -> Token:
    said = _said(answer)
    access = said.get("access_token") if said else None
    if said is None or not isinstance(access, str) or not access:
        raise TemporaryFailure(f"{connection.label} did not answer as expected. Try again.", "no_token")
    now = clock.now()
    renewal = said.get("refresh_token")
    token = Token(
        access=access,
        refresh=renewal if isinstance(renewal, str) and renewal else None,
        expires_at=_moment(now, said.get("expires_in")),
        refresh_expires_at=_moment(now, said.get("refresh_token_expires_in")),
        scopes=_scopes(said, before.scopes if before else frozenset(connection.scopes)),
    )
    if before and token.refresh is None:
        # Nothing never overwrites the token that renews.
        token = replace(token, refresh=before.refresh, refresh_expires_at=before.refresh_expires_at)
    return replace(token, refresh_at=_half_life(connection, token, now))


def _said(answer: http.Answer) -> dict[str, Any] | None:
    """The fields of a token answer; Instagram's page shows them inside a list of one."""
    said = read(answer)
    inner = said.get("data") if said else None
    return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else said


def _half_life(connection: Connection, token: Token, now: datetime) -> datetime | None:
    if not connection.can_refresh or token.refresh is None or token.expires_at is None:
        return None
    return now + (token.expires_at - now) / 2


def _moment(now: datetime, seconds: Any) -> datetime | None:
    """When so many seconds are over; networks send them as a number or as its digits."""
    digits = str(seconds)
    if isinstance(seconds, bool) or not re.fullmatch(r"\d{1,10}(\.\d+)?", digits):
        return None
    return now + timedelta(seconds=float(digits))


def _scopes(said: Mapping[str, Any], otherwise: frozenset[str]) -> frozenset[str]:
    """What was granted, however it is written; left out, it is what was asked for (RFC 6749 section 5.1)."""
    scope = said.get("scope") or said.get("permissions")
    words = " ".join(map(str, scope)) if isinstance(scope, list) else str(scope or "")
    return frozenset(word for word in re.split(r"[,\s]+", words) if word) or otherwise


def _refused(connection: Connection, answer: http.Answer, *, renewing: bool) -> PlatformError:
    error = _error(answer)
    code = _word(error) if error else str(answer.status)
    label, said = connection.label, read(answer)
    if said and connection.refusal and (known := connection.refusal(answer.status, said)):
        return known
    if answer.status == 429:
        return RateLimited(
            f"{label} asks us to wait. Try again in a while.", retry_after(answer.headers), code
        )
    if answer.status == 402 or error in OPERATORS_ERRORS:
        return _operator(label, code)
    if answer.status >= 500 or error is None:
        return TemporaryFailure(f"{label} could not do this just now. Try again.", code)
    if renewing:
        return ReconnectNeeded(f"{label} ended the permission to post. Connect it again.", code)
    return Declined(
        f"The sign-in at {label} took too long or was used before. Press Connect to start again.", code
    )


def _error(answer: http.Answer) -> str | None:
    """The error's name. Reddit also sends one with a status of 200, or gives its number alone."""
    error = (read(answer) or {}).get("error")
    if isinstance(error, str):
        return error or None
    # A revoked token that renews is {"error": 400} at Reddit, and a wrong secret {"error": 401}.
    is_number = isinstance(error, int) and error == answer.status
    return {400: "invalid_grant", 401: "invalid_client"}.get(answer.status) if is_number else None


def _operator(label: str, code: str) -> OperatorNeeded:
    return OperatorNeeded(
        f"The portal’s own access to {label} is not set up right. Its operator has to mend this.", code
    )


def _word(error: str) -> str:
    """An error's name as it may stand in a log: a stranger can write anything into an address."""
    return error if re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", error) else "unnamed"
