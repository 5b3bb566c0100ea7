"""A new post with all that belongs to it, put down by one statement.

A session takes its rows one table after the other, and keeps books about each of them; a program's post is
answered and forgotten. What is written is the same: every column that the models know, with their defaults.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Table, inspect

from portal.models import Post, PostCheck, PostMedia, Publication
from portal.orm import Base
from portal.posts.writing import New
from portal.reads import Statement


class _Rows:
    """The columns that are written into a model's table, but for those that name the post: `instead` are
    filled from what a row is related to."""

    def __init__(self, model: type[Base], of_post: str | None = None, **instead: str) -> None:
        table = inspect(model).local_table
        assert isinstance(table, Table)
        self.name, self.of_post, self.instead = table.name, of_post, instead
        # What the database alone fills in: the id, and the instants of now.
        self.columns: list[Column[Any]] = [
            column
            for column in table.columns
            if column.name != of_post and not (column.server_default and not column.default)
        ]

    @property
    def insert(self) -> str:
        """From a part of what was said, a list of records, into the table; in the order of the list."""
        names = ", ".join(column.name for column in self.columns)
        first, value = (f"{self.of_post}, ", "new_post.id, ") if self.of_post else ("", "")
        beside = "new_post, " if self.of_post else ""
        return (
            f"INSERT INTO {self.name} ({first}{names}) SELECT {value}{names} FROM {beside}said, "  # noqa: S608
            f"jsonb_populate_recordset(NULL::{self.name}, said.it -> '{self.name}') WITH ORDINALITY "
            "ORDER BY ordinality"
        )

    def record(self, row: Base) -> dict[str, Any]:
        """What is written; what the row leaves open is filled in, as a session would."""
        return {column.name: self._value(row, column) for column in self.columns}

    def _value(self, row: Base, column: Column[Any]) -> Any:
        value = getattr(row, column.name)
        if column.name in self.instead:
            value = getattr(row, self.instead[column.name]).id
        elif value is None and column.default is not None:
            value = column.default.arg(None) if column.default.is_callable else column.default.arg  # type: ignore[attr-defined]
        else:
            return value
        setattr(row, column.name, value)
        return value


_POST = _Rows(Post)
_PUBLICATION = _Rows(Publication, "post_id", social_account_id="account")
_MEDIA = _Rows(PostMedia, "post_id", media_file_id="file")
_CHECK = _Rows(PostCheck, "post_id")

# Triggers and references look when all of it is there.
_WRITE = Statement(f"""
WITH said AS (SELECT %s::jsonb AS it),
new_post AS ({_POST.insert} RETURNING id, created_at, updated_at),
new_publication AS ({_PUBLICATION.insert} RETURNING id, error_code, error_message),
new_media AS ({_MEDIA.insert}),
new_check AS ({_CHECK.insert})
SELECT id, created_at, updated_at,
    (SELECT coalesce(json_agg(json_build_array(id, error_code, error_message) ORDER BY id), '[]')::text
     FROM new_publication)
FROM new_post
""")  # noqa: S608 - our own words


def put_down(new: New) -> None:
    """Write it in the open transaction. Its rows belong to no session, and hold afterwards what a program is
    told: what the database filled in, and what it said of those that are held."""
    post = new.post
    said: dict[str, Sequence[Base]] = {
        _POST.name: [post],
        _PUBLICATION.name: post.publications,
        _MEDIA.name: post.media,
        _CHECK.name: [new.check] if new.check else [],
    }
    kinds = {kind.name: kind for kind in (_POST, _PUBLICATION, _MEDIA, _CHECK)}
    records = {name: [kinds[name].record(row) for row in rows] for name, rows in said.items()}
    post.id, created_at, updated_at, publications = _WRITE.here(json.dumps(records, default=_instant))
    post.created_at, post.updated_at = created_at.astimezone(UTC), updated_at.astimezone(UTC)
    for row, (number, code, words) in zip(post.publications, json.loads(publications), strict=True):
        row.id, row.error_code, row.error_message = number, code, words


def _instant(value: object) -> str:
    assert isinstance(value, datetime), "all else in a row is as JSON has it"
    return value.isoformat()
