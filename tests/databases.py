"""Databases for tests: copied from a template that was migrated once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask

from portal.embedded import Postgres
from portal.extensions import db, migrate

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Databases:
    """One server's databases; `copy` takes some 50 ms."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.copies = 0
        self._statement("CREATE DATABASE migrated")
        run_migrations(server.url_of("migrated"), "upgrade", "head")
        self._forget = self._forgetting()

    def copy(self, name: str = "copy") -> str:
        """The address of a fresh, migrated database."""
        self.copies += 1
        fresh = f"{name}_{self.copies}"
        self._statement(f"CREATE DATABASE {fresh} TEMPLATE migrated")
        return self.server.url_of(fresh)

    def empty(self, name: str = "empty") -> str:
        """The address of a fresh database without tables."""
        self.copies += 1
        fresh = f"{name}_{self.copies}"
        self._statement(f"CREATE DATABASE {fresh}")
        return self.server.url_of(fresh)

    def wipe(self, url: str) -> None:
        """Empty what was empty in the fresh copy at `url`, for the next test: that takes a millisecond.

        Whoever is still connected is shown out, lest an open transaction holds a row.
        """
        with self._cursor(url) as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            # Neither foreign keys nor triggers have a say here.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(self._forget)

    def _forgetting(self) -> str:
        """The statements that empty every table which the migrations left empty."""
        with self._cursor(self.server.url_of("migrated")) as cursor:
            cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            tables = [name for (name,) in cursor.fetchall()]
            cursor.execute(" UNION ALL ".join(f"SELECT EXISTS (SELECT FROM {name})" for name in tables))
            is_filled = [filled for (filled,) in cursor.fetchall()]
        empty = (name for name, filled in zip(tables, is_filled, strict=True) if not filled)
        return "; ".join(f"DELETE FROM {name}" for name in empty)

    def _statement(self, statement: str) -> None:
        with self._cursor(self.server.url_of("postgres")) as cursor:
            cursor.execute(statement)

    @contextmanager
    def _cursor(self, url: str) -> Iterator["psycopg2.extensions.cursor"]:
        connection = psycopg2.connect(url.replace("+psycopg2", ""))
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
        connection.close()


def run_migrations(url: str, direction: str, target: str) -> None:
    """Migrate the database at `url` up or down to `target`."""
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    migrate.init_app(app, db)
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with app.app_context():
        getattr(command, direction)(settings, target)
        db.engine.dispose()
