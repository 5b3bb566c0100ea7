"""The operator tries a network's access, and reads how much of the network's day is used."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import http, platforms
from portal.extensions import db
from portal.models import AuditEvent, DailyUse, Doctor, User
from tests.conftest import Clock
from tests.factories import make_account, save
from tests.page import Page
from tests.signing_in import sign_in


class Network:
    """Answers every call alike; `asked` is what came."""

    def __init__(self) -> None:
        self.answer: http.Answer | http.CallFailed = http.Answer(400, {}, b"")
        self.asked: list[tuple[str, str, Any]] = []

    def request(self, method: str, url: str, **call: Any) -> http.Answer:
        self.asked.append((method, url, call))
        if isinstance(self.answer, http.CallFailed):
            raise self.answer
        return self.answer


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    monkeypatch.setattr("portal.admin.network_test.http.request", network.request)
    return network


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


def press(browser: FlaskClient, way: str = "twitter/account") -> str:
    return Page(browser.post(f"/admin/networks/{way}/test", follow_redirects=True)).text


def outcomes() -> list[str]:
    query = select(AuditEvent).where(AuditEvent.action == "network tested").order_by(AuditEvent.id)
    return [event.details["outcome"] for event in db.session.scalars(query)]


def test_a_network_that_answers_works(browser: FlaskClient, network: Network, carla: User) -> None:
    page = Page(browser.get("/admin/networks"))
    assert "Test X account" in page.buttons

    words = press(browser)

    assert "the app is set, the redirect address is right, and" in words and "answers." in words
    ((method, url, call),) = network.asked
    assert (method, url) == ("POST", platforms.get("twitter").connection("account").token_url)
    # Nothing of ours goes along, and the operator does not wait for long.
    assert call["form"] == {} and call["total_seconds"] <= 10
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "network tested"))
    assert event.user_id == carla.id
    assert event.details == {"platform": "twitter", "connection": "account", "outcome": "works"}


@pytest.mark.parametrize(
    ("answer", "words", "outcome"),
    [
        (http.NotSent("no connection"), "could not be reached", "no way"),
        (http.Unanswered("no answer"), "gave no answer in time", "no answer"),
        (http.Answer(503, {}, b""), "has trouble itself", "trouble"),
        (http.Answer(404, {}, b""), "has trouble itself", "trouble"),
    ],
)
def test_what_is_wrong_there_is_said(
    browser: FlaskClient, network: Network, answer: Any, words: str, outcome: str
) -> None:
    network.answer = answer
    assert words in press(browser)
    assert outcomes() == [outcome]


def test_a_missing_app_and_a_wrong_address_are_found_without_asking(
    app: Flask, browser: FlaskClient, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.admin.network_test.app_of", lambda _: None)
    assert "no app is set. Set TWITTER_CLIENT_ID" in press(browser)
    monkeypatch.undo()
    monkeypatch.setattr("portal.admin.network_test.http.request", network.request)
    monkeypatch.setattr(type(app.config["PORTAL"]), "is_practice", False)
    assert "must begin with https" in press(browser)
    assert network.asked == []


def test_where_doctors_post_themselves_nothing_is_tested(browser: FlaskClient, network: Network) -> None:
    (way,) = platforms.get("quora").connections
    assert "nothing to test" in press(browser, f"quora/{way.key}")
    assert network.asked == [] and outcomes() == ["by hand"]


def test_nobody_else_tests_and_no_other_network_is_there(
    browser: FlaskClient, network: Network, asha: Doctor
) -> None:
    assert browser.post("/admin/networks/twitter/group/test").status_code == 404
    sign_in(browser, asha)
    assert browser.post("/admin/networks/twitter/account/test").status_code == 404
    assert network.asked == []


def test_the_days_use_is_told(browser: FlaskClient, clock: Clock) -> None:
    youtube = platforms.get("youtube")
    assert youtube.daily
    way = youtube.connections[0].key
    assert f"Used today: 0 of {youtube.daily.most} videos." in Page(browser.get("/admin/networks")).text

    used = DailyUse(platform="youtube", connection=way, day=youtube.daily.day(clock.at), used=3)
    save(used)
    assert f"Used today: 3 of {youtube.daily.most} videos." in Page(browser.get("/admin/networks")).text

    used.used = youtube.daily.most
    db.session.commit()
    assert "What comes now waits." in Page(browser.get("/admin/networks")).text


def test_accounts_that_rest_are_counted(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    make_account(asha, gated_until=clock.at + timedelta(minutes=5))
    make_account(asha, gated_until=clock.at - timedelta(minutes=5))

    assert "1 account rests: the network asked it to slow down." in Page(browser.get("/admin/networks")).text
