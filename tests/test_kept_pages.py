"""A page that is given again: the same words while nothing has changed, and never a moment longer."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import delete, text, update
from werkzeug.test import TestResponse

from config import Config
from portal import create_app
from portal.auth import sessions
from portal.extensions import db
from portal.models import BrowserSession, Doctor, SocialAccount
from portal.posts import own_days
from portal.traces import Trace
from tests.conftest import Clock
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post
from tests.signing_in import sign_in

PAGES = ("/", "/posts", "/calendar", "/calendar?view=week", "/posts/new")
NINE = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # in Kolkata
NONCE = re.compile(r"'nonce-([^']+)'")
TICKET = re.compile(r'name="ticket"[^>]* value="([^"]+)"')


@pytest.fixture
def drawn(app: Flask) -> Iterator[list[str]]:
    """The names of the whole pages that were drawn anew."""
    names: list[str] = []

    def note(_: Flask, template: Any, **__: Any) -> None:
        names.append(str(template.name))

    with template_rendered.connected_to(note, app):
        yield names


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(NINE)
    make_account(asha, "linkedin")
    return sign_in(client, asha)


def seen_often(browser: FlaskClient, path: str) -> TestResponse:
    """The page as it is kept by now: its forms have their mark, and it was asked for again."""
    for _ in range(3):
        response = browser.get(path)
        assert response.status_code == 200
    return response


def test_a_page_is_drawn_once_while_nothing_changes(browser: FlaskClient, drawn: list[str]) -> None:
    for path in PAGES:
        first, before = browser.get(path), seen_often(browser, path)
        drawn.clear()
        again = browser.get(path)
        assert drawn == [], path
        assert _lasting(again) == _lasting(before)
        assert _lasting_headers(again) == _lasting_headers(first)


def test_what_is_good_for_one_answer_is_new_in_each(browser: FlaskClient) -> None:
    first, second = seen_often(browser, "/posts/new"), browser.get("/posts/new")
    tickets = {TICKET.findall(answer.text)[0] for answer in (first, second)}
    nonces = {NONCE.findall(answer.headers["Content-Security-Policy"])[0] for answer in (first, second)}
    names = {answer.headers["X-Request-ID"] for answer in (first, second)}
    assert len(tickets) == len(nonces) == len(names) == 2
    asked = browser.get("/posts/new", headers={"X-Request-ID": "the-name-i-chose"})
    assert asked.headers["X-Request-ID"] == "the-name-i-chose"


# The database tells the doctor of it by itself.
OUT = {"platform_post_id": "1", "moved_by": "network"}
CHANGES: tuple[Callable[[Doctor], Any], ...] = (
    lambda doctor: make_post(doctor, _account(doctor), scheduled_at=NINE + timedelta(hours=3)),
    lambda doctor: make_account(doctor, "facebook", display_name="Another page of hers"),
    lambda doctor: setattr(doctor, "full_name", "Dr Nadia Another"),
    lambda doctor: setattr(doctor, "verification", "rejected"),
    lambda doctor: make_post(doctor, _account(doctor), status="published", publication=OUT),
    lambda doctor: own_days.mark(doctor, own_days.NewDay(name="Open house", day_on=NINE.date())),
)


def test_a_change_counts_with_the_next_look(browser: FlaskClient, asha: Doctor) -> None:
    for change in CHANGES:
        for path in PAGES:
            seen_often(browser, path)
        change(asha)
        db.session.commit()
        kept = {path: _words(browser.get(path)) for path in PAGES}
        # The one who has not seen a page before gets it drawn from nothing.
        stranger = sign_in(browser.application.test_client(), asha)
        assert kept == {path: _words(stranger.get(path)) for path in PAGES}
    assert "Dr Nadia Another" in kept["/"]
    assert "Open house" in kept["/calendar"]


def test_whoever_was_signed_out_elsewhere_sees_nothing_more(browser: FlaskClient, asha: Doctor) -> None:
    seen_often(browser, "/posts")
    db.session.execute(delete(BrowserSession).where(BrowserSession.user_id == asha.user_id))
    db.session.commit()
    assert browser.get("/posts").status_code == 303


def test_nobody_sees_what_was_kept_for_somebody_else(browser: FlaskClient, ben: Doctor) -> None:
    seen_often(browser, "/")
    other = sign_in(browser.application.test_client(), ben)
    assert ben.full_name in other.get("/").text
    assert browser.application.test_client().get("/posts").status_code == 303


def test_what_was_said_once_is_not_said_again(browser: FlaskClient) -> None:
    seen_often(browser, "/")
    with browser.session_transaction() as session:
        session["_flashes"] = [("good", "Your post is kept.")]
    assert "Your post is kept." in browser.get("/").text
    assert "Your post is kept." not in browser.get("/").text


def test_another_day_is_another_page(browser: FlaskClient, clock: Clock) -> None:
    today = seen_often(browser, "/calendar").text
    clock.set(NINE + timedelta(hours=20))
    assert browser.get("/calendar").text != today


def test_a_session_at_its_end_is_looked_at_each_time(
    browser: FlaskClient, clock: Clock, drawn: list[str]
) -> None:
    clock.set(NINE + sessions.WHOLE["doctor"] - timedelta(minutes=2))
    db.session.execute(update(BrowserSession).values(last_seen_at=clock.at))
    db.session.commit()
    seen_often(browser, "/posts")
    drawn.clear()
    assert browser.get("/posts").status_code == 200
    assert drawn
    clock.advance(minutes=2)
    assert browser.get("/posts").status_code == 303


def test_these_pages_ask_nobody_but_the_database(
    browser: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Redis, or a file, says could change without a word."""
    monkeypatch.setitem(app.extensions, "redis", None)
    for path in PAGES:
        assert browser.get(path).status_code == 200


@pytest.fixture
def own_app(databases: Databases, settings: dict[str, str]) -> Iterator[Flask]:
    """A portal whose commits are real; inside of a transaction nothing is told of its own changes."""
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("kept")}))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_what_anybody_ended_counts_at_once_and_not_before(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.app_context():
        asha, ben = make_doctor(full_name="Dr Asha").id, make_doctor(full_name="Dr Ben").id
        browser = sign_in(own_app.test_client(), db.session.get_one(Doctor, asha))
        elsewhere = db.engine
    rename = text("UPDATE doctor SET full_name = :name WHERE id = :id")
    asked: list[Trace] = []
    state = Trace.state
    monkeypatch.setattr(Trace, "state", lambda trace: asked.append(trace) or state(trace))

    seen_often(browser, "/")
    asked.clear()
    assert "Dr Asha" in browser.get("/").text
    assert not asked  # nobody changed anything
    with elsewhere.begin() as other:
        other.execute(rename, {"name": "Dr Benjamin", "id": ben})
    for _ in range(2):
        assert "Dr Asha" in browser.get("/").text
    assert len(asked) == 1  # somebody did, but nothing of hers
    with elsewhere.begin() as other:
        other.execute(rename, {"name": "Dr Nadia", "id": asha})
        assert "Dr Nadia" not in browser.get("/").text
    assert "Dr Nadia" in browser.get("/").text
    seen_often(browser, "/")
    with elsewhere.begin() as other:
        other.execute(delete(BrowserSession))
    assert "Dr Nadia" not in browser.get("/").text


def _account(doctor: Doctor) -> SocialAccount:
    return db.session.scalars(SocialAccount.owned_by(doctor)).all()[0]


def _lasting(answer: TestResponse) -> str:
    nonce = NONCE.findall(answer.headers["Content-Security-Policy"])[0]
    text = answer.text.replace(nonce, "nonce")
    for ticket in TICKET.findall(text):
        text = text.replace(ticket, "ticket")
    return text


def _lasting_headers(answer: TestResponse) -> dict[str, str]:
    nonce = NONCE.findall(answer.headers["Content-Security-Policy"])[0]
    said = {name: value.replace(nonce, "nonce") for name, value in answer.headers.items()}
    return said | {"X-Request-ID": "", "Content-Length": "", "Set-Cookie": ""}


def _words(answer: TestResponse) -> str:
    """The page without the marks of its browser."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", _lasting(answer))
