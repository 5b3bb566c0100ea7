"""The doctors as an administrator finds them: who waits longest comes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import clock
from portal.extensions import db
from portal.models import Doctor, User

PER_PAGE = 50
LAST_PAGE = 10_000
STATES = (("pending", "Waiting"), ("verified", "Verified"), ("rejected", "Not verified"), ("all", "All"))

waiting_since = func.coalesce(Doctor.verification_asked_at, User.confirmed_at, Doctor.created_at)


@dataclass(frozen=True)
class Search:
    """What is looked for; anything odd in the address counts as not said."""

    state: str
    words: str
    page: int

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Search":
        state, page = asked.get("state", ""), asked.get("page", "")
        return cls(
            state=state if state in dict(STATES) else "pending",
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            page=min(int(page), LAST_PAGE) if page.isdecimal() and len(page) < 10 and int(page) else 1,
        )

    @property
    def next_page(self) -> dict[str, Any]:
        """The address of what follows."""
        return {"state": self.state, "q": self.words or None, "page": self.page + 1}


def find(search: Search) -> tuple[list[Doctor], bool]:
    """The doctors of this page, and whether more follow."""
    query = (
        select(Doctor)
        .join(Doctor.user)
        .options(contains_eager(Doctor.user), joinedload(Doctor.speciality))
        .where(User.confirmed_at.is_not(None), *_conditions(search))
        .order_by(waiting_since, Doctor.id)
        .offset((search.page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    rows = list(db.session.scalars(query))
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def counts() -> dict[str, int]:
    """How many there are of each state."""
    rows = db.session.execute(
        select(Doctor.verification, func.count().label("number"))
        .join(Doctor.user)
        .where(User.confirmed_at.is_not(None))
        .group_by(Doctor.verification)
    )
    found = {row.verification: row.number for row in rows}
    return {**{state: found.get(state, 0) for state, _ in STATES}, "all": sum(found.values())}


def age_words(since: datetime) -> str:
    """For how long somebody waits, roughly, as one says it."""
    hours = int((clock.now() - since).total_seconds() // 3600)
    days = hours // 24
    if days >= 1:
        return "1 day" if days == 1 else f"{days} days"
    return "less than an hour" if hours < 1 else "1 hour" if hours == 1 else f"{hours} hours"


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found = [] if search.state == "all" else [Doctor.verification == search.state]
    if search.words:
        places = (Doctor.full_name, User.email, Doctor.medical_council, Doctor.medical_council_regd_no)
        wanted = search.words.lower()
        found.append(or_(*(func.lower(place).contains(wanted, autoescape=True) for place in places)))
    return found
