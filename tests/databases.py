"""Databases for tests: copied from a template that was migrated once."""

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

    def _statement(self, statement: str) -> None:
        connection = psycopg2.connect(self.server.url_of("postgres").replace("+psycopg2", ""))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
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
