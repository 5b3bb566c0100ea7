"""Registering and signing in by JSON."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.auth import passwords
from portal.extensions import db
from portal.models import Doctor, User
from tests import factories
from tests.auth.conftest import PASSWORD, Mailbox, fill_login
from tests.conftest import Clock

ASHA = {"full_name": "Dr. Asha Menon", "email": "asha@example.org", "password": PASSWORD}


def send(client: FlaskClient, call: str, **body: Any) -> TestResponse:
    return client.post(f"/api/v1/auth/{call}", json=body)


def with_password(doctor: Doctor) -> Doctor:
    doctor.user.password_digest = passwords.digest(PASSWORD)
    return factories.save(doctor)


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def pointers(response: TestResponse) -> list[str]:
    assert response.status_code == 422, response.text
    return [entry["pointer"] for entry in response.get_json()["errors"]]


def test_a_doctor_joins_and_calls(client: FlaskClient, mailbox: Mailbox) -> None:
    told = send(client, "register", **ASHA)
    assert told.status_code == 202
    assert told.get_json() == {
        "message": "We sent a code to this address. It works for ten minutes.",
        "email": "asha@example.org",
        "expires_in_minutes": 10,
    }
    token = send(
        client, "verify-registration", email="asha@example.org", otp_code=mailbox.code_for("asha@example.org")
    ).get_json()
    assert (token["token_type"], token["expires_in"]) == ("bearer", 3600)
    header = {"Authorization": f"Bearer {token['access_token']}"}
    assert client.get("/api/v1/doctor/profile", headers=header).get_json()["full_name"] == "Dr. Asha Menon"


def test_any_field_of_the_profile_may_come_along(client: FlaskClient, mailbox: Mailbox) -> None:
    send(
        client,
        "register",
        **ASHA,
        clinic_name="Heart House",
        years_of_experience=12,
        timezone="Europe/London",
    )
    doctor = db.session.scalars(User.by_email("asha@example.org")).one().doctor
    assert doctor is not None
    assert (doctor.clinic_name, doctor.years_of_experience, doctor.timezone) == (
        "Heart House",
        12,
        "Europe/London",
    )


def test_a_known_address_gets_the_same_answer(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    known = send(client, "register", **ASHA)
    unknown = send(client, "register", **ASHA | {"email": "asho@example.org"})
    assert known.status_code == unknown.status_code == 202
    assert known.text == unknown.text.replace("asho@", "asha@")
    assert mailbox.to("asha@example.org")[-1].subject == "You already have an account"


def test_a_known_address_is_refused_like_an_unknown_one(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    before = db.session.scalar(select(func.count(User.id)))
    answers = [
        send(client, "register", **ASHA | {"email": email, "speciality_id": 999})
        for email in ("asha@example.org", "new@example.org")
    ]
    assert pointers(answers[0]) == pointers(answers[1]) == ["/speciality_id"]
    assert db.session.scalar(select(func.count(User.id))) == before


def test_a_known_address_keeps_its_profile(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    send(client, "register", **ASHA | {"full_name": "Somebody Else", "clinic_name": "Heart House"})
    assert (asha.full_name, asha.clinic_name) == ("Dr. Asha Menon", None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"password": "password1234"}, "/password"),
        ({"password": "asha@example.org"}, "/password"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"password": None}, "/password"),
        ({"email": "asha"}, "/email"),
        ({"full_name": ""}, "/full_name"),
        ({"full_name": "\x00"}, "/full_name"),
        ({"full_name": "x" * 10_000}, "/full_name"),
        ({"is_verified": "verified"}, "/is_verified"),
        ({"years_of_experience": "12"}, "/years_of_experience"),
    ],
)
def test_what_cannot_be_taken_has_its_pointer(
    client: FlaskClient, mailbox: Mailbox, change: dict[str, Any], pointer: str
) -> None:
    assert pointers(send(client, "register", **ASHA | change)) == [pointer]


def test_signing_in_takes_password_and_code(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    with_password(asha)
    told = send(client, "login", email="Asha@Example.org", password=PASSWORD)
    assert (told.status_code, told.get_json()["expires_in_minutes"]) == (200, 10)
    digits = mailbox.code_for("asha@example.org")
    assert send(client, "verify-login", email="asha@example.org", otp_code=digits).get_json()["access_token"]
    assert pointers(send(client, "verify-login", email="asha@example.org", otp_code=digits)) == ["/otp_code"]


def test_wrong_credentials_are_401_whoever_asks(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    with_password(asha)
    wrong_password = send(client, "login", email="asha@example.org", password="not the password")
    unknown = send(client, "login", email="asho@example.org", password="not the password")
    assert wrong_password.status_code == unknown.status_code == 401
    assert wrong_password.headers["WWW-Authenticate"] == 'Bearer realm="Doctors\' portal"'
    assert wrong_password.text == unknown.text
    assert wrong_password.mimetype == "application/problem+json"


def test_a_wrong_code_reads_the_same_for_every_address(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    with_password(asha)
    send(client, "login", email="asha@example.org", password=PASSWORD)
    digits = wrong(mailbox.code_for("asha@example.org"))
    known = [send(client, "verify-login", email="asha@example.org", otp_code=digits) for _ in range(6)]
    unknown = send(client, "verify-login", email="asho@example.org", otp_code=digits)
    assert {answer.text for answer in known} == {unknown.text}


def test_five_wrong_codes_end_the_code(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    with_password(asha)
    send(client, "login", email="asha@example.org", password=PASSWORD)
    digits = mailbox.code_for("asha@example.org")
    for _ in range(5):
        send(client, "verify-login", email="asha@example.org", otp_code=wrong(digits))
    assert pointers(send(client, "verify-login", email="asha@example.org", otp_code=digits)) == ["/otp_code"]


def test_a_code_that_a_browser_asked_for_opens_no_program(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    with_password(asha)
    fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    assert pointers(send(client, "verify-login", email="asha@example.org", otp_code=digits)) == ["/otp_code"]


def test_a_code_serves_one_purpose(client: FlaskClient, mailbox: Mailbox) -> None:
    send(client, "register", **ASHA)
    digits = mailbox.code_for("asha@example.org")
    assert pointers(send(client, "verify-login", email="asha@example.org", otp_code=digits)) == ["/otp_code"]


def test_another_code_can_be_asked_for_after_a_minute(
    client: FlaskClient, mailbox: Mailbox, clock: Clock
) -> None:
    send(client, "register", **ASHA)
    early = send(client, "resend-otp", email="asha@example.org", purpose="registration")
    assert (early.status_code, early.headers["Retry-After"]) == (429, "60")
    old = mailbox.code_for("asha@example.org")
    clock.advance(seconds=60)
    again = send(client, "resend-otp", email="asha@example.org", purpose="registration")
    assert (again.status_code, again.get_json()["email"]) == (202, "asha@example.org")
    new = mailbox.code_for("asha@example.org")
    if old != new:
        assert pointers(send(client, "verify-registration", email="asha@example.org", otp_code=old))
    assert send(client, "verify-registration", email="asha@example.org", otp_code=new).status_code == 200


def test_knowing_the_address_is_not_enough_for_a_code(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    told = send(client, "resend-otp", email="asha@example.org", purpose="login")
    assert told.status_code == 202
    assert mailbox.fetch() == []


def test_asking_again_is_alike_for_every_address(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    for purpose in ("registration", "login"):
        seen = []
        for email in ("asha@example.org", "asho@example.org"):
            first = send(client, "resend-otp", email=email, purpose=purpose)
            second = send(client, "resend-otp", email=email, purpose=purpose)
            seen.append(
                (first.status_code, second.status_code, first.text.replace("asho@", "asha@"), second.text)
            )
        assert seen[0] == seen[1]


def test_asking_for_a_stranger_does_not_end_the_strangers_code(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    with_password(asha)
    page = fill_login(client, "asha@example.org")
    clock.advance(minutes=2)
    send(client.application.test_client(), "resend-otp", email="asha@example.org", purpose="login")
    digits = mailbox.code_for("asha@example.org")
    form = page.form("Continue").fill(Code=digits)
    assert form.submit(client, follow=False).status == 303


@pytest.mark.parametrize("purpose", ["reset", "", "LOGIN", None])
def test_another_purpose_is_not_known(client: FlaskClient, purpose: str | None) -> None:
    assert pointers(send(client, "resend-otp", email="asha@example.org", purpose=purpose)) == ["/purpose"]


def test_whoever_never_confirmed_gets_the_registrations_code(client: FlaskClient, mailbox: Mailbox) -> None:
    send(client, "register", **ASHA)
    assert send(client, "login", email="asha@example.org", password=PASSWORD).status_code == 200
    digits = mailbox.code_for("asha@example.org")
    assert send(client, "verify-registration", email="asha@example.org", otp_code=digits).status_code == 200


def test_an_administrator_signs_in_likewise(client: FlaskClient, mailbox: Mailbox, carla: User) -> None:
    carla.password_digest = passwords.digest(PASSWORD)
    factories.save(carla)
    send(client, "login", email="carla@example.org", password=PASSWORD)
    digits = mailbox.code_for("carla@example.org")
    assert send(client, "verify-login", email="carla@example.org", otp_code=digits).status_code == 200


@pytest.mark.parametrize("otp_code", ["", "12345", 123456, None, "12345a", ["123456"]])
def test_what_is_no_code_is_said_so(client: FlaskClient, otp_code: Any) -> None:
    assert pointers(send(client, "verify-login", email="asha@example.org", otp_code=otp_code)) == [
        "/otp_code"
    ]


@pytest.mark.parametrize("call", ["register", "resend-otp", "verify-registration", "login", "verify-login"])
@pytest.mark.parametrize("body", [b"", b"not json", b"[" * 100_000, b"\xff", b'{"email": "a", "email": "b"}'])
def test_a_body_that_is_no_json_is_refused(client: FlaskClient, call: str, body: bytes) -> None:
    answer = client.post(f"/api/v1/auth/{call}", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


def test_programs_get_no_cookie(client: FlaskClient, mailbox: Mailbox) -> None:
    assert "Set-Cookie" not in send(client, "register", **ASHA).headers
