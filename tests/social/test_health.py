"""How the page of accounts speaks of each account's health, and what it explains before connecting."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.models import Doctor, NetworkGate, SocialAccount
from portal.platforms.base import Token
from tests.conftest import Clock
from tests.factories import make_account, save
from tests.page import Page
from tests.signing_in import sign_in

STAYS = "Your account stays connected. Your posts wait and go out by themselves."
X_SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"})


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def renewing(asha: Doctor, clock: Clock, **changes: Any) -> SocialAccount:
    """An X account in the middle of its life."""
    account = make_account(asha, **changes)
    hour = timedelta(hours=1)
    account.token = Token("a", "r", clock.at + 2 * hour, refresh_at=clock.at + hour, scopes=X_SCOPES)
    return save(account)


def text_of(browser: FlaskClient) -> str:
    return Page(browser.get("/accounts")).text


def test_a_well_account(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    renewing(asha, clock)

    page = Page(browser.get("/accounts"))
    assert "The connection renews itself." in page.text and "Connected" in page.text
    assert "Connect again" not in page.buttons


def test_a_permission_without_an_end_is_not_said_to_renew_itself(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha)
    account.token = Token("a")
    save(account)

    assert "The connection has no fixed end." in text_of(browser)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("refused", "X no longer lets us post here."),
        ("invalid_grant", "X no longer lets us post here."),
        ("ended", "The permission to post here has ended."),
        ("unreadable", "The portal lost its key to this account."),
    ],
)
def test_a_lost_account_says_why(browser: FlaskClient, asha: Doctor, trouble: str, words: str) -> None:
    make_account(asha, status="reconnect", trouble=trouble)

    page = Page(browser.get("/accounts"))
    assert words in page.text and "Needs you" in page.text and "Connect again" in page.buttons


def is_no_disconnect(browser: FlaskClient) -> str:
    """The page's text, which must not send the doctor to connect anything again."""
    page = Page(browser.get("/accounts"))
    assert STAYS in page.text and "Connected, waiting" in page.text
    assert "Connect again" not in page.buttons and "Needs you" not in page.text
    return page.text


def test_a_network_that_does_not_renew_in_time_is_no_disconnect(
    browser: FlaskClient, asha: Doctor, clock: Clock
) -> None:
    account = renewing(asha, clock)
    account.token_expires_at = clock.at - timedelta(minutes=5)
    account.refresh_at = clock.at + timedelta(seconds=30)
    save(account)

    assert "X does not answer just now. We keep trying." in is_no_disconnect(browser)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("down", "X does not answer just now."),
        ("slow_down", "X asks us to wait until"),
        ("operator", "Its operator has to mend this; you need not do anything."),
    ],
)
def test_a_closed_network_is_no_disconnect(
    browser: FlaskClient, asha: Doctor, clock: Clock, reason: str, words: str
) -> None:
    renewing(asha, clock)
    until = clock.at + timedelta(minutes=10)
    save(NetworkGate(platform="twitter", connection="account", until=until, reason=reason))

    assert words in is_no_disconnect(browser)


def test_a_gate_that_is_open_again_is_forgotten(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    renewing(asha, clock)
    save(NetworkGate(platform="twitter", connection="account", until=clock.at, reason="down"))

    assert "The connection renews itself." in text_of(browser)


def test_an_account_that_is_to_wait(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    renewing(asha, clock, gated_until=clock.at + timedelta(minutes=10))

    assert "X asks us to wait until" in is_no_disconnect(browser)


def test_a_missing_app_is_the_operators_matter(
    browser: FlaskClient, asha: Doctor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewing(asha, clock)
    monkeypatch.setattr("portal.social.health.app_of", lambda connection: None)

    assert "The portal’s own access to X does not work just now." in is_no_disconnect(browser)


def test_a_missing_permission_is_named(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    account = renewing(asha, clock)
    account.scopes = sorted(X_SCOPES - {"tweet.write"})
    save(account)

    page = Page(browser.get("/accounts"))
    assert "A permission is missing: the portal may not post for you." in page.text
    assert "Missing: the portal may not post for you." in page.text
    assert "Connect again" in page.buttons


def test_what_was_allowed_can_be_read(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    renewing(asha, clock)

    text = text_of(browser)
    assert "What you allowed" in text and "The portal may post for you." in text


def test_a_network_that_does_not_say_what_it_granted_is_believed(
    browser: FlaskClient, asha: Doctor, clock: Clock
) -> None:
    account = renewing(asha, clock)
    account.scopes = []
    save(account)

    text = text_of(browser)
    assert "A permission is missing" not in text and "What you allowed" not in text


def test_connecting_is_explained_before_it_starts(browser: FlaskClient) -> None:
    text = text_of(browser)

    assert "What happens when you connect" in text
    assert "X asks you to sign in on its own page and to allow that the portal may:" in text
    assert "post on your profile" in text and "see which pages you look after" in text
    assert "never sees your password, reads no messages, and posts nothing that you did not plan" in text
    assert "It may end after a while; we write to you 7, 3 and 1 days before that." in text
