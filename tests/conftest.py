"""What every test may ask for: real PostgreSQL and Valkey, an app, a rolled-back transaction, a cast."""

import gc
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, request_started
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text

from config import Config
from portal import clock as portal_clock
from portal import create_app, embedded, http, jobs, queue
from portal.extensions import db
from portal.extensions import mail as flask_mail
from portal.models import Doctor, User
from tests import factories, together
from tests.browsing import chromium, served, visit
from tests.databases import Databases
from tests.journeys.portal_at_work import PortalAtWork
from tests.statements import statements

# What tests in a browser ask for stands beside what they do there.
__all__ = ["chromium", "served", "statements", "visit"]

# How long one example takes says how busy the machine is, and nothing about the portal. The same examples
# each time: whoever changes one thing is not stopped by another. `make fuzz` looks for new ones.
hypothesis_settings.register_profile("portal", deadline=None, derandomize=True)
hypothesis_settings.register_profile("by-chance", deadline=None)
hypothesis_settings.load_profile("portal")

TEST_SETTINGS = {
    # Nothing listens there; tests that need the practice network start it.
    "SANDBOX_URL": "http://127.0.0.1:9",
    "SESSION_SECRET": "test-session-secret-0123456789abcdef",
    "TOKEN_KEYS": "test-token-key-0123456789abcdef-new,test-token-key-0123456789abcdef-old",
    "RATE_LIMITS": "0",
    "DEMO_DATA": "0",
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> together.Scheduling:
    return together.Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: together.turn_of(item.nodeid))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: nobody need look through it for litter."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A PostgreSQL of this run's own, with a migrated template to copy databases from."""
    with embedded.temporary_postgres() as server:
        yield Databases(server)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Valkey of this run's own."""
    with embedded.temporary_valkey() as server:
        yield server.url


@pytest.fixture(scope="session")
def settings(
    databases: Databases, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Environment variables for an app, or a whole process, of the tests."""
    return {
        **TEST_SETTINGS,
        "INSTANCE_DIR": str(tmp_path_factory.mktemp("instance")),
        "DATABASE_URL": databases.copy("rolled_back"),
        "REDIS_URL": redis_url,
    }


@pytest.fixture(autouse=True)
def network_of_the_next_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever built a portal over another practice network before: this test begins with the usual one."""
    monkeypatch.setattr(http, "_outside", http.Outside(TEST_SETTINGS["SANDBOX_URL"]))
    monkeypatch.setattr(http, "_names", {})


@pytest.fixture(scope="session")
def app(settings: dict[str, str]) -> Flask:
    """The portal over the rolled-back database."""
    app = create_app(Config.from_env(settings))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["mail"].suppress = True  # letters are recorded, see `outbox`
    request_started.connect(forget_last_request, app)
    return app


def forget_last_request(_: Flask, **__: Any) -> None:
    """The test's own app context is every request's: without this, `g` would tell one who asked before."""
    vars(g._get_current_object()).clear()


@pytest.fixture
def csrf_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms need their token, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """An app context whose every commit is undone when the test ends."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        with engine.connect() as connection, connection.begin() as outer:
            # However busy the machine is: the server must not take a test that thinks for one that is lost.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            engines[None] = connection
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            try:
                yield
            finally:
                db.session.remove()
                outer.rollback()
                engines[None] = engine


class HeldJobs(list[tuple[Any, ...]]):
    """What was rung for and has not run yet: (job, *ids)."""

    def run(self) -> None:
        """Run them, and what they ring for in turn, as a worker would."""
        while self:
            name, *ids = self.pop(0)
            getattr(jobs, name)(*ids)


@pytest.fixture
def held_jobs(monkeypatch: pytest.MonkeyPatch) -> HeldJobs:
    """Collects every ring instead of sending it to Redis."""
    held = HeldJobs()
    monkeypatch.setattr(queue, "ring", lambda redis, job, *ids: held.append((job, *ids)))
    return held


@pytest.fixture
def outbox() -> Iterator[list[Any]]:
    """The letters handed to the mail server during the test, as flask_mail.Message."""
    with flask_mail.record_messages() as letters:
        yield letters


class Clock:
    """Sets the portal's time, and the database's for this test's connection."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)
        monkeypatch.setattr(portal_clock, "now", lambda: self.at)
        self.set(self.at)

    def set(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)
        db.session.connection().execute(
            text("SELECT set_config('portal.now', :at, false)"), {"at": self.at.isoformat()}
        )
        db.session.commit()

    def advance(self, **kwargs: float) -> None:
        self.set(self.at + timedelta(**kwargs))


@pytest.fixture
def clock(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Time stands still until it is moved: clock.set(…), clock.advance(minutes=5)."""
    yield Clock(monkeypatch)
    # The setting outlives the rolled-back transaction on a pooled connection.
    db.session.connection().execute(text("SELECT set_config('portal.now', '', false)"))


@pytest.fixture(autouse=True)
def nobody_reaches_the_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anywhere but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def client(app: Flask, database: None, held_jobs: HeldJobs) -> FlaskClient:
    """A browser without JavaScript that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def asha(database: None) -> Doctor:
    """The doctor whose things these are."""
    return factories.make_doctor(full_name="Dr. Asha Menon", email="asha@example.org")


@pytest.fixture
def ben(database: None) -> Doctor:
    """Another doctor, who must see nothing of Asha's."""
    return factories.make_doctor(full_name="Dr. Ben Okafor", email="ben@example.org")


@pytest.fixture
def carla(database: None) -> User:
    """The administrator."""
    return factories.make_user(email="carla@example.org", role="administrator")


@pytest.fixture(scope="session")
def one_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalAtWork]:
    portal = PortalAtWork(tmp_path_factory.mktemp("portal"))
    yield portal
    if portal.process is not None:
        portal.stop()


@pytest.fixture
def portal(one_portal: PortalAtWork) -> PortalAtWork:
    """The whole portal at work: one for all journeys, in browsers and without."""
    if one_portal.process is None:
        one_portal.start()
    return one_portal


def pytest_runtest_teardown(item: pytest.Function, nextitem: pytest.Function | None) -> None:
    """A portal that the next test does not ask for would take the processor from all others."""
    portal = item.funcargs.get("portal") if hasattr(item, "funcargs") else None
    is_over = nextitem is None or together.group_of(nextitem.nodeid) != "portal"
    if isinstance(portal, PortalAtWork) and portal.process is not None and is_over:
        portal.stop()


@pytest.fixture(scope="session")
def project_root() -> Path:
    return Path(__file__).resolve().parent.parent
