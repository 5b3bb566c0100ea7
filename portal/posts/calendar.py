"""Calendar pages as values: which days they show, which posts stand in each. No database, no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from portal import zones
from portal.platforms.base import Platform

VIEWS = ("month", "week", "day", "list")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN_IN_A_DAY = 3
NEEDS_DOCTOR = ("failed", "partly_published", "awaiting_doctor", "unconfirmed", "held")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Entry:
    """A post as the calendar shows it; `at` is what the doctor's clock shows then."""

    post_id: int
    at: datetime
    words: str
    status: str
    platforms: Sequence[Platform]

    @property
    def hour(self) -> str:
        """The time of day as people write it: "9:30 am"."""
        return f"{self.at.hour % 12 or 12}:{self.at:%M} {'am' if self.at.hour < 12 else 'pm'}"


@dataclass(frozen=True)
class Day:
    """One day and what is planned for it."""

    date: date
    is_today: bool
    is_outside: bool
    is_past: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.date:%A} {self.date.day} {self.date:%B}"

    @property
    def href(self) -> str:
        return f"/calendar?view=day&day={self.date.isoformat()}"

    @property
    def new_href(self) -> str | None:
        """Where to write a post for this day; there is none for a day that is over."""
        return None if self.is_past else f"/posts/new?on={self.date.isoformat()}"

    @property
    def shown(self) -> list[Entry]:
        """What a small square has room for, in the order of the hours.

        What needs the doctor comes before the rest, and one post is never alone behind "more".
        """
        if len(self.entries) <= SHOWN_IN_A_DAY + 1:
            return self.entries
        needy_first = sorted(self.entries, key=lambda entry: entry.status not in NEEDS_DOCTOR)
        kept = {entry.post_id for entry in needy_first[:SHOWN_IN_A_DAY]}
        return [entry for entry in self.entries if entry.post_id in kept]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.shown)


@dataclass(frozen=True)
class Span:
    """The days that one page shows, from `first` to `last`, and the days to its left and right."""

    view: str
    first: date
    last: date
    title: str
    previous: date | None
    next: date | None
    # The month whose days are not greyed out; none for views that show no others.
    month: tuple[int, int] | None = None

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """The instants at which it begins and ends in a zone."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)


def span(view: str, day: date) -> Span:
    """The page of that view on which a day lies."""
    return {"month": _month, "list": _month, "week": _week, "day": _day}[view](view, day)


def days(shown: Span, entries: Iterable[Entry], today: date) -> list[Day]:
    """Every day of a page with its posts in the order of their hours."""
    by_date: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.post_id)):
        by_date.setdefault(entry.at.date(), []).append(entry)
    count = (shown.last - shown.first).days + 1
    return [
        Day(
            date=(day := shown.first + timedelta(days=number)),
            is_today=day == today,
            is_outside=shown.month is not None and (day.year, day.month) != shown.month,
            is_past=day < today,
            entries=by_date.get(day, []),
        )
        for number in range(count)
    ]


def weeks(listed: Sequence[Day]) -> list[Sequence[Day]]:
    """Rows of seven."""
    return [listed[start : start + 7] for start in range(0, len(listed), 7)]


def _month(view: str, day: date) -> Span:
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    title = f"{first:%B %Y}"
    previous, following = _within((first - timedelta(days=1)).replace(day=1)), _within(after)
    if view == "list":
        return Span(view, first, after - timedelta(days=1), title, previous, following)
    monday = first - timedelta(days=first.weekday())
    last = after - timedelta(days=1)
    sunday = last + timedelta(days=6 - last.weekday())
    return Span(view, monday, sunday, title, previous, following, (first.year, first.month))


def _week(view: str, day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    begin = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%B}"
    title = f"{begin} to {sunday.day} {sunday:%B %Y}"
    return Span(
        view, monday, sunday, title, _within(monday - timedelta(days=7)), _within(sunday + timedelta(days=1))
    )


def _day(view: str, day: date) -> Span:
    one = timedelta(days=1)
    return Span(view, day, day, f"{day:%A} {day.day} {day:%B %Y}", _within(day - one), _within(day + one))


def _within(day: date) -> date | None:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _midnight(day: date, zone: str) -> datetime:
    """When a day begins; in some zones the clock jumps over its midnight."""
    at = datetime.combine(day, time.min)
    while True:
        try:
            return zones.instant(at, zone, fold=0)
        except zones.SkippedTime:
            at += timedelta(minutes=15)
