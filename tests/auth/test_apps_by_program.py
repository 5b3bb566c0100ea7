"""Signing in by JSON with an authenticator app: no letter's code goes round it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.auth import codes, flows
from portal.auth.asking import Asker
from portal.auth.inputs import Credentials
from portal.models import Doctor, OneTimeCode
from tests.auth.apps import Phone, set_up
from tests.auth.conftest import PASSWORD, Mailbox
from tests.conftest import Clock

EMAIL = "asha@example.org"


@pytest.fixture
def owned(asha: Doctor, clock: Clock) -> tuple[Phone, list[str]]:
    found = set_up(asha.user)
    clock.advance(minutes=1)
    return found


def send(client: FlaskClient, call: str, **body: str) -> Any:
    return client.post(f"/api/v1/auth/{call}", json=body)


def test_the_apps_code_gives_a_token_and_no_letter_comes(
    client: FlaskClient, mailbox: Mailbox, owned: tuple[Phone, list[str]]
) -> None:
    mailbox.fetch()
    before = len(mailbox.letters)
    told = send(client, "login", email=EMAIL, password=PASSWORD).get_json()
    assert "authenticator app" in told["message"] and told["expires_in_minutes"] == 10

    answer = send(client, "verify-login", email=EMAIL, otp_code=owned[0].digits())

    assert answer.get_json()["access_token"]
    assert len(mailbox.fetch()) == before


def test_a_recovery_code_works_once(client: FlaskClient, owned: tuple[Phone, list[str]]) -> None:
    came = []
    for _ in range(2):
        send(client, "login", email=EMAIL, password=PASSWORD)
        came.append(send(client, "verify-login", email=EMAIL, otp_code=owned[1][0]).status_code)
    assert came == [200, 422]


def test_asking_for_a_letter_again_sends_none(
    client: FlaskClient, mailbox: Mailbox, owned: tuple[Phone, list[str]]
) -> None:
    mailbox.fetch()
    before = len(mailbox.letters)
    send(client, "login", email=EMAIL, password=PASSWORD)
    assert send(client, "resend-otp", email=EMAIL, purpose="login").status_code == 202
    assert len(mailbox.fetch()) == before


def test_an_older_letters_code_gives_no_token(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    send(client, "login", email=EMAIL, password=PASSWORD)
    digits = mailbox.code_for(EMAIL)
    set_up(asha.user)
    assert send(client, "verify-login", email=EMAIL, otp_code=digits).status_code == 422
    clock.advance(minutes=2)
    send(client, "resend-otp", email=EMAIL, purpose="login")
    assert send(client, "verify-login", email=EMAIL, otp_code=mailbox.code_for(EMAIL)).status_code == 422


def test_a_recovery_code_is_no_answer_to_a_letter(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    send(client, "login", email=EMAIL, password=PASSWORD)
    answer = send(client, "verify-login", email=EMAIL, otp_code="ABCDEFGHIJKLMNOP")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/otp_code"]


def test_a_browsers_question_is_not_answered_by_a_program(
    client: FlaskClient, owned: tuple[Phone, list[str]]
) -> None:
    question = flows.sign_in(Credentials(email=EMAIL, password=PASSWORD), Asker("192.0.2.1"))
    assert isinstance(question, OneTimeCode) and question.purpose == "authenticator"
    assert codes.newest(EMAIL, "login", "authenticator") is None
