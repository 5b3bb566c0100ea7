"""The audit log as an administrator searches it: who did what to what, without private words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import DateField, SearchField, SelectField

from portal.admin.finding import LAST_PAGE
from portal.extensions import db
from portal.models import AuditEvent, User
from portal.models.office import OFFICE_SETTINGS

PER_PAGE = 50
ABOUT = (
    ("", "Anything"),
    ("doctor", "A doctor"),
    ("user", "An account"),
    ("speciality", "A field of medicine"),
    ("letter", "A letter"),
)
# Details that say how something was done. All others may hold somebody's words and stay unshown.
SHOWN = ("kind", "matched", "state", "letter", "platform", "connection", "changed", "name", "was", "into")
SHOWN_NUMBERS = ("doctors", "document_id", "other_doctor_id", *OFFICE_SETTINGS)


class SearchForm(FlaskForm):
    """Sent by GET, so that an address can be kept."""

    class Meta:
        csrf = False

    q = SearchField("What, or who")
    about = SelectField("About", choices=ABOUT)
    since = DateField("From")
    until = DateField("To")

    @classmethod
    def of(cls, search: "Search") -> "SearchForm":
        found = {"q": search.words, "about": search.about, "since": search.since, "until": search.until}
        return cls(formdata=None, data=found)


@dataclass(frozen=True)
class Search:
    """What is looked for; anything odd in the address counts as not said."""

    words: str
    about: str
    since: date | None
    until: date | None
    number: int | None
    page: int

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Search":
        about, page = asked.get("about", ""), asked.get("page", "")
        return cls(
            words=asked.get("q", "").replace("\x00", "").strip()[:100],
            about=about if about in dict(ABOUT) else "",
            since=_day(asked.get("since", "")),
            until=_day(asked.get("until", "")),
            number=_number(asked.get("id", "")),
            page=min(max(_number(page) or 1, 1), LAST_PAGE),
        )

    def address(self, page: int | None = None) -> dict[str, Any]:
        return {
            "q": self.words or None,
            "about": self.about or None,
            "since": self.since,
            "until": self.until,
            "id": self.number,
            "page": page,
        }


@dataclass(frozen=True)
class Row:
    """One event, as it is shown."""

    event: AuditEvent
    who: str | None
    details: str


def find(search: Search) -> tuple[list[Row], bool]:
    """The newest first, and whether more follow."""
    query = (
        select(AuditEvent, User.email)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(*_conditions(search))
        .order_by(AuditEvent.id.desc())
        .offset((search.page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    rows = [Row(event, email, _details(event)) for event, email in db.session.execute(query)]
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def _conditions(search: Search) -> list[Any]:
    found: list[Any] = []
    if search.words:
        wanted = search.words.lower()
        found.append(
            func.lower(AuditEvent.action).contains(wanted, autoescape=True)
            | func.lower(User.email).contains(wanted, autoescape=True)
        )
    if search.about:
        found.append(AuditEvent.subject == search.about)
    if search.number is not None:
        found.append(AuditEvent.subject_id == search.number)
    if search.since:
        found.append(AuditEvent.created_at >= datetime.combine(search.since, time(), tzinfo=UTC))
    if search.until and search.until < date.max:
        after = search.until + timedelta(days=1)
        found.append(AuditEvent.created_at < datetime.combine(after, time(), tzinfo=UTC))
    return found


def _details(event: AuditEvent) -> str:
    """How it was done, as far as this is nobody's own words: names only of fields of medicine."""
    is_field = event.subject == "speciality"
    parts = []
    for name, value in event.details.items():
        is_name = name in ("name", "was", "into")
        if (name in SHOWN and (is_field or not is_name)) or name in SHOWN_NUMBERS:
            words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            parts.append(f"{name.replace('_', ' ')}: {words}" if words else "")
    return "; ".join(part for part in parts if part)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
