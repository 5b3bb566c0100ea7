"""Connecting through the practice network's own consent pages, and what its tokens then do."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import http
from portal.extensions import db
from portal.models import Doctor, SocialAccount
from portal.platforms.base import Content
from portal.platforms.errors import TokenEnded
from portal.sandbox.running import RunningSandbox, start_sandbox
from portal.social import refreshing
from tests.conftest import Clock
from tests.page import Page
from tests.sandbox.client import Browser, Net
from tests.signing_in import sign_in


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def net(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Net:
    monkeypatch.setattr(http, "_outside", http.Outside(sandbox.url))
    return Net(sandbox.url)


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def connect(
    browser: FlaskClient, net: Net, button: str, answer: str = "allow", there: Browser | None = None
) -> Page:
    """Press a connect button, then a button of the consent page; the portal's page at the end.

    `there` is the browser as the network knows it: another one is another person.
    """
    form = Page(browser.get("/accounts")).form(button)
    leads_to = form.submit(browser, follow=False, check=False).response.headers["Location"]
    back = (there or Browser(net)).press(leads_to.removeprefix(net.url), answer).headers["Location"]
    parts = urlsplit(back)
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1:8000"
    return Page(browser.get(f"{parts.path}?{parts.query}", follow_redirects=True))


def the_account() -> SocialAccount:
    return db.session.scalars(select(SocialAccount)).one()


def publish(account: SocialAccount, text: str) -> Any:
    token = account.token
    assert token is not None
    sent = account.network.compose(Content(text, account.author), {})
    return account.network.publish(sent, account.author, token)


@pytest.mark.parametrize("button", ["Connect LinkedIn profile", "Connect X account"])
def test_an_account_is_connected_and_can_post(browser: FlaskClient, net: Net, button: str) -> None:
    page = connect(browser, net, button)

    account = the_account()
    assert f"{account.display_name} is connected." in page.text
    published = publish(account, "Hello from the practice")
    assert net.posts(account.platform)[0]["id"] == published.remote_id


def test_company_pages_are_chosen_and_can_post(browser: FlaskClient, net: Net) -> None:
    page = connect(browser, net, "Connect LinkedIn company page")
    if page.heading == "Choose what to connect":
        boxes = [one.get("id") for one in page.all("form-check-input")]
        page.form("Connect selected").fill({page.label_of(page.by_id(boxes[0])): True}).submit(browser)

    account = the_account()
    assert account.connection == "organization" and account.refresh_at
    assert publish(account, "From our clinic").remote_id.startswith("urn:li:")


@pytest.mark.parametrize("button", ["Connect LinkedIn profile", "Connect X account"])
def test_a_no_connects_nothing(browser: FlaskClient, net: Net, button: str) -> None:
    page = connect(browser, net, button, "deny")

    assert "You did not allow the portal to use your" in page.text
    assert db.session.scalars(select(SocialAccount)).all() == []


@pytest.mark.parametrize("button", ["Connect LinkedIn company page", "Connect X account"])
def test_a_permission_is_renewed_and_goes_on(
    browser: FlaskClient, net: Net, clock: Clock, button: str
) -> None:
    page = connect(browser, net, button)
    if page.heading == "Choose what to connect":
        box = page.all("form-check-input")[0]
        page.form("Connect selected").fill({page.label_of(box): True}).submit(browser)
    account = the_account()
    before = account.token
    clock.set(account.refresh_at)

    assert refreshing.refresh_due() == 1

    assert before and account.token and account.token.access != before.access
    assert publish(account, f"After renewal with {button}").remote_id


def test_an_account_that_was_lost_comes_back_in_its_place(browser: FlaskClient, net: Net) -> None:
    person = Browser(net)
    connect(browser, net, "Connect X account", there=person)
    account = the_account()
    account.status, account.trouble = "reconnect", "refused"
    db.session.commit()

    page = connect(browser, net, "Connect again", there=person)

    db.session.expire_all()
    assert f"{account.display_name} is connected." in page.text
    assert (the_account().id, account.status) == (account.id, "connected")
    assert publish(account, "Back again").remote_id


def test_another_person_does_not_come_back_in_its_place(browser: FlaskClient, net: Net) -> None:
    connect(browser, net, "Connect X account")
    account = the_account()
    account.status = "reconnect"
    db.session.commit()

    page = connect(browser, net, "Connect again", there=Browser(net))

    assert page.heading == "That is another account"
    assert f"You wanted to connect {account.display_name}" in page.text
    assert the_account().status == "reconnect"


def test_disconnecting_ends_the_permission_at_the_network(browser: FlaskClient, net: Net) -> None:
    connect(browser, net, "Connect X account")
    account = the_account()
    token, author, network = account.token, account.author, account.network
    assert token is not None

    Page(browser.get(f"/accounts/{account.id}/disconnect")).form("Disconnect").submit(browser)

    with pytest.raises(TokenEnded):
        network.publish(network.compose(Content("Too late", author), {}), author, token)


@pytest.mark.parametrize(
    "button", ["Connect Instagram account of a Facebook Page", "Connect Facebook Page", "Connect X account"]
)
def test_every_account_has_a_picture(browser: FlaskClient, net: Net, button: str) -> None:
    page = connect(browser, net, button)
    if page.heading == "Choose what to connect":
        box = page.label_of(page.all("form-check-input")[0])
        page.form("Connect selected").fill({box: True}).submit(browser)

    address = the_account().picture_url
    assert address and net.call("GET", address).headers["Content-Type"] == "image/svg+xml"
