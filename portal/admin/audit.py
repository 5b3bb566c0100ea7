"""The audit log as an administrator searches it: who did what to what, without private words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import DateField, SearchField, SelectField

from portal.admin.finding import LAST_PAGE, STATES
from portal.extensions import db
from portal.models import AuditEvent, User
from portal.models.licence import DOCUMENT_KINDS, MATCHES
from portal.platforms import PLATFORMS

PER_PAGE = 50
ABOUT = (
    ("", "Anything"),
    ("doctor", "A doctor"),
    ("user", "An account"),
    ("speciality", "A field of medicine"),
    ("council", "A council or register"),
    ("letter", "A letter"),
)
FIELDS = {
    "full_name": "name",
    "medical_council": "council",
    "medical_council_regd_no": "number",
    "speciality_id": "speciality",
    "sub_speciality_id": "sub-speciality",
    "registered_name": "name as registered",
}
# How something was done, as a sentence. What is not here may hold somebody's words and stays unshown.
SENTENCES: dict[str, Callable[[Any], str]] = {
    "kind": lambda kind: f"{DOCUMENT_KINDS.get(kind, _plain(kind))}.",
    "matched": lambda keys: f"In the register: {_listed(keys, MATCHES)}." if keys else "Nothing was ticked.",
    "state": lambda state: f"Those in the list “{dict(STATES).get(state, state)}”.",
    "letter": lambda letter: f"The letter “{_plain(letter)}”.",
    "changed": lambda names: f"Changed: {_listed(names, FIELDS)}.",
    "doctors": lambda number: f"{number} doctor{'' if number == 1 else 's'} went over.",
    "document_id": lambda number: f"Document {number}.",
    "other_doctor_id": lambda number: f"The other account is doctor {number}.",
    "target_days": lambda days: f"Answers within {days} days.",
    "recheck_months": lambda months: f"Checked again after {months} months.",
    "document_days": lambda days: f"Documents kept for {days} days.",
    "archive_years": lambda years: f"What was published kept for {years} years.",
}
# Only of fields of medicine and councils: elsewhere a name is a person's.
OF_NAMES: dict[str, Callable[[Any], str]] = {
    "name": lambda name: f"{name}.",
    "was": lambda name: f"Before: {name}.",
    "into": lambda number: f"Into number {number}.",
}
NAMED = ("speciality", "council")
# What an event is about, in words; its number follows. What is not here is called by its own name.
SUBJECTS = {
    "user": "Sign-in",
    "api_key": "API key",
    "social_account": "Account",
    "media_file": "Picture or video",
    "network_gate": "Network",
    "publication": "Post on an account",
}


class SearchForm(FlaskForm):
    """Sent by GET, so that an address can be kept."""

    class Meta:
        csrf = False

    q = SearchField("What, or who")
    about = SelectField("About", choices=dict(ABOUT))
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

    @property
    def subject(self) -> str | None:
        """What it is about; none where it is somebody's own sign-in, which "Who" says already."""
        event = self.event
        if event.subject is None or (event.subject == "user" and event.subject_id == event.user_id):
            return None
        words = SUBJECTS.get(event.subject, _plain(event.subject).capitalize())
        return f"{words} {event.subject_id}" if event.subject_id else words


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
    """How it was done, as far as this is nobody's own words."""
    known = SENTENCES | OF_NAMES if event.subject in NAMED else SENTENCES
    details = event.details
    told = [say(details[name]) for name, say in known.items() if details.get(name) is not None]
    where = _where(details)
    if where and told:
        where += "."
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in [where, *told] if sentence)


def _where(details: Mapping[str, Any]) -> str:
    """The network, and as what somebody is there: "LinkedIn profile"."""
    network = PLATFORMS.get(details.get("platform", ""))
    if network is None:
        return ""
    kind = next((each for each in network.connections if each.key == details.get("connection")), None)
    return kind.label if kind else network.label


def _listed(keys: Any, words: Mapping[str, str]) -> str:
    names = keys if isinstance(keys, list) else [keys]
    return ", ".join(words.get(name, _plain(name)).split(":")[0].lower() for name in names)


def _plain(name: Any) -> str:
    return str(name).replace("_", " ")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
