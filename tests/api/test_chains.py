"""Staying signed in: refresh tokens turn, and one that comes twice ends the sign-in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.api import chains
from portal.extensions import db
from portal.models import AuditEvent, Doctor, RefreshToken
from tests.conftest import Clock
from tests.signing_in import sign_in

PROFILE = "/api/v1/doctor/profile"


def call(client: FlaskClient, access: str) -> int:
    return client.get(PROFILE, headers={"Authorization": f"Bearer {access}"}).status_code


def turn(client: FlaskClient, words: str) -> tuple[int, str, str]:
    told = client.post("/api/v1/auth/refresh", json={"refresh_token": words})
    said = told.get_json()
    return told.status_code, said.get("access_token", ""), said.get("refresh_token", "")


def test_a_refresh_token_gives_the_next_pair(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    _, first = chains.begin(asha.user)
    clock.advance(hours=2)
    status, access, second = turn(client, first)
    assert status == 200 and second != first and call(client, access) == 200
    assert turn(client, second)[0] == 200


def test_one_that_comes_twice_ends_everything_of_that_sign_in(client: FlaskClient, asha: Doctor) -> None:
    _, first = chains.begin(asha.user)
    other, _ = chains.begin(asha.user)
    _, access, second = turn(client, first)

    assert turn(client, first)[0] == 401

    assert turn(client, second)[0] == 401
    assert call(client, access) == 401
    assert call(client, other) == 200
    assert db.session.query(AuditEvent).filter_by(action="refresh token used twice").count() >= 1


def test_signing_out_ends_the_tokens_at_once(client: FlaskClient, asha: Doctor) -> None:
    access, words = chains.begin(asha.user)
    assert client.post("/api/v1/auth/logout", json={"refresh_token": words}).status_code == 204
    assert call(client, access) == 401 and turn(client, words)[0] == 401
    assert client.post("/api/v1/auth/logout", json={"refresh_token": "unknown"}).status_code == 204


def test_a_chain_ends_after_thirty_days(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    _, words = chains.begin(asha.user)
    clock.advance(days=20)
    _, _, words = turn(client, words)
    clock.advance(days=9)
    _, _, words = turn(client, words)
    clock.advance(days=2)
    assert turn(client, words)[0] == 401
    chains.forget_old()
    assert db.session.query(RefreshToken).count() == 0


def test_a_new_password_or_a_disabled_user_ends_the_chain(
    client: FlaskClient, asha: Doctor, ben: Doctor, clock: Clock
) -> None:
    _, ashas = chains.begin(asha.user)
    _, bens = chains.begin(ben.user)
    asha.user.password_changed_at = ben.user.disabled_at = clock.at
    db.session.commit()
    assert turn(client, ashas)[0] == turn(client, bens)[0] == 401


def test_only_digests_are_kept(asha: Doctor) -> None:
    _, words = chains.begin(asha.user)
    row = db.session.query(RefreshToken).one()
    assert words not in (row.digest, row.family) and len(row.digest) == 64


@pytest.mark.parametrize("words", ["", "x" * 201, 5, None])
def test_words_that_cannot_be_one_are_refused(client: FlaskClient, words: object) -> None:
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": words}).status_code == 422


@pytest.fixture
def word(client: FlaskClient, asha: Doctor, csrf_on: None) -> str:
    """The CSRF token of a page that Asha's browser has open."""
    sign_in(client, asha)
    page = client.get("/settings/api-keys").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_page_of_ours_may_call(client: FlaskClient, word: str) -> None:
    sent = {"X-CSRFToken": word, "Sec-Fetch-Site": "same-origin"}
    assert client.get(PROFILE, headers=sent).status_code == 200


def test_an_older_browser_names_the_origin(client: FlaskClient, app: Flask, word: str) -> None:
    ours = app.config["PORTAL"].public_url
    assert client.get(PROFILE, headers={"X-CSRFToken": word, "Origin": ours}).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"X-CSRFToken": "WORD"},
        {"X-CSRFToken": "forged", "Sec-Fetch-Site": "same-origin"},
        {"X-CSRFToken": "", "Sec-Fetch-Site": "same-origin"},
        {"X-CSRFToken": "WORD", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRFToken": "WORD", "Sec-Fetch-Site": "same-site"},
        {"X-CSRFToken": "WORD", "Sec-Fetch-Site": "none"},
        {"X-CSRFToken": "WORD", "Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"X-CSRFToken": "WORD", "Origin": "null"},
    ],
)
def test_anybody_elses_page_may_not(client: FlaskClient, word: str, sent: dict[str, str]) -> None:
    headers = {name: word if value == "WORD" else value for name, value in sent.items()}
    assert client.get(PROFILE, headers=headers).status_code == 401


def test_a_browser_that_is_signed_out_is_nobody(client: FlaskClient, word: str) -> None:
    client.delete_cookie("session")
    for cookie in list(client._cookies or {}):
        client.delete_cookie(cookie[2])
    sent = {"X-CSRFToken": word, "Sec-Fetch-Site": "same-origin"}
    assert client.get(PROFILE, headers=sent).status_code == 401
