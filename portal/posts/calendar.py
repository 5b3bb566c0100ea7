"""Calendar pages as values: which days they show, which posts stand in each. No database, no request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from portal import zones
from portal.platforms.base import Platform

VIEWS = ("month", "week", "day", "list")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# How many posts of one day a page shows before it counts the others.
SHOWN_IN_A_DAY = {"month": 3, "list": 12, "week": 30, "day": 400}
# The hours that a week and a day always show.
FIRST_HOUR, LAST_HOUR = 7, 21
# Of a publication: the doctor has to do something, or has not finished.
NEEDS_DOCTOR = ("failed", "awaiting_doctor", "unconfirmed", "held")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Entry:
    """A post as the calendar shows it; `at` is what the doctor's clock shows then."""

    post_id: int
    at: datetime
    words: str
    status: str
    platforms: Sequence[Platform]
    version: int = 1
    # Whether it has not begun to go out.
    can_move: bool = True

    @property
    def needs_doctor(self) -> bool:
        return self.status in NEEDS_DOCTOR

    @property
    def hour(self) -> str:
        """The time of day as people write it: "9:30 am"."""
        return f"{self.at.hour % 12 or 12}:{self.at:%M} {'am' if self.at.hour < 12 else 'pm'}"


@dataclass(frozen=True)
class Mark:
    """Something that a day is known for: a health day, or a day of the doctor's own."""

    key: str
    name: str
    is_own: bool = False
    # For a week or a month of something: "until 30 April".
    more: str = ""


@dataclass(frozen=True)
class Day:
    """One day, what is planned for it and what it is known for."""

    date: date
    is_today: bool
    is_outside: bool
    is_past: bool
    entries: list[Entry] = field(default_factory=list)
    # How many posts there are; `entries` may be only some of them.
    total: int = 0
    marks: list[Mark] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.date:%A} {self.date.day} {self.date:%B}"

    @property
    def new_href(self) -> str | None:
        """Where to write a post for this day; there is none for a day that is over."""
        return None if self.is_past else f"/posts/new?on={self.date.isoformat()}"

    @property
    def needs_doctor(self) -> bool:
        # What needs the doctor is shown before all else, however many posts the day has.
        return any(entry.needs_doctor for entry in self.entries)

    @property
    def more(self) -> int:
        return max(self.total - len(self.entries), 0)

    def in_hour(self, hour: int) -> list[Entry]:
        return [entry for entry in self.entries if entry.at.hour == hour]


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

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def midnights(self, zone: str) -> list[datetime]:
        """The instants at which its days begin in a zone, and the one at which the last of them ends."""
        return [midnight(day, zone) for day in (*self.dates, self.last + timedelta(days=1))]


def span(view: str, day: date) -> Span:
    """The page of that view on which a day lies."""
    return {"month": _month, "list": _month, "week": _week, "day": _day}[view](view, day)


def days(
    shown: Span,
    entries: Iterable[Entry],
    today: date,
    totals: Mapping[date, int] | None = None,
    marks: Mapping[date, list[Mark]] | None = None,
) -> list[Day]:
    """Every day of a page with its posts in the order of their hours.

    `totals` says how many posts a day has where `entries` are not all of them.
    """
    by_date: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.post_id)):
        by_date.setdefault(entry.at.date(), []).append(entry)
    return [
        Day(
            date=day,
            is_today=day == today,
            is_outside=shown.month is not None and (day.year, day.month) != shown.month,
            is_past=day < today,
            entries=by_date.get(day, []),
            total=(totals or {}).get(day, len(by_date.get(day, []))),
            marks=(marks or {}).get(day, []),
        )
        for day in shown.dates
    ]


def hours(listed: Sequence[Day], is_whole: bool = False) -> range:
    """The hours that a week or a day shows: those of the day, and any other in which something stands."""
    if is_whole:
        return range(24)
    used = [entry.at.hour for day in listed for entry in day.entries]
    return range(min([FIRST_HOUR, *used]), max([LAST_HOUR, *used]) + 1)


def hour_name(hour: int) -> str:
    return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"


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


@lru_cache(maxsize=4096)
def midnight(day: date, zone: str) -> datetime:
    """When a day begins; in some zones the clock jumps over its midnight."""
    at = datetime.combine(day, time.min)
    while True:
        try:
            return zones.instant(at, zone, fold=0)
        except zones.SkippedTime:
            at += timedelta(minutes=15)
