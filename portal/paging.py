"""Pages of a list by keyset: nothing is skipped or doubled when rows come and go meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import Field
from sqlalchemy import Select, tuple_

from portal.errors import Invalid
from portal.extensions import db
from portal.inputs import Input, Text

Row = TypeVar("Row")


class PageQuery(Input):
    """The parameters of every list; a list with filters derives from it."""

    limit: int = Field(50, ge=1, le=100, description="How many, from 1 to 100.")
    cursor: Text | None = Field(None, max_length=1000, description="next_cursor of the page before.")

    @property
    def order(self) -> str:
        """Which of the list's orders was chosen: a cursor holds for the one that made it."""
        return ""


def page(
    statement: Select[Row], keys: Sequence[Any], query: PageQuery, *, descending: bool = False
) -> tuple[list[Row], str | None]:
    """The rows of this page, and the cursor of the next or None at the end.

    `keys` are columns that are never null, in the order of the list; together they are unique, so end with
    the id.
    """
    if begin := place(query):
        after = tuple_(*begin)
        statement = statement.where(tuple_(*keys) < after if descending else tuple_(*keys) > after)
    order = [key.desc() if descending else key.asc() for key in keys]
    found = db.session.execute(statement.add_columns(*keys).order_by(*order).limit(query.limit + 1)).all()
    shown = found[: query.limit]
    cursor = _write(list(shown[-1][1:]), query.order) if len(found) > query.limit else None
    return [row[0] for row in shown], cursor


def place(query: PageQuery) -> list[Any]:
    """The keys of the row after which this page begins; none at the beginning of the list."""
    return _read(query.cursor, query.order) if query.cursor else []


def _write(values: list[Any], order: str) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return str(_serializer(order).dumps(plain))


def _read(cursor: str, order: str) -> list[Any]:
    try:
        plain = _serializer(order).loads(cursor)
    except BadSignature:
        raise Invalid("cursor", "Use the next_cursor of an earlier answer to the same call.") from None
    return [datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value for value in plain]


def _serializer(order: str) -> URLSafeSerializer:
    # Signed for this list in this order alone, so that no cursor reaches into a query that did not make it.
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor {request.path} {order}".strip())
