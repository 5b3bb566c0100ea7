"""Who calls and what they ask for, in one statement: what programs read all day costs one way to the
database.

Only callers with whom nothing is wrong are known by it. Everybody else takes the usual way in, which says
what is wrong, or notes what is to be noted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.api import keys, tokens
from portal.reads import Read

DOCTOR = "SELECT %s::bigint AS doctor_id"
ValuesOf = Callable[..., Sequence[Any] | None]


@dataclass(frozen=True)
class Known:
    """A doctor who may make the call, and the row that was found for them; nulls when there was none."""

    user_id: int
    doctor_id: int
    key_id: int | None
    found: tuple[Any, ...]


@dataclass(frozen=True)
class Question:
    """What the database is asked for the doctor who calls: a SELECT in which caller.doctor_id is theirs.

    Its values stand as %s; `values` makes them of what the endpoint takes, or None when this time it is
    another question, which the endpoint asks itself.
    """

    sql: str
    values: ValuesOf

    def by_token(self, words: str, values: Sequence[Any]) -> Known | None:
        """For the doctor whom a good token names."""
        claims = tokens.read(words)
        row = self._by_token.row(*claims.asked_about, *values) if claims else None
        if claims is None or row is None:
            return None
        owner, found = row[:4], row[4:]
        return Known(owner[0], owner[3], None, found) if claims.are_of(owner) else None

    def by_key(self, words: str, right: str | None, values: Sequence[Any]) -> Known | None:
        """For the doctor whose key this is, when it has the right."""
        row = self._by_key.row(keys.digest(words), *values)
        if row is None:
            return None
        holder, found = row[:6], row[6:]
        return Known(holder[4], holder[5], holder[0], found) if keys.opens(holder, right) else None

    def of_doctor(self, doctor_id: int, values: Sequence[Any]) -> tuple[Any, ...]:
        """For a doctor who came in by the usual way."""
        _, *found = self._of_doctor.row(doctor_id, *values) or ()
        return tuple(found)

    def here(self, doctor_id: int, values: Sequence[Any]) -> tuple[Any, ...]:
        """The same as it is now, in the session's open transaction."""
        _, *found = self._of_doctor.here(doctor_id, *values)
        return tuple(found)

    @cached_property
    def _by_token(self) -> Read:
        return self._asked_for(tokens.OWNER)

    @cached_property
    def _by_key(self) -> Read:
        return self._asked_for(keys.HOLDER)

    @cached_property
    def _of_doctor(self) -> Read:
        return self._asked_for(DOCTOR)

    def _asked_for(self, caller: str) -> Read:
        return Read(
            f"SELECT caller.*, found.* FROM ({caller}) caller "  # noqa: S608 - all of it our own words
            f"LEFT JOIN LATERAL ({self.sql}) found ON true"
        )
