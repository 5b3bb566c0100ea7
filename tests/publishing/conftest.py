from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from portal import create_app, platforms
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from portal.publishing import flows
from portal.publishing.publisher import Publisher
from tests import factories
from tests.conftest import HeldJobs
from tests.databases import Databases
from tests.publishing.fake_network import FakeNetwork


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """The network that every account of these tests is on."""
    fake = FakeNetwork()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    return fake


@dataclass
class Engine:
    """The publishing engine over a database of its own, where commits are real."""

    app: Flask
    publisher: Publisher
    doctor: Doctor
    account: SocialAccount

    def post(self, *accounts: SocialAccount, **changes: object) -> Publication:
        """A post that is due now, on one account."""
        changes.setdefault("scheduled_at", database_now())
        post: Post = factories.make_post(self.doctor, *(accounts or (self.account,)), **changes)  # type: ignore[arg-type]
        return post.publications[0]

    def run(self) -> int:
        return self.publisher.run()

    def look(self) -> int:
        return flows.look_for_lost()

    def fresh(self, publication: Publication) -> Publication:
        """The row as it is in the database now."""
        db.session.rollback()
        db.session.refresh(publication)
        return publication


def database_now():
    return db.session.execute(text("SELECT portal_now()")).scalar_one()


@pytest.fixture(scope="session")
def engine_app(databases: Databases, settings: dict[str, str]) -> Flask:
    """The portal over a database whose commits are real; one for all these tests, for it takes its time."""
    return create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("engine")}))


@pytest.fixture
def engine(
    engine_app: Flask, databases: Databases, network: FakeNetwork, held_jobs: HeldJobs
) -> Iterator[Engine]:
    """Asha is verified and has one account on the fake network."""
    databases.wipe(engine_app.config["PORTAL"].database_url)
    with engine_app.app_context():
        doctor = factories.make_doctor(full_name="Dr. Asha Menon")
        account = factories.make_account(doctor)
        publisher = Publisher(db.engine, needs_verification=True, threads=8)
        yield Engine(engine_app, publisher, doctor, account)
        for each in (publisher, engine_app.extensions.pop("publisher", publisher)):
            each.stop.set()
            each.close()
        db.session.remove()
        db.engine.dispose()
