"""What the database was asked while something was made: enough to ask later whether it still says the same.

Whoever asks the same questions and gets the same answers puts the same words together. So the questions of a
page, with their values, are one statement whose answer is a single mark of all the rows.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask
from sqlalchemy import event

from portal.extensions import db
from portal.reads import Read

NAMED = re.compile(r"%\((\w+)\)s")
# Says only where something could be taken back to.
MARKING = re.compile(r"(?:SAVEPOINT|RELEASE SAVEPOINT)\b")
READING = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
# What locks or calls the clock is no question whose answer could stay the same. The hour at which a statement
# began may stand in one: `kept_pages` says how old that may become.
FLEETING = re.compile(r"\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b|\bclock_timestamp\b")
# Which transactions are over, PostgreSQL's own measure of what a statement sees, since this start of the
# server: one that was taken back to an earlier day counts from there again. It says nothing of what its own
# transaction did, so there it is empty.
MOMENT = (
    "CASE WHEN pg_current_xact_id_if_assigned() IS NULL"
    " THEN concat_ws(' ', pg_current_snapshot(), pg_postmaster_start_time()) ELSE '' END"
)


@dataclass
class Trace:
    """Questions in their order; `is_pure` while nothing else than reading was done."""

    questions: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    is_pure: bool = True

    def note(self, statement: str, given: Any) -> None:
        """A statement as SQLAlchemy hands it to psycopg2, with its values by name."""
        if MARKING.match(statement):
            return
        if not READING.match(statement) or FLEETING.search(statement):
            self.is_pure = False
            return
        names = NAMED.findall(statement)
        self.questions.append((NAMED.sub("%s", statement), tuple(given[name] for name in names)))

    def state(self) -> tuple[str, str]:
        """A mark of all that the database says now to these questions, and `moment`; in one round trip."""
        ((mark, now),) = self._read.rows(*(value for _, values in self.questions for value in values))
        return mark, now

    @cached_property
    def _read(self) -> Read:
        marks = (
            f"(SELECT coalesce(md5(string_agg(t{n}::text, '|')), '-') FROM ({sql}) t{n})"  # noqa: S608 - ours
            for n, (sql, _) in enumerate(self.questions)
        )
        return Read(f"SELECT concat_ws('.', {', '.join(marks)}), {MOMENT}")


def moment() -> str:
    """Two answers are alike when nobody, anywhere in this database, ended a change between them; empty in a
    transaction that changed something itself."""
    ((now,),) = Read(f"SELECT {MOMENT}").rows()
    return str(now)


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def tracing() -> Iterator[Trace]:
    """Note what this thread asks the database meanwhile."""
    trace = Trace()
    before = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(before)


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _note)


def _note(_conn: Any, _cursor: Any, statement: str, given: Any, _context: Any, is_many: bool) -> None:
    if trace := _current.get():
        if is_many:
            trace.is_pure = False
        else:
            trace.note(statement, given)
