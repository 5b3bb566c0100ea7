"""Statements that connections keep prepared tell what is committed, and outlive what befalls a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from portal import create_app
from portal.extensions import db
from portal.reads import Read
from tests.databases import Databases

NAMES = Read("SELECT name, length(name) FROM shelf WHERE name <> %s ORDER BY name LIMIT %s")


@pytest.fixture(scope="module")
def own_app(
    databases: Databases, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A portal with a pool of its own, because what happens to connections cannot be rolled back."""
    folder: Path = tmp_path_factory.mktemp("reads")
    own = settings | {"DATABASE_URL": databases.copy("reads"), "INSTANCE_DIR": str(folder)}
    app = create_app(Config.from_env(own))
    with app.app_context():
        _do("CREATE TABLE shelf (name varchar)")
        _do("INSERT INTO shelf (name) VALUES ('Cardiology'), ('Dermatology')")
        yield app
        db.session.remove()
        db.engine.dispose()


def _do(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_values_stand_where_they_were_put(own_app: Flask) -> None:
    assert NAMES.rows("Cardiology", 5) == [("Dermatology", 11)]
    assert NAMES.row("", 1) == ("Cardiology", 10)
    assert NAMES.row("", 0) is None


def test_what_was_committed_last_counts(own_app: Flask) -> None:
    before = NAMES.rows("", 5)
    _do("INSERT INTO shelf (name) VALUES ('Neurology')")
    after = NAMES.rows("", 5)
    _do("DELETE FROM shelf WHERE name = 'Neurology'")
    assert len(after) == len(before) + 1
    assert NAMES.rows("", 5) == before


def test_a_connection_that_was_cut_is_replaced(own_app: Flask) -> None:
    NAMES.rows("", 1)
    with db.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text("SELECT pg_sleep(0)"))
    assert NAMES.row("", 1) == ("Cardiology", 10)
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_column_that_was_changed_meanwhile_does_no_harm(own_app: Flask) -> None:
    NAMES.rows("", 1)
    _do("ALTER TABLE shelf ALTER COLUMN name TYPE varchar(300)")
    assert NAMES.row("", 1) == ("Cardiology", 10)
    _do("ALTER TABLE shelf ALTER COLUMN name TYPE varchar")
    assert NAMES.row("", 1) == ("Cardiology", 10)


def test_the_next_borrower_gets_a_connection_with_transactions(own_app: Flask) -> None:
    NAMES.rows("", 1)
    with db.engine.connect() as connection:
        connection.execute(text("DELETE FROM shelf"))
        connection.rollback()
    assert len(NAMES.rows("", 5)) == 2
