"""The dance: addresses, exchange, renewal, withdrawal, as each network writes them."""

import base64
import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal import http
from portal.platforms import oauth
from portal.platforms.base import App, Token
from portal.platforms.errors import (
    Declined,
    OperatorNeeded,
    PlatformError,
    RateLimited,
    ReconnectNeeded,
    TemporaryFailure,
)
from portal.platforms.linkedin import LinkedIn
from portal.platforms.twitter import Twitter
from tests.platforms.wire import Wire

PROFILE, ORGANIZATION = LinkedIn().connections
X = Twitter().connection()
LINKEDIN_APP, X_APP = App("86li", "WPL"), App("CLIENT_ID", "CLIENT_SECRET")
BACK = "https://portal.example/social/callback/linkedin"
X_SCOPE = "tweet.read tweet.write users.read media.write offline.access"


def x_answer(number: int, **changes: Any) -> dict[str, Any]:
    tokens = {"access_token": f"xat-000{number}", "refresh_token": f"xrt-000{number}"}
    return {"token_type": "bearer", "expires_in": 7200, "scope": X_SCOPE, **tokens, **changes}


def exchange_x() -> Token:
    return oauth.exchange(X, X_APP, BACK, "AUTHCODE1", "VERIFIER1")


def test_the_way_to_linkedin() -> None:
    address = oauth.authorization_address(PROFILE, LINKEDIN_APP, BACK, "Zx81", None)

    assert address == (
        "https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id=86li"
        "&redirect_uri=https%3A%2F%2Fportal.example%2Fsocial%2Fcallback%2Flinkedin"
        "&scope=openid%20profile%20w_member_social&state=Zx81"
    )


def test_the_way_to_x_carries_a_challenge() -> None:
    address = oauth.authorization_address(X, X_APP, BACK, "STATE", "VERIFIER1")
    digest = hashlib.sha256(b"VERIFIER1").digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    assert address.startswith("https://x.com/i/oauth2/authorize?response_type=code&client_id=CLIENT_ID&")
    assert f"&scope={X_SCOPE.replace(' ', '%20')}&state=STATE&" in address
    assert address.endswith(f"&code_challenge={challenge}&code_challenge_method=S256")


def test_secrets_are_long_fresh_and_fit_the_networks() -> None:
    first, second = oauth.fresh_secrets(X), oauth.fresh_secrets(X)

    assert first.state != second.state and first.verifier != second.verifier
    assert 43 <= len(first.verifier or "") <= 128 and 40 <= len(first.state) <= 500
    assert oauth.fresh_secrets(PROFILE).verifier is None


def test_a_code_becomes_a_token_at_linkedin(wire: Wire, now: datetime) -> None:
    scope = "openid,profile,w_member_social"
    wire.answers(200, {"access_token": "AQVmember", "expires_in": 5183999, "scope": scope, "id_token": "e"})

    token = oauth.exchange(PROFILE, LINKEDIN_APP, BACK, "AQTcode", None)

    assert token.access == "AQVmember" and token.refresh is None and token.refresh_at is None
    assert token.expires_at == now + timedelta(seconds=5183999)
    assert token.scopes == {"openid", "profile", "w_member_social"}
    call = wire.calls[0]
    assert (call.method, call.url) == ("POST", "https://www.linkedin.com/oauth/v2/accessToken")
    assert call.form == {
        "grant_type": "authorization_code",
        "code": "AQTcode",
        "client_id": "86li",
        "client_secret": "WPL",
        "redirect_uri": BACK,
    }
    assert call.headers == {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_company_pages_token_can_be_renewed(wire: Wire, now: datetime) -> None:
    answer = {"access_token": "AQVorg", "expires_in": 5183999, "refresh_token": "AQX", "scope": "a,b"}
    wire.answers(200, answer | {"refresh_token_expires_in": 31535999})

    token = oauth.exchange(ORGANIZATION, LINKEDIN_APP, BACK, "c", None)

    assert token.refresh == "AQX"
    assert token.refresh_expires_at == now + timedelta(seconds=31535999)
    assert token.refresh_at == now + timedelta(seconds=5183999) / 2


def test_a_code_becomes_a_token_at_x(wire: Wire, now: datetime) -> None:
    wire.answers(200, x_answer(1))

    token = exchange_x()

    assert (token.access, token.refresh) == ("xat-0001", "xrt-0001")
    assert token.refresh_at == now + timedelta(hours=1)
    call = wire.calls[0]
    assert call.headers["Authorization"] == "Basic Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ="
    assert call.form == {
        "grant_type": "authorization_code",
        "code": "AUTHCODE1",
        "redirect_uri": BACK,
        "code_verifier": "VERIFIER1",
    }


def test_what_is_not_said_about_permissions_is_what_was_asked(wire: Wire) -> None:
    wire.answers(200, {"access_token": "a", "expires_in": "7200"})

    token = exchange_x()
    assert token.scopes == set(X.scopes) and token.expires_at is not None


@pytest.mark.parametrize("life", [None, True, "soon", -5, {}, 1e30])
def test_an_odd_life_is_taken_for_none(wire: Wire, life: Any) -> None:
    wire.answers(200, x_answer(1, expires_in=life))

    assert exchange_x().expires_at is None


def test_renewing_rotates_the_pair(wire: Wire, now: datetime) -> None:
    wire.answers(200, x_answer(2))

    token = oauth.refresh(X, X_APP, Token("xat-0001", "xrt-0001"))

    assert (token.access, token.refresh) == ("xat-0002", "xrt-0002")
    assert wire.calls[0].form == {"grant_type": "refresh_token", "refresh_token": "xrt-0001"}


@pytest.mark.parametrize("left_out", [{}, {"refresh_token": None}, {"refresh_token": ""}])
def test_nothing_never_overwrites_the_token_that_renews(wire: Wire, now: datetime, left_out: Any) -> None:
    wire.answers(200, {"access_token": "new", "expires_in": 7200, **left_out})
    year = now + timedelta(days=300)
    old = Token("old", "keep-me", refresh_expires_at=year, scopes=frozenset({"a"}))

    token = oauth.refresh(X, X_APP, old)

    assert (token.refresh, token.refresh_expires_at, token.scopes) == ("keep-me", year, {"a"})
    assert token.refresh_at == now + timedelta(hours=1)


EXCHANGE_ERRORS = [
    (400, {"error": "invalid_request", "error_description": "Value passed was invalid."}, Declined),
    (400, {"error": "invalid_redirect_uri", "error_description": "does not match"}, Declined),
    (401, {"error": "invalid_client"}, OperatorNeeded),
    (400, {"error": "unauthorized_client"}, OperatorNeeded),
    (400, {"error": "unauthorized_scope_error"}, OperatorNeeded),
    (402, {"title": "Payment Required"}, OperatorNeeded),
    (429, {}, RateLimited),
    (500, b"", TemporaryFailure),
    (503, b"<html>", TemporaryFailure),
    (403, b"<html>", TemporaryFailure),
    (302, b"", TemporaryFailure),
    (200, b"<html>", TemporaryFailure),
    (200, b'{"access_token":', TemporaryFailure),
    (200, {"access_token": ""}, TemporaryFailure),
    (200, {"access_token": 5}, TemporaryFailure),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), EXCHANGE_ERRORS)
def test_what_can_go_wrong_with_a_code(wire: Wire, status: int, body: Any, kind: type[PlatformError]) -> None:
    wire.answers(status, body)

    with pytest.raises(kind) as raised:
        exchange_x()
    assert type(raised.value) is kind
    assert "AUTHCODE1" not in raised.value.words and raised.value.words.endswith(".")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_request", "error_description": "token invalid."}, ReconnectNeeded),
        (400, {"error": "invalid_grant"}, ReconnectNeeded),
        (401, {"error": "invalid_client"}, OperatorNeeded),
        (400, b"<html>", TemporaryFailure),
        (500, {"error": "server_error"}, TemporaryFailure),
        (429, {"error": "slow_down"}, RateLimited),
    ],
)  # fmt: skip
def test_what_can_go_wrong_with_renewing(
    wire: Wire, status: int, body: Any, kind: type[PlatformError]
) -> None:
    wire.answers(status, body)

    with pytest.raises(kind) as raised:
        oauth.refresh(X, X_APP, Token("a", "xrt-0001"))
    assert type(raised.value) is kind and "xrt-0001" not in raised.value.words


def test_a_network_that_is_away_is_no_dead_account(wire: Wire) -> None:
    wire.fails(http.Unanswered("silence"))

    with pytest.raises(TemporaryFailure):
        oauth.refresh(X, X_APP, Token("a", "b"))


def test_withdrawing_ends_both_tokens(wire: Wire) -> None:
    wire.answers(200, {"revoked": True}).answers(200)

    oauth.revoke(X, X_APP, Token("xat-0002", "xrt-0002"))

    assert [call.form for call in wire.calls] == [
        {"token": "xrt-0002", "token_type_hint": "refresh_token"},
        {"token": "xat-0002", "token_type_hint": "access_token"},
    ]
    assert wire.calls[0].url == "https://api.x.com/2/oauth2/revoke"
    assert wire.calls[0].headers["Authorization"].startswith("Basic ")


def test_a_missing_permission_is_named_in_words() -> None:
    assert oauth.missing_permissions(X, Token("a", scopes=frozenset(X.scopes))) == []
    granted = frozenset({"tweet.read", "users.read", "offline.access"})
    assert oauth.missing_permissions(X, Token("a", scopes=granted)) == ["post for you"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("access_denied", Declined),
        ("user_cancelled_authorize", Declined),
        ("user_cancelled_login", Declined),
        ("unauthorized_scope_error", OperatorNeeded),
        ("server_error", Declined),
        ("<script>alert(1)</script>", Declined),
    ],
)
def test_a_no_is_said_in_our_words(error: str, kind: type[PlatformError]) -> None:
    said = oauth.declined("X account", error)

    assert type(said) is kind
    assert "script" not in said.words + (said.code or "") and said.words.endswith(".")


@pytest.mark.parametrize(
    ("issuer", "is_right"),
    [(None, True), ("https://x.com", True), ("https://api.x.com/", True), ("https://evil.example", False)],
)
def test_an_answer_that_names_another_sender_is_seen(issuer: str | None, is_right: bool) -> None:
    assert oauth.came_from(X, issuer) is is_right


def test_nothing_secret_reaches_a_log(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire.answers(200, x_answer(1))

    oauth.authorization_address(X, X_APP, BACK, "STATE-SECRET", "VERIFIER-SECRET")
    token = exchange_x()

    assert "SECRET" not in caplog.text and "xat-0001" not in caplog.text
    assert "xat-0001" not in repr(token) and "CLIENT_SECRET" not in repr(X_APP)
