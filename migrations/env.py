"""Runs the migrations against the running app's database, one at a time on one machine or several."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from portal import models  # noqa: F401  (fills the metadata)

# Two releases that start together must not migrate together.
MIGRATION_LOCK = 20261122

database = current_app.extensions["migrate"].db


def run() -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("SET statement_timeout = 0"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            transaction_per_migration=True,
            # The table of legal moves belongs to the triggers; no row of it is a thing of the house.
            include_name=lambda name, kind, parents: (kind, name) != ("table", "publication_move"),
        )
        with context.begin_transaction():
            context.run_migrations()


run()
