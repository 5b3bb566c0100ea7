"""Another address or password, and how the owner undoes what somebody else did."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.auth import authenticators
from portal.extensions import db
from portal.models import ApiKey, BrowserSession, CalendarSetting, Doctor, WayBack, Webhook
from tests import factories
from tests.auth.apps import set_up
from tests.auth.conftest import PASSWORD, Mailbox, fill_login
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in

OLD, NEW = "asha@example.org", "asha.new@example.org"
OTHER = "seven slow green boats"


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def add_doors(doctor: Doctor) -> tuple[ApiKey, Webhook]:
    """A key, and an address that is told what happens."""
    key, _ = ApiKey.mint(doctor, "Key", ["posts"], None)
    hook = Webhook(
        doctor_id=doctor.id, url="https://x.example/", kinds=["publication.failed"], sealed_secret="x"
    )
    db.session.add_all([key, hook])
    db.session.commit()
    return key, hook


def ask(browser: FlaskClient, email: str = NEW) -> Page:
    page = Page(browser.get("/settings")).follow(browser, "Change your email address")
    return page.form("Send the code").fill({"New email address": email}).submit(browser)


def move(browser: FlaskClient, mailbox: Mailbox) -> Page:
    """Change the address, with the code from the new mailbox."""
    page = ask(browser)
    return page.form("Use this address").fill(Code=mailbox.code_for(NEW)).submit(browser)


def change_password(browser: FlaskClient) -> None:
    form = Page(browser.get("/settings")).form("Change password")
    form.fill({"Current password": PASSWORD, "New password": OTHER}).submit(browser)


def undo_link(mailbox: Mailbox, address: str) -> str:
    found = re.search(r"/undo/\S+", mailbox.to(address)[-1].body)
    assert found
    return found[0]


def undo(client: FlaskClient, link: str) -> Page:
    return Page(client.get(link)).form("It was not me: undo it").submit(client)


def test_the_address_changes_with_a_code_to_the_new_one(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    page = move(browser, mailbox)

    assert "Your new email address is set." in page.text and asha.user.email == NEW
    letter = mailbox.to(OLD)[-1]
    assert letter.subject == "Your email address was changed" and NEW in letter.body
    assert "The email address was changed" in page.text
    assert "Dr. Asha" not in mailbox.to(NEW)[0].body


def test_a_wrong_code_changes_nothing(browser: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = ask(browser)
    digits = mailbox.code_for(NEW)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    assert page.form("Use this address").fill(Code=wrong).submit(browser).error_of("Code")
    assert asha.user.email == OLD


def test_an_address_of_somebody_else_looks_the_same(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    factories.make_user(email=NEW)

    page = ask(browser)

    assert page.heading == "Check the new mailbox"
    assert mailbox.to(NEW)[-1].subject == "You already have an account"
    page.form("Use this address").fill(Code="123456").submit(browser)
    assert asha.user.email == OLD


def test_the_code_signs_nobody_in(browser: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    ask(browser)
    answer = browser.post("/confirm", data={"code": mailbox.code_for(NEW)})
    assert answer.location == "/login"


def test_the_browser_goes_on_under_a_new_id(browser: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    before = db.session.scalars(select(BrowserSession.digest)).one()
    move(browser, mailbox)
    assert db.session.scalars(select(BrowserSession.digest)).one() != before


def test_another_address_asks_for_fresh_proof(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    clock.advance(minutes=16)
    page = ask(browser)
    assert page.heading == "Is it still you?"
    assert page.form("Go on").fill(Password=PASSWORD).submit(browser).heading == "Check the new mailbox"


def test_the_owner_gets_the_address_back_and_everybody_is_out(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    set_up(asha.user)
    move(browser, mailbox)
    owner = browser.application.test_client()

    page = undo(owner, undo_link(mailbox, OLD))

    assert page.heading == "Forgot your password?" and "It is undone" in page.text
    assert asha.user.email == OLD and authenticators.of(asha.user) is None
    assert db.session.scalar(select(func.count(BrowserSession.id))) == 0
    assert fill_login(owner, OLD).errors == ["The email address or the password is not right."]


def test_what_a_stranger_made_for_programs_is_shut_and_what_is_older_stays(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    set_up(asha.user)
    own = add_doors(asha)
    clock.advance(hours=5)
    change_password(sign_in(browser, asha))
    theirs = add_doors(asha)
    db.session.add(CalendarSetting(doctor_id=asha.id, feed_digest="x", feed_made_at=clock.at))
    db.session.commit()

    undo(browser.application.test_client(), undo_link(mailbox, OLD))

    assert authenticators.of(asha.user) is not None
    db.session.expire_all()
    assert (own[0].revoked_at, own[1].disabled_at) == (None, None)
    assert theirs[0].revoked_at and theirs[1].disabled_at
    assert db.session.scalars(select(CalendarSetting.feed_digest)).all() == [None]


def test_a_changed_password_is_undone_by_letter(browser: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    change_password(browser)
    undo(browser, undo_link(mailbox, OLD))
    for password in (PASSWORD, OTHER):
        assert fill_login(browser, OLD, password).status == 422


def test_a_stranger_who_moved_on_twice_does_not_come_back_by_a_letter_of_their_own(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    move(browser, mailbox)
    page = ask(browser, "third@example.org")
    page.form("Use this address").fill(Code=mailbox.code_for("third@example.org")).submit(browser)
    theirs = undo_link(mailbox, NEW)

    undo(browser.application.test_client(), undo_link(mailbox, OLD))

    assert browser.get(theirs).location == "/forgot-password"
    browser.post(theirs)
    assert asha.user.email == OLD


def test_opening_the_link_alone_does_nothing(browser: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    move(browser, mailbox)
    answer = browser.get(undo_link(mailbox, OLD))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert asha.user.email == NEW


@pytest.mark.parametrize("days", [7, 30])
def test_after_seven_days_it_stays(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock, days: int
) -> None:
    move(browser, mailbox)
    link = undo_link(mailbox, OLD)
    clock.advance(days=days)
    assert browser.get(link).location == "/forgot-password" and asha.user.email == NEW


def test_it_works_once_and_only_its_digest_is_kept(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    move(browser, mailbox)
    link = undo_link(mailbox, OLD)
    assert link.rsplit("/", 1)[-1] not in (db.session.scalars(select(WayBack.digest)).one() or "")
    undo(browser, link)
    assert "no longer good" in Page(browser.get(link, follow_redirects=True)).text


def test_an_address_that_somebody_took_meanwhile_is_not_taken_from_them(
    browser: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    move(browser, mailbox)
    factories.make_user(email=OLD)
    page = Page(browser.get(undo_link(mailbox, OLD))).form("It was not me: undo it")
    assert "cannot be undone" in page.submit(browser.application.test_client()).text
    assert asha.user.email == NEW
