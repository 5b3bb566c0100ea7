"""A forgotten password."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.api import tokens
from portal.auth import passwords, trust
from portal.extensions import db
from portal.models import BrowserSession, Doctor, TrustedBrowser, User
from tests import factories
from tests.auth.conftest import PASSWORD, Mailbox, fill_code, fill_login
from tests.page import Page
from tests.signing_in import sign_in

NEW = "five other quiet words"


def ask(client: FlaskClient, email: str) -> Page:
    form = Page(client.get("/forgot-password")).form("Send the code")
    return form.fill(Email=email).submit(client)


def choose(page: Page, client: FlaskClient, code: str, password: str = NEW) -> Page:
    return page.form("Save the new password").fill(Code=code, Password=password).submit(client)


def test_a_new_password_is_set_with_the_code(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = ask(client, "asha@example.org")
    page = choose(page, client, mailbox.code_for("asha@example.org"))
    assert page.heading == "Sign in"
    assert "Your new password is set." in page.text
    assert fill_login(client, "asha@example.org", PASSWORD).status == 422
    assert fill_login(client, "asha@example.org", NEW).heading == "Check your mail"


def test_it_ends_every_session_and_token_and_says_so(
    app: Flask, client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    sign_in(app.test_client(), asha)
    trust.remember(asha.user, "word", None)
    token = tokens.issue(asha.user)
    choose(ask(client, "asha@example.org"), client, mailbox.code_for("asha@example.org"))
    assert db.session.scalar(select(func.count(BrowserSession.id))) == 0
    assert db.session.scalar(select(func.count(TrustedBrowser.id))) == 0
    assert tokens.owner(token) is None
    assert mailbox.to("asha@example.org")[-1].subject == "Your password was changed"


def test_it_still_asks_for_a_code_to_sign_in(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    choose(ask(client, "asha@example.org"), client, mailbox.code_for("asha@example.org"))
    assert client.get("/logout").status_code == 302


def test_an_unknown_address_sees_the_same_page(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    known, unknown = ask(client, "asha@example.org"), ask(client, "asho@example.org")
    assert known.text == unknown.text.replace("asho@", "asha@")
    assert mailbox.to("asho@example.org")[-1].subject == "There is no account with this address"
    assert choose(unknown, client, "000000").error_of("Code")


def test_a_wrong_code_changes_nothing(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = ask(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    refused = choose(page, client, f"{(int(digits) + 1) % 10**6:06d}")
    assert refused.error_of("Code")
    assert passwords.is_right(PASSWORD, asha.user.password_digest)


def test_a_weak_password_costs_no_try(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = ask(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    assert choose(page, client, digits, "short").error_of("Password")
    assert "name or email" in (choose(page, client, digits, "Dr. Asha Menon").error_of("Password") or "")
    assert choose(page, client, digits).heading == "Sign in"


def test_a_sign_in_code_from_before_is_dead(
    app: Flask, client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    thief = app.test_client()
    waiting = fill_login(thief, "asha@example.org")
    stolen = mailbox.code_for("asha@example.org")
    choose(ask(client, "asha@example.org"), client, mailbox.code_for("asha@example.org"))
    assert fill_code(waiting, thief, stolen).error_of("Code")


def test_an_administrator_likewise(client: FlaskClient, mailbox: Mailbox, carla: User) -> None:
    page = choose(ask(client, "carla@example.org"), client, mailbox.code_for("carla@example.org"))
    assert page.heading == "Sign in"


def test_whoever_never_confirmed_is_confirmed_by_it(client: FlaskClient, mailbox: Mailbox) -> None:
    user = factories.make_user(email="late@example.org", confirmed_at=None)
    choose(ask(client, "late@example.org"), client, mailbox.code_for("late@example.org"))
    assert user.confirmed_at


def test_a_disabled_account_gets_no_code(client: FlaskClient, mailbox: Mailbox) -> None:
    user = factories.make_user(email="gone@example.org")
    user.disabled_at = user.confirmed_at
    db.session.commit()
    ask(client, "gone@example.org")
    assert mailbox.to("gone@example.org")[-1].subject == "There is no account with this address"
