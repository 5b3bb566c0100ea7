"""How often one may knock."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from config import Config
from portal import create_app, extensions
from portal.extensions import db
from portal.models import Doctor
from tests.auth.conftest import Mailbox, fill_login, fill_registration
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def limited(
    app: Flask, settings: dict[str, str], database: None, held_jobs: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """A browser before a portal that counts, over the test's rolled-back transaction."""
    redis: Redis = app.extensions["redis"]
    redis.flushdb()
    counting = create_app(Config.from_env({**settings, "RATE_LIMITS": "1"}))
    counting.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    counting.extensions["mail"].suppress = True
    monkeypatch.setitem(db._app_engines, counting, db._app_engines[app])
    # One limiter serves all portals of a process: what an earlier one met is no affair of this one.
    monkeypatch.setattr(extensions.limiter, "_storage_dead", False)
    yield counting.test_client()
    extensions.limiter.enabled = False
    redis.flushdb()


def knock(client: FlaskClient, email: str, **more: str) -> int:
    sent = {"email": email, "password": "not the password"}
    return client.post("/api/v1/auth/login", json=sent, environ_overrides=more).status_code


def register(client: FlaskClient, email: str) -> TestResponse:
    sent = {"full_name": "Dr. Asha Menon", "email": email, "password": "four quiet words here"}
    return client.post("/register", data=sent)


def test_a_form_filled_in_wrongly_many_times_locks_nobody_out(
    limited: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    for _ in range(25):
        limited.post("/register", data={})
        limited.post("/login", data={"email": "asha@example.org"})
    assert register(limited, "new@example.org").status_code == 303


def test_ten_doctors_may_register_from_one_address(limited: FlaskClient) -> None:
    for number in range(10):
        assert fill_registration(limited, f"doctor{number}@example.org").heading == "Check your mail"


def test_too_many_registrations_get_a_kind_page(limited: FlaskClient) -> None:
    for number in range(20):
        register(limited, f"doctor{number}@example.org")
    answer = register(limited, "one.more@example.org")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert Page(answer).heading == "Please wait a moment"


def test_five_failures_close_an_account_for_a_while(limited: FlaskClient, asha: Doctor) -> None:
    came = [knock(limited, "asha@example.org", REMOTE_ADDR=f"192.0.2.{n}") for n in range(6)]
    assert came == [401] * 5 + [429]


def test_the_page_and_the_api_count_together(limited: FlaskClient, asha: Doctor) -> None:
    for _ in range(5):
        knock(limited, "Asha@example.org ")
    assert limited.post("/login", data={"email": "asha@example.org", "password": "x"}).status_code == 429


def test_an_unknown_account_is_counted_alike(limited: FlaskClient) -> None:
    assert [knock(limited, "nobody@example.org") for _ in range(6)] == [401] * 5 + [429]


def test_a_success_does_not_clear_the_failures_of_an_address(
    limited: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    for number in range(9):
        assert knock(limited, f"guess{number}@example.org") == 401
    assert fill_login(limited, "asha@example.org").heading == "Check your mail"
    assert knock(limited, "guess9@example.org") == 401
    assert knock(limited, "guess10@example.org") == 429


def test_a_forged_header_makes_nobody_another(limited: FlaskClient) -> None:
    for number in range(10):
        knock(limited, f"guess{number}@example.org")
    answer = limited.post(
        "/api/v1/auth/login",
        json={"email": "guess@example.org", "password": "x"},
        headers={
            "X-Forwarded-For": "203.0.113.9",
            "Forwarded": "for=203.0.113.9",
            "X-Real-IP": "203.0.113.9",
        },
    )
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["RateLimit-Remaining"] == "0"


@pytest.fixture
def alone(limited: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The same browser, while Redis is away."""
    monkeypatch.setattr(extensions.limiter.storage, "check", lambda: False)
    return limited


@pytest.mark.parametrize("page", ["/login", "/register", "/forgot-password"])
def test_without_redis_the_doors_of_signing_in_are_closed(alone: FlaskClient, page: str) -> None:
    assert alone.get(page).status_code == 200
    answer = alone.post(page, data={"email": "asha@example.org", "password": "x"})
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("call", ["login", "register", "verify-login", "verify-registration", "resend-otp"])
def test_without_redis_programs_wait_too(alone: FlaskClient, call: str) -> None:
    answer = alone.post(f"/api/v1/auth/{call}", json={"email": "asha@example.org"})
    assert answer.status_code == 503 and answer.mimetype == "application/problem+json"


def test_without_redis_whoever_is_signed_in_goes_on(alone: FlaskClient, asha: Doctor) -> None:
    sign_in(alone, asha)
    assert alone.get("/settings").status_code == alone.get("/accounts").status_code == 200
    assert alone.post("/logout").status_code == 303


def test_without_redis_nobody_guesses_at_the_proof(alone: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(alone, asha)
    clock.advance(minutes=16)
    assert alone.post("/settings/app").status_code == 200
    assert alone.post("/settings/app", data={"proof": "not the password"}).status_code == 503


def test_an_oversized_body_does_not_stop_the_counting(limited: FlaskClient) -> None:
    deep = b'{"email": ' + b"[" * 100_000
    assert limited.post("/api/v1/auth/login", data=deep, content_type="application/json").status_code == 400
    assert not extensions.limiter._storage_dead
