from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Config
from portal import create_app, embedded
from portal.extensions import db
from portal.sandbox.running import RunningSandbox, start_sandbox
from tests.databases import Databases
from tests.faults.fleet import Fleet


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The practice network as a process of its own, for all tests of this folder."""
    running = start_sandbox(tmp_path_factory.mktemp("practice"))
    yield running
    running.stop()


@pytest.fixture
def fleet(
    databases: Databases, settings: dict[str, str], sandbox: RunningSandbox, tmp_path: Path
) -> Iterator[Fleet]:
    """No process runs yet. Afterwards the promises are checked and everything is ended."""
    with embedded.temporary_valkey() as valkey:
        own = {
            **settings,
            "DATABASE_URL": databases.copy("fleet"),
            "REDIS_URL": valkey.url,
            "SANDBOX_URL": sandbox.url,
        }
        app = create_app(Config.from_env(own))
        with app.app_context():
            fleet = Fleet(own, sandbox, tmp_path)
            fleet.ask("DELETE", "/_/faults")
            fleet.ask("DELETE", "/_/posts")
            try:
                yield fleet
                fleet.check_promises()
            finally:
                fleet.stop()
                db.session.remove()
                db.engine.dispose()
