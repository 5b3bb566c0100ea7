"""Joining, on the pages."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.auth import passwords
from portal.extensions import db
from portal.models import Doctor, OneTimeCode, User
from tests.auth.conftest import PASSWORD, Mailbox, fill_code, fill_registration
from tests.conftest import Clock
from tests.page import Page


def user_of(email: str) -> User | None:
    return db.session.scalar(User.by_email(email))


def test_a_doctor_joins_with_the_code_from_the_letter(client: FlaskClient, mailbox: Mailbox) -> None:
    page = fill_registration(client, "asha@example.org")
    assert page.heading == "Check your mail"
    fill_code(page, client, mailbox.code_for("asha@example.org"))
    user = user_of("asha@example.org")
    assert user and user.confirmed_at and user.doctor and user.doctor.full_name == "Dr. Asha Menon"
    assert client.get("/logout").status_code == 200  # signed in: the page asks


def test_without_the_code_the_account_opens_nothing(client: FlaskClient, mailbox: Mailbox) -> None:
    fill_registration(client, "asha@example.org")
    assert client.get("/logout").status_code == 302


def test_an_address_is_one_and_the_same_in_capitals(client: FlaskClient, mailbox: Mailbox) -> None:
    page = fill_registration(client, " Asha@Example.ORG ")
    fill_code(page, client, mailbox.code_for("asha@example.org"))
    assert user_of("ASHA@example.org")


def test_a_known_address_sees_the_same_page_and_gets_another_letter(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    known, unknown = (fill_registration(client, a) for a in ("asha@example.org", "asho@example.org"))
    assert known.text == unknown.text.replace("asho@", "asha@")
    assert (known.status, known.address) == (unknown.status, unknown.address)
    assert mailbox.to("asha@example.org")[-1].subject == "You already have an account"
    assert passwords.is_right(PASSWORD, asha.user.password_digest)


def test_a_known_and_an_unknown_address_cost_one_hash_each(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real = passwords.bcrypt.hashpw
    monkeypatch.setattr(passwords.bcrypt, "hashpw", lambda *a: calls.append("hash") or real(*a))
    fill_registration(client, "asha@example.org")
    assert len(calls) == 1
    fill_registration(client, "new@example.org")
    assert len(calls) == 2


def test_a_strangers_page_accepts_no_code_for_a_known_address(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    page = fill_registration(client, "asha@example.org")
    refused = fill_code(page, client, "000000")
    assert refused.error_of("Code") == "That is not the code. Check the newest letter and try again."


@pytest.mark.parametrize(
    ("label", "typed", "words"),
    [
        ("Full name", "", "Enter your full name, as patients know you."),
        ("Full name", "   ", "Enter your full name, as patients know you."),
        ("Full name", "x" * 121, "Enter your full name, as patients know you."),
        ("Full name", "Asha\x00", "Enter your full name, as patients know you."),
        ("Email", "", "Enter an email address such as asha@clinic.example."),
        ("Email", "asha", "Enter an email address such as asha@clinic.example."),
        ("Email", "a\r\nBcc: b@example.org", "Enter an email address such as asha@clinic.example."),
        ("Email", "👩‍⚕️@example.org", "Enter an email address such as asha@clinic.example."),
        ("Email", "a" * 300 + "@example.org", "Enter an email address such as asha@clinic.example."),
        ("Email", "a\x00@example.org", "Enter an email address such as asha@clinic.example."),
        ("Password", "", "Enter a password of at least 12 characters."),
        ("Password", "eleven char", "Enter a password of at least 12 characters."),
        ("Password", "é" * 129, "Enter a password of at most 128 characters."),
        ("Password", "password1234", "Choose another password: this one is easy to guess."),
        ("Password", "123456789012", "Choose another password: this one is easy to guess."),
        ("Password", "qwertyuiop[]", "Choose another password: this one is easy to guess."),
        ("Password", " " * 20, "Choose another password: this one is easy to guess."),
        ("Password", "asha.menon@example.org", "Choose another password: this one is made of your name"),
        ("Password", "Dr. Asha Menon 26", "Choose another password: this one is made of your name"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    client: FlaskClient, mailbox: Mailbox, label: str, typed: str, words: str
) -> None:
    values = {"Email": "asha.menon@example.org"} | {label: typed}
    page = fill_registration(client, values.pop("Email"), **values)
    assert page.status == 422
    assert (page.error_of(label) or "").startswith(words)
    assert page.value_of("Password") == ""
    if label != "Full name":
        assert page.value_of("Full name") == "Dr. Asha Menon"
    assert mailbox.fetch() == []


@pytest.mark.parametrize(
    "password",
    [
        "🙂 🙃 🙂 a 🙃 🙂 b 🙃",
        "मेरा पासवर्ड बहुत लंबा है और याद रहता है इसलिए अच्छा है मित्र अंत",
        "كلمة مرور طويلة جدا هنا",
        "  leading and trailing  ",
        "a quiet\x00 nul in here",
        "क" * 64,
        "Long enough to be 128 characters, not one more and not one less. " + "z" * 63,
    ],
)
def test_any_letter_may_be_in_a_password(client: FlaskClient, mailbox: Mailbox, password: str) -> None:
    page = fill_registration(client, "asha@example.org", Password=password)
    assert page.heading == "Check your mail"
    assert passwords.is_right(password, user_of("asha@example.org").password_digest)  # type: ignore[union-attr]


def test_a_name_from_right_to_left_is_kept(client: FlaskClient, mailbox: Mailbox) -> None:
    fill_registration(client, "layla@example.org", **{"Full name": "د. ليلى عبد الرحمن"})
    assert user_of("layla@example.org").doctor.full_name == "د. ليلى عبد الرحمن"  # type: ignore[union-attr]


def test_nobody_sends_words_of_their_own_to_a_stranger(client: FlaskClient, mailbox: Mailbox) -> None:
    fill_registration(client, "asha@example.org", **{"Full name": "You won, call 555"})
    [letter] = mailbox.to("asha@example.org")
    assert "You won" not in letter.body + letter.html + letter.subject


def test_a_stranger_who_registers_the_address_too_does_not_set_the_password(
    client: FlaskClient, mailbox: Mailbox, app: "object"
) -> None:
    owner = fill_registration(client, "asha@example.org")
    code = mailbox.code_for("asha@example.org")
    stranger = client.application.test_client()
    fill_registration(stranger, "asha@example.org", Password="a stranger's password")
    refused = fill_code(owner, client, code)
    assert refused.error_of("Code") == "This code is no longer valid. Use the code from the newest letter."
    # The newest letter belongs to the stranger's browser, and works in no other.
    assert fill_code(owner, client, mailbox.code_for("asha@example.org")).error_of("Code")


def test_the_owner_asks_again_and_gets_the_own_password(
    client: FlaskClient, mailbox: Mailbox, clock: Clock
) -> None:
    page = fill_registration(client, "asha@example.org")
    fill_registration(client.application.test_client(), "asha@example.org", Password="a stranger's password")
    clock.advance(minutes=3)
    page = page.form("Send a new code").submit(client)
    fill_code(page, client, mailbox.code_for("asha@example.org"))
    user = user_of("asha@example.org")
    assert user and user.confirmed_at and passwords.is_right(PASSWORD, user.password_digest)


def test_the_sixth_letter_in_an_hour_has_to_wait(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    for email in ("asha@example.org", "new@example.org"):
        for _ in range(5):
            assert fill_registration(client, email).heading == "Check your mail"
        page = fill_registration(client, email)
        assert page.status == 429
        assert int(page.response.headers["Retry-After"]) > 3000
        assert "We have sent several letters to this address." in page.errors[0]


def test_every_form_needs_its_token(client: FlaskClient, csrf_on: None) -> None:
    for address in ("/register", "/login", "/forgot-password", "/logout", "/confirm/resend"):
        assert client.post(address, data={"email": "a@example.org"}).status_code == 400, address
    page = fill_registration(client, "asha@example.org")
    assert page.heading == "Check your mail"


def test_nothing_of_a_registration_lies_about(
    client: FlaskClient, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    fill_registration(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    written = "".join(capfd.readouterr())
    assert digits not in written and PASSWORD not in written and "asha@example.org" not in written
    code = db.session.scalars(select(OneTimeCode)).one()
    assert digits not in str(code.digest)


def test_the_page_can_be_reached(client: FlaskClient) -> None:
    page = Page(client.get("/register"))
    assert page.labels == ["Full name", "Email", "Password"]
    assert page.links["Sign in"] == "/login"
