"""Counts what the database is asked, for tests of pages that must not ask more for more rows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from portal.extensions import db


@pytest.fixture
def statements(database: None) -> Iterator[Callable[[], int]]:
    """Counts the statements since it was last asked."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    def count() -> int:
        number = len(seen)
        seen.clear()
        return number

    engine = db.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    yield count
    event.remove(engine, "before_cursor_execute", note)
