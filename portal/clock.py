"""The only reader of the time. What is due is decided by the database's clock, see `database_now`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.sql.functions import Function


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def database_now() -> Function[Any]:
    """The present instant by the database's clock, for use inside a statement.

    Workers' clocks may be wrong; the database has one clock for all of them (function `portal_now`).
    """
    return func.portal_now()
