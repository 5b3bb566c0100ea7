"""The doctors as an administrator finds them: who waits longest comes first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import clock
from portal.extensions import db
from portal.models import ApiKey, Doctor, User
from portal.models.api_key import PREFIX, SHOWN_CHARACTERS

PER_PAGE = 50
LAST_PAGE = 10_000
STATES = (
    ("pending", "Waiting"),
    ("more", "Asked for more"),
    ("verified", "Verified"),
    ("rejected", "Not verified"),
    ("suspended", "Suspended"),
    ("all", "All"),
)
SORTS = (
    ("waiting", "Who waits longest"),
    ("name", "Name"),
    ("joined", "Newest first"),
    ("ends", "Mark ends"),
)

waiting_since = func.coalesce(
    Doctor.recheck_asked_at, Doctor.verification_asked_at, User.confirmed_at, Doctor.created_at
)

_is_suspended = Doctor.suspended_at.is_not(None)
_is_asked = Doctor.more_asked_at.is_not(None)
# One word for each doctor; who asks for another look before the mark ends waits too.
state_of = case(
    (_is_suspended, "suspended"),
    (_is_asked, "more"),
    ((Doctor.verification == "verified") & Doctor.recheck_asked_at.is_not(None), "pending"),
    else_=Doctor.verification,
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "waiting": (waiting_since, Doctor.id),
    "name": (func.lower(Doctor.full_name), Doctor.id),
    "joined": (User.confirmed_at.desc(), Doctor.id.desc()),
    "ends": (Doctor.verified_until.asc().nulls_last(), Doctor.id),
}


@dataclass(frozen=True)
class Search:
    """What is looked for; anything odd in the address counts as not said."""

    state: str
    words: str
    page: int
    sort: str = "waiting"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Search":
        state, page, sort = asked.get("state", ""), asked.get("page", ""), asked.get("sort", "")
        return cls(
            state=state if state in dict(STATES) else "pending",
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            page=min(int(page), LAST_PAGE) if page.isdecimal() and len(page) < 10 and int(page) else 1,
            sort=sort if sort in dict(SORTS) else "waiting",
        )

    @property
    def address(self) -> dict[str, Any]:
        """What an address says of it, from the first page on."""
        sort = None if self.sort == "waiting" else self.sort
        return {"state": self.state, "q": self.words or None, "sort": sort}

    @property
    def next_page(self) -> dict[str, Any]:
        """The address of what follows."""
        return self.address | {"page": self.page + 1}


def find(search: Search) -> tuple[list[Doctor], bool]:
    """The doctors of this page, and whether more follow."""
    query = _found(search).offset((search.page - 1) * PER_PAGE).limit(PER_PAGE + 1)
    rows = list(db.session.scalars(query))
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def everyone(search: Search) -> Iterator[Doctor]:
    """All that are found, a portion at a time, for a file."""
    yield from db.session.scalars(_found(search).execution_options(yield_per=500))


def counts() -> dict[str, int]:
    """How many there are of each state."""
    rows = db.session.execute(
        select(state_of.label("state"), func.count().label("number"))
        .select_from(Doctor)
        .join(Doctor.user)
        .where(User.confirmed_at.is_not(None))
        .group_by(state_of)
    )
    found = {row.state: row.number for row in rows}
    return {**{state: found.get(state, 0) for state, _ in STATES}, "all": sum(found.values())}


def age_words(since: datetime) -> str:
    """For how long somebody waits, roughly, as one says it."""
    hours = int((clock.now() - since).total_seconds() // 3600)
    days = hours // 24
    if days >= 1:
        return "1 day" if days == 1 else f"{days} days"
    return "less than an hour" if hours < 1 else "1 hour" if hours == 1 else f"{hours} hours"


def _found(search: Search) -> Select[Any]:
    return (
        select(Doctor)
        .join(Doctor.user)
        .options(contains_eager(Doctor.user), joinedload(Doctor.speciality))
        .where(User.confirmed_at.is_not(None), *_conditions(search))
        .order_by(*_ORDERS[search.sort])
    )


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if search.state == "all" else [state_of == search.state]
    if search.words:
        places = (Doctor.full_name, User.email, Doctor.medical_council, Doctor.medical_council_regd_no)
        wanted = search.words.lower()
        said = [func.lower(place).contains(wanted, autoescape=True) for place in places]
        found.append(or_(*said, _has_key(search.words)))
    return found


def _has_key(words: str) -> ColumnElement[bool]:
    """Whose key begins so: one that turned up where it should not be. No more of it is known here."""
    if not words.startswith(PREFIX):
        return false()
    begins = ApiKey.beginning.startswith(words[:SHOWN_CHARACTERS], autoescape=True)
    return exists().where(ApiKey.doctor_id == Doctor.id, begins)
