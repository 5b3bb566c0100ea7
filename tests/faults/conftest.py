import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from portal import create_app
from portal.embedded import Postgres, Valkey
from portal.extensions import db
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.conftest import TEST_SETTINGS
from tests.databases import Databases
from tests.faults.fleet import Fleet


@dataclass
class House:
    """What the fleet stands on: servers that nobody else uses, so that they may be killed."""

    postgres: Postgres
    valkey: Valkey
    sandbox: RunningSandbox
    settings: dict[str, str]
    app: Flask


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="portal-fleet-") as folder:
        postgres = Postgres(Path(folder) / "postgres", fleeting=True)
        valkey = Valkey(Path(folder) / "valkey")
        postgres.start(tied=True)
        valkey.start(tied=True)
        sandbox = start_sandbox(tmp_path_factory.mktemp("practice"))
        try:
            settings = {
                **TEST_SETTINGS,
                "INSTANCE_DIR": str(tmp_path_factory.mktemp("instance")),
                "DATABASE_URL": Databases(postgres).copy("fleet"),
                "REDIS_URL": valkey.url,
                "SANDBOX_URL": sandbox.url,
                "SANDBOX_SMTP_PORT": str(sandbox.smtp_port),
            }
            yield House(postgres, valkey, sandbox, settings, create_app(Config.from_env(settings)))
        finally:
            sandbox.stop()
            valkey.stop()
            postgres.stop()


@pytest.fixture(scope="package")
def running_fleet(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    fleet = Fleet(house.settings, house.sandbox, tmp_path_factory.mktemp("fleet"))
    with house.app.app_context():
        # Servers of tests may lose what they promised; this one is going to be killed, and must not.
        name = db.session.execute(text("SELECT current_database()")).scalar_one()
        db.session.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
        db.session.commit()
        db.engine.dispose()
    yield fleet
    with house.app.app_context():
        fleet.stop()
        fleet.nursery.stop()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def fleet(house: House, running_fleet: Fleet) -> Iterator[Fleet]:
    """Two publishers, a worker and a scheduler run. Afterwards everything settles and the promises are
    checked."""
    with house.app.app_context():
        running_fleet.begin()
        running_fleet.stand()
        try:
            yield running_fleet
            running_fleet.stand()
            running_fleet.until_settled()
            running_fleet.check_promises()
        finally:
            db.session.remove()
