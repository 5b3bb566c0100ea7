"""What many workers and browsers do at the same instant, on a database of their own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import Config
from portal import clock, create_app, http, queue
from portal.errors import Invalid
from portal.extensions import db
from portal.models import SocialAccount
from portal.platforms import PLATFORMS
from portal.platforms.base import Identity, Token
from portal.social import flows, keeping, refreshing, trips
from portal.transaction import transaction
from tests.databases import Databases
from tests.factories import make_account, make_doctor, save
from tests.platforms.wire import Wire
from tests.social.answers import state_in, x_says_yes, x_token

MANY = 8


@pytest.fixture
def own_app(
    settings: dict[str, str], databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The portal over a database whose commits are real."""
    monkeypatch.setattr(queue, "ring", lambda redis, job, *ids: None)
    app = create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("many")}))
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, work: Callable[[], Any]) -> list[Any]:
    """Do it many times, all beginning together; what each gave, or the error that it ended with."""
    gate = threading.Barrier(MANY)

    def one(_: int) -> Any:
        with app.app_context():
            gate.wait(120)
            try:
                return work()
            except (flows.CannotConnect, trips.UsedAlready, Invalid) as refused:
                return refused

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_of_many_workers_one_renews_and_no_new_post_waits_for_its_network(
    own_app: Flask, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.app_context():
        account = make_account(make_doctor())
        now = clock.now()
        account.token = Token("old", "renew-me", now + timedelta(hours=1), refresh_at=now)
        account_id = save(account).id
    # Each renewing token is good for one use: a second call would find no answer here.
    wire.answers(200, x_token(2))
    # What the database does for a new row that refers to the account, in the middle of the call.
    refers = text(f"SELECT 1 FROM social_account WHERE id = {account_id} FOR KEY SHARE NOWAIT")
    referred: list[Any] = []

    def in_the_middle(_: str) -> None:
        with db.engine.connect() as other:
            referred.append(other.execute(refers).scalar())

    monkeypatch.setattr(refreshing, "fault", in_the_middle)

    results = at_once(own_app, lambda: refreshing.refresh_account(account_id))

    assert results == [True] * MANY and len(wire.calls) == 1 and referred == [1]
    with own_app.app_context():
        kept = db.session.get_one(SocialAccount, account_id)
        assert kept.is_connected and kept.token and kept.token.refresh == "xrt-SECRET-2"


def test_a_state_used_by_many_at_once_is_used_by_one(own_app: Flask, wire: Wire) -> None:
    network = PLATFORMS["twitter"]
    with own_app.app_context():
        doctor_id = make_doctor().id
        state = state_in(flows.begin(doctor_id, network, None, browser="b"))
    x_says_yes(wire)

    results = at_once(own_app, lambda: flows.finish(doctor_id, "b", network, flows.WayBack(state, "CODE")))

    assert sum(isinstance(result, SocialAccount) for result in results) == 1
    assert len(wire.calls) == 2


def test_of_many_doctors_with_one_account_one_has_it(own_app: Flask) -> None:
    with own_app.app_context():
        doctors = [make_doctor().id for _ in range(MANY)]
    identity = Identity("1500", "account", "Dr. Asha")

    def store() -> int:
        with transaction():
            return keeping.store_account(doctors.pop(), "twitter", "account", identity, Token("t")).doctor_id

    results = at_once(own_app, store)

    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, Invalid) for result in results) == MANY - 1
    with own_app.app_context():
        assert len(db.session.scalars(select(SocialAccount)).all()) == 1


def test_calls_need_no_app(own_app: Flask) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(http.rewrite, "https://x.com/a").result() == "http://127.0.0.1:9/x.com/a"
