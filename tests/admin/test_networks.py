"""The operator's page of networks, as Carla uses it."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import platforms
from portal.extensions import db
from portal.models import AuditEvent, Doctor, NetworkGate, User
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, save
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


def closed(clock: Clock, reason: str, failures: int = 0) -> NetworkGate:
    until = clock.at + timedelta(minutes=10)
    return save(
        NetworkGate(platform="twitter", connection="account", until=until, reason=reason, failures=failures)
    )


def test_every_network_and_kind_of_account_is_there(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/networks"))

    for network in platforms.PLATFORMS.values():
        for connection in network.connections:
            assert connection.label in page.text
    assert page.links["Networks"] == "/admin/networks"


def test_the_exact_redirect_address_can_be_copied(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/networks"))

    address = "http://127.0.0.1:8000/social/callback/twitter"
    copies = [part.get("data-copy-text") for part in page.root.iter("button")]
    assert address in page.text and address in copies


def test_scopes_and_the_life_of_a_permission_are_said(browser: FlaskClient) -> None:
    text = Page(browser.get("/admin/networks")).text

    assert "w_member_social: to post on your profile" in text and "offline.access" in text
    assert "2 hours, renewed at half of it" in text


def test_an_app_that_is_missing_names_its_settings(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.admin.networks.app_of", lambda connection: None)

    text = Page(browser.get("/admin/networks")).text

    assert "Not set up" in text
    assert "Set LINKEDIN_ORG_CLIENT_ID and LINKEDIN_ORG_CLIENT_SECRET" in text


def test_nobody_reads_a_secret_there(browser: FlaskClient) -> None:
    html = browser.get("/admin/networks").get_data(as_text=True)

    assert "practice-twitter" not in html


def test_accounts_are_counted(browser: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    make_account(asha)
    make_account(ben, status="reconnect")

    assert "1 connected, 1 to be connected again" in Page(browser.get("/admin/networks")).text


@pytest.mark.parametrize(
    ("reason", "words"),
    [("operator", "out of credit"), ("slow_down", "asked us to slow down"), ("down", "failed several times")],
)
def test_a_closed_gate_says_why(browser: FlaskClient, clock: Clock, reason: str, words: str) -> None:
    closed(clock, reason, failures=6)

    page = Page(browser.get("/admin/networks"))

    assert words in page.text and "Failures in a row: 6." in page.text
    assert "Try again now" in page.buttons


def test_failures_alone_are_shown_too(browser: FlaskClient) -> None:
    save(NetworkGate(platform="twitter", connection="account", failures=2))

    page = Page(browser.get("/admin/networks"))
    assert "Some calls failed in a row." in page.text and "Try again now" in page.buttons


def test_a_well_network_has_no_such_button(browser: FlaskClient) -> None:
    save(NetworkGate(platform="twitter", connection="account"))

    assert "Try again now" not in Page(browser.get("/admin/networks")).buttons


def test_trying_again_opens_the_gate_and_is_written_down(
    browser: FlaskClient, carla: User, clock: Clock, held_jobs: HeldJobs
) -> None:
    gate = closed(clock, "operator", failures=6)

    page = Page(browser.get("/admin/networks")).form("Try again now").submit(browser)

    db.session.expire_all()
    assert (gate.until, gate.reason, gate.failures) == (None, None, 0)
    assert ("publish_due",) in held_jobs
    (event,) = db.session.scalars(select(AuditEvent)).all()
    assert (event.action, event.user_id) == ("network tried again", carla.id)
    assert event.details == {
        "platform": "twitter",
        "connection": "account",
        "reason": "operator",
        "failures": 6,
    }
    assert "X account: what waits is tried again now." in page.text


def test_a_second_press_does_nothing(browser: FlaskClient, clock: Clock) -> None:
    closed(clock, "down")
    browser.post("/admin/networks/twitter/account/try-again")

    page = Page(browser.post("/admin/networks/twitter/account/try-again", follow_redirects=True))

    assert "nothing was closed there" in page.text
    assert len(db.session.scalars(select(AuditEvent)).all()) == 1


@pytest.mark.parametrize("path", ["myspace/account", "twitter/group"])
def test_an_unknown_network_is_not_there(browser: FlaskClient, path: str) -> None:
    assert browser.post(f"/admin/networks/{path}/try-again").status_code == 404


def test_nobody_else_finds_the_page(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    gate = closed(clock, "operator")

    assert client.get("/admin/networks").status_code == 404
    sign_in(client, asha)
    assert client.get("/admin/networks").status_code == 404
    assert client.post("/admin/networks/twitter/account/try-again").status_code == 404
    assert gate.until is not None


@pytest.mark.parametrize(
    ("days_left", "words"), [(61, None), (60, "ends on"), (1, "ends on"), (0, "ended on"), (-9, "ended on")]
)
def test_a_version_that_ends_is_told_60_days_ahead(days_left: int, words: str | None) -> None:
    linkedin = platforms.get("linkedin")
    assert isinstance(linkedin.sunset, date)

    notices = linkedin.notices(linkedin.sunset - timedelta(days=days_left))

    assert bool(notices) == bool(words)
    assert all(str(linkedin.version) in said and str(words) in said for said in notices)


def test_the_page_shows_that_notice(browser: FlaskClient, clock: Clock) -> None:
    linkedin = platforms.get("linkedin")
    assert linkedin.sunset
    clock.set(clock.at.replace(year=linkedin.sunset.year, month=linkedin.sunset.month, day=1))
    sign_in(browser, db.session.scalars(select(User).where(User.role == "administrator")).one())

    text = Page(browser.get("/admin/networks")).text

    assert f"Version {linkedin.version} of LinkedIn’s interface ends on" in text


def test_a_network_without_versions_has_none() -> None:
    assert platforms.get("twitter").notices(date(2099, 1, 1)) == []
