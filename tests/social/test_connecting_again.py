"""Connecting an account again in its place: the same one comes back, another one is refused by name."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import AccountOffer, Doctor, OAuthAttempt, SocialAccount
from tests.factories import make_account, make_post
from tests.page import Page
from tests.platforms.wire import Wire
from tests.signing_in import sign_in
from tests.social.answers import come_back, linkedin_pages, state_in, x_says_yes


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture
def broken(asha: Doctor) -> SocialAccount:
    """An account that X no longer lets us use."""
    return make_account(asha, remote_id="1500", handle="dr_asha", status="reconnect", trouble="refused")


def press(browser: FlaskClient) -> str:
    """Press "Connect again" on the page of accounts; the state that went along."""
    form = Page(browser.get("/accounts")).form("Connect again")
    return state_in(form.submit(browser, follow=False, check=False).response.headers["Location"])


def page_of(asha: Doctor, number: int, **changes: Any) -> SocialAccount:
    facts = {"connection": "organization", "remote_id": f"urn:li:organization:{number}"}
    return make_account(asha, "linkedin", **facts, **changes)


def test_the_same_account_comes_back_with_its_posts(
    browser: FlaskClient, wire: Wire, asha: Doctor, broken: SocialAccount
) -> None:
    post = make_post(asha, broken, status="held", publication={"held_for": "account"})
    state = press(browser)
    x_says_yes(wire, 2, id="1500", name="Dr. Asha M.")

    page = Page(browser.get(come_back(browser, state).headers["Location"]))

    db.session.expire_all()
    assert (broken.status, broken.trouble, broken.display_name) == ("connected", None, "Dr. Asha M.")
    assert post.publications[0].status == "scheduled"
    assert "Dr. Asha M. is connected." in page.text
    assert len(db.session.scalars(select(SocialAccount)).all()) == 1


def test_another_account_is_refused_by_both_names(
    browser: FlaskClient, wire: Wire, asha: Doctor, broken: SocialAccount
) -> None:
    post = make_post(asha, broken, status="held", publication={"held_for": "account"})
    state = press(browser)
    x_says_yes(wire, 2, id="9", name="Menon Family", handle="menons")

    response = come_back(browser, state)

    page = Page(response)
    assert response.status_code == 400 and page.heading == "That is another account"
    assert "You wanted to connect Dr. Asha Menon (@dr_asha) again" in page.text
    assert "signed in as Menon Family (@menons)" in page.text
    assert "sign out at X" in page.text and "press “Connect X account”" in page.text
    db.session.expire_all()
    assert broken.status == "reconnect" and post.publications[0].status == "held"
    assert len(db.session.scalars(select(SocialAccount)).all()) == 1


def test_a_plain_connect_may_still_bring_another_account(
    browser: FlaskClient, wire: Wire, broken: SocialAccount
) -> None:
    form = Page(browser.get("/accounts")).form("Connect X account")
    state = state_in(form.submit(browser, follow=False, check=False).response.headers["Location"])
    x_says_yes(wire, 2, id="9", name="Menon Family", handle="menons")
    come_back(browser, state)

    assert len(db.session.scalars(select(SocialAccount)).all()) == 2


def test_of_several_pages_the_meant_one_comes_back_without_a_choice(
    browser: FlaskClient, wire: Wire, asha: Doctor
) -> None:
    page_of(asha, 2, status="reconnect")
    state = press(browser)
    linkedin_pages(wire, "Menon Labs", "Menon Clinic", "Old Clinic")

    page = Page(browser.get(come_back(browser, state, "linkedin").headers["Location"]))

    (account,) = db.session.scalars(select(SocialAccount)).all()
    assert (account.remote_id, account.status) == ("urn:li:organization:2", "connected")
    assert page.heading == "Accounts" and db.session.scalars(select(AccountOffer)).all() == []


def test_the_other_pages_of_the_same_sign_in_are_renewed_too(
    browser: FlaskClient, wire: Wire, asha: Doctor
) -> None:
    meant, other = page_of(asha, 1, status="reconnect"), page_of(asha, 2)
    gone = page_of(asha, 3, status="disconnected")
    state = press(browser)
    linkedin_pages(wire, "Menon Labs", "Menon Clinic", "Old Clinic")

    come_back(browser, state, "linkedin")

    db.session.expire_all()
    for account in (meant, other):
        assert account.token and account.token.access == "AQV-SECRET"
    assert gone.status == "disconnected"


def test_a_page_that_the_doctor_no_longer_looks_after_is_refused(
    browser: FlaskClient, wire: Wire, asha: Doctor
) -> None:
    page_of(asha, 9, status="reconnect", display_name="Clinic Nine", handle=None)
    state = press(browser)
    linkedin_pages(wire, "Menon Labs", "Menon Clinic")

    text = Page(come_back(browser, state, "linkedin")).text
    assert "You wanted to connect Clinic Nine again" in text
    assert "signed in as Menon Labs (@page-1) and Menon Clinic (@page-2)" in text


def test_an_account_that_another_doctor_took_meanwhile_is_refused(
    browser: FlaskClient, wire: Wire, ben: Doctor, broken: SocialAccount
) -> None:
    state = press(browser)
    broken.status, broken.token = "disconnected", None
    db.session.commit()
    make_account(ben, remote_id="1500")
    x_says_yes(wire, 2, id="1500")

    assert Page(come_back(browser, state)).heading == "This account is taken"


def test_a_strangers_account_cannot_be_meant(browser: FlaskClient, ben: Doctor) -> None:
    account = make_account(ben, status="reconnect")

    for number in (str(account.id), "0", "x", "99999999999999999999", ""):
        assert browser.post("/social/connect/twitter", data={"account": number}).status_code == 404
    assert db.session.scalars(select(OAuthAttempt)).all() == []


def test_an_account_of_another_network_cannot_be_meant(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha, "linkedin")

    assert browser.post("/social/connect/twitter", data={"account": account.id}).status_code == 404
