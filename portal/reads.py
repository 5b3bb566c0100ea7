"""What is only read: one statement in one round trip, which each connection of the pool keeps prepared.

No transaction is begun or ended, the database does not plan the statement anew, and no rows are made into
objects. It is for the few reads that programs repeat all day; everywhere else a query says more.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2s
from itertools import count
from typing import Any

import psycopg2
from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from portal.extensions import db

# Under this name a connection of the pool remembers which statements it holds.
PREPARED = "prepared"
# A value's place, and a per cent sign that is meant as one.
MARKED = re.compile("%([s%])")


@dataclass(frozen=True)
class Statement:
    """Its values stand as %s, in their order, and a per cent sign as %%; a value's type is cast there where
    the context does not tell it."""

    sql: str = field(repr=False)

    def here(self, *values: Any) -> tuple[Any, ...]:
        """Its one row, in the session's open transaction; so it may also be one that changes rows."""
        connection = db.session.connection()
        prepared = connection.info.setdefault(PREPARED, set())
        if self._name not in prepared:
            connection.exec_driver_sql(self._prepare)
            prepared.add(self._name)
        return tuple(connection.exec_driver_sql(self._execute, values).one())

    @cached_property
    def _name(self) -> str:
        return f"kept_{blake2s(self.sql.encode(), digest_size=8).hexdigest()}"

    @cached_property
    def _prepare(self) -> str:
        number = count(1)
        plain = MARKED.sub(lambda m: f"${next(number)}" if m[1] == "s" else "%", self.sql)
        return f"PREPARE {self._name} AS {plain}"

    @cached_property
    def _execute(self) -> str:
        places = ", ".join("%s" for mark in MARKED.findall(self.sql) if mark == "s")
        return f"EXECUTE {self._name} ({places})" if places else f"EXECUTE {self._name}"


class Read(Statement):
    """A SELECT; outside of any transaction."""

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows as they are committed now."""
        engine = db.engine
        if not isinstance(engine, Engine):  # one connection stands in for it, with its transaction
            return self._ask(engine.connection, values)
        lent = engine.raw_connection()
        try:
            lent.driver_connection.autocommit = True  # type: ignore[union-attr]
            found = self._ask(lent, values)
            lent.driver_connection.autocommit = False  # type: ignore[union-attr]
        except psycopg2.Error:
            # The server was started anew or a table was changed, or it is really wrong: the usual way tells.
            lent.invalidate()
        except BaseException:
            lent.invalidate()  # nobody else may get it as it is now
            raise
        else:
            lent.close()
            return found
        with engine.connect() as usual:
            return [tuple(row) for row in usual.exec_driver_sql(self.sql, values)]

    def row(self, *values: Any) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return next(iter(self.rows(*values)), None)

    def _ask(self, lent: PoolProxiedConnection, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        prepared = lent.info.setdefault(PREPARED, set())
        with lent.cursor() as cursor:  # type: ignore[attr-defined]
            if self._name not in prepared:
                cursor.execute(self._prepare)
                prepared.add(self._name)
            cursor.execute(self._execute, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
