"""Access tokens: what passes, and what does not."""

import base64
import hashlib
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey

from portal.api import tokens
from portal.extensions import db
from portal.models import Doctor
from tests.conftest import Clock
from tests.signing_in import bearer, sign_in


def call(client: FlaskClient, token: str) -> int:
    return client.get("/api/v1/doctor/profile", headers={"Authorization": f"Bearer {token}"}).status_code


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def signed(claims: dict[str, Any], **header: Any) -> str:
    return jwt.encode(
        {"alg": "HS256", "typ": "at+jwt", **header}, claims, tokens._key(), algorithms=["HS256"]
    )


def test_a_token_works_for_an_hour(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    token = tokens.issue(asha.user)
    clock.advance(minutes=59)
    assert call(client, token) == 200
    clock.advance(minutes=2)
    assert call(client, token) == 401


def test_a_new_password_ends_it(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    token = tokens.issue(asha.user)
    asha.user.password_changed_at = clock.at
    db.session.commit()
    assert call(client, token) == 401


def test_a_disabled_user_has_none(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    token = tokens.issue(asha.user)
    asha.user.disabled_at = clock.at
    db.session.commit()
    assert call(client, token) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "elsewhere"},
        {"iss": "https://evil.example"},
        {"exp": None},
        {"exp": 1},
        {"nbf": 99999999999},
        {"pwd": "0" * 16},
        {"pwd": None},
        {"jti": None},
        {"sub": "999999"},
        {"sub": "1 OR 1=1"},
        {"sub": None},
    ],
)
def test_a_changed_claim_is_refused(client: FlaskClient, asha: Doctor, change: dict[str, Any]) -> None:
    claims = {k: v for k, v in {**claims_of(tokens.issue(asha.user)), **change}.items() if v is not None}
    assert call(client, signed(claims)) == 401


def test_forged_tokens_are_refused(client: FlaskClient, asha: Doctor) -> None:
    claims = claims_of(tokens.issue(asha.user))
    other = OctKey.import_key(hashlib.sha256(b"another key").digest())
    own_key = {"kty": "oct", "k": base64.urlsafe_b64encode(b"a" * 32).decode().rstrip("=")}
    mine = OctKey.import_key(b"a" * 32)
    forged = [
        f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(claims)}.",
        f"{part({'alg': 'None', 'typ': 'at+jwt'})}.{part(claims)}.AAAA",
        jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, other),
        jwt.encode({"alg": "HS256", "typ": "at+jwt", "jwk": own_key}, claims, mine),
        jwt.encode({"alg": "HS512", "typ": "at+jwt"}, claims, tokens._key(), algorithms=["HS512"]),
        signed(claims, typ="JWT"),
        tokens.issue(asha.user)[:-2],
        tokens.issue(asha.user) + "A" * 10_000,
        "é.ü.ß",
        "..",
        "a.b.c",
        f"{part([])}.{part([])}.AAAA",
    ]
    assert [call(client, token) for token in forged] == [401] * len(forged)


def test_a_token_in_the_address_is_no_token(client: FlaskClient, asha: Doctor) -> None:
    token = tokens.issue(asha.user)
    assert client.get(f"/api/v1/doctor/profile?access_token={token}").status_code == 401


def test_a_signed_in_browser_is_no_program(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    assert client.get("/api/v1/doctor/profile").status_code == 401


def test_each_token_has_a_name_of_its_own(asha: Doctor) -> None:
    assert claims_of(bearer(asha)["Authorization"])["jti"] != claims_of(bearer(asha)["Authorization"])["jti"]
