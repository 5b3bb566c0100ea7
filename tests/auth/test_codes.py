"""The life of a code: answered once, by the right browser, in time, in five tries."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import Doctor, OneTimeCode
from tests.auth.conftest import Mailbox, fill_code, fill_login, fill_registration
from tests.conftest import Clock
from tests.page import Page


def newest_code() -> OneTimeCode:
    return db.session.scalars(select(OneTimeCode).order_by(OneTimeCode.id.desc())).first()  # type: ignore[return-value]


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_a_wrong_code_counts_as_an_attempt(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = fill_login(client, "asha@example.org")
    fill_code(page, client, wrong(mailbox.code_for("asha@example.org")))
    assert newest_code().tries == 1


def test_after_five_wrong_tries_the_right_code_is_refused(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    for _ in range(5):
        fill_code(page, client, wrong(digits))
    refused = fill_code(page, client, digits)
    assert refused.error_of("Code") == "There were too many wrong tries. Ask for a new code."


def test_the_fifth_try_may_still_be_right(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    for _ in range(4):
        fill_code(page, client, wrong(digits))
    assert fill_code(page, client, digits).status == 303


def test_a_code_works_once(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    with client.session_transaction() as session:
        remembered = dict(session)
    assert fill_code(page, client, digits).status == 303
    client.post("/logout")
    with client.session_transaction() as session:
        session.update(remembered)
    assert fill_code(page, client, digits).error_of("Code")


def test_a_code_is_over_after_ten_minutes(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    clock.advance(minutes=10)
    assert fill_code(page, client, digits).error_of("Code") == "This code is too old. Ask for a new one."


def test_a_code_still_works_in_the_tenth_minute(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    clock.advance(minutes=9, seconds=59)
    assert fill_code(page, client, digits).status == 303


def test_a_code_works_only_in_the_browser_that_asked(
    app: Flask, client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    other = app.test_client()
    page = fill_registration(other, "somebody@example.org")
    assert fill_code(page, other, digits).error_of("Code")
    assert app.test_client().get("/confirm").location == "/login"


def test_another_doctors_code_does_not_work(
    app: Flask, client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    other = app.test_client()
    fill_registration(other, "ben@example.org")
    page = fill_login(client, "asha@example.org")
    mailbox.fetch()
    assert fill_code(page, client, mailbox.code_for("ben@example.org")).error_of("Code")


def test_a_code_for_a_new_password_signs_nobody_in(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    form = Page(client.get("/forgot-password")).form("Send the code")
    form.fill(Email="asha@example.org").submit(client)
    assert client.get("/confirm").location == "/login"


def test_asking_again_too_early_says_how_long_to_wait(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    assert "You can ask for a new one in 60 seconds." in page.text
    clock.advance(seconds=50)
    page = page.form("Send a new code").submit(client)
    assert "You can ask for another one in 10 seconds." in page.text
    assert len(mailbox.to("asha@example.org")) == 1


def test_a_new_code_ends_the_old_one(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    old = mailbox.code_for("asha@example.org")
    clock.advance(seconds=60)
    page = page.form("Send a new code").submit(client)
    assert "A new letter is on its way." in page.text
    new = mailbox.code_for("asha@example.org")
    if old != new:
        assert fill_code(page, client, old).error_of("Code")
    assert fill_code(page, client, new).status == 303


def test_the_wait_grows(client: FlaskClient, mailbox: Mailbox, clock: Clock) -> None:
    page = fill_registration(client, "asha@example.org")
    waits = []
    for _ in range(4):
        before = clock.at
        while "A letter is on its way" in (page := page.form("Send a new code").submit(client)).text:
            clock.advance(seconds=10)
        waits.append(int((clock.at - before).total_seconds()))
    assert waits == [60, 120, 300, 600]


def test_waiting_is_alike_for_an_address_without_an_account(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    seen = []
    for email in ("asha@example.org", "asho@example.org"):
        page = Page(client.get("/forgot-password")).form("Send the code").fill(Email=email).submit(client)
        early = page.form("Send a new code").submit(client)
        seen.append((page.text + early.text).replace("asho@", "asha@"))
    assert seen[0] == seen[1]


def test_a_letter_for_a_replaced_code_is_not_sent(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    page = fill_login(client, "asha@example.org")
    clock.advance(seconds=61)
    page.form("Send a new code").submit(client)
    assert len(mailbox.to("asha@example.org")) == 1


@pytest.mark.parametrize("address", ["/confirm", "/reset-password"])
def test_without_a_question_there_is_nothing_to_answer(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 303
    assert client.post(address, data={"code": "123456"}).status_code == 303


def test_patience_does_not_find_the_digits(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    for _ in range(10):
        page = fill_login(client, "asha@example.org")
        digits = wrong(mailbox.code_for("asha@example.org"))
        for _ in range(5):
            fill_code(page, client, digits)
    refused = fill_login(client, "asha@example.org")
    assert refused.status == 429
    assert "too many wrong codes today" in refused.text
    clock.advance(days=1, seconds=1)
    assert fill_login(client, "asha@example.org").heading == "Check your mail"
