"""Health days that a doctor may want to post about: when they are, and for which fields of medicine.

The list is in data/health_days.json. No database, no request.
"""

import calendar
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.posts.calendar import Mark

LIST = Path(__file__).resolve().parent.parent / "data" / "health_days.json"

WEEK_DAYS = 7


@dataclass(frozen=True)
class HealthDay:
    """One entry of the list: a fixed day, the nth weekday of a month, or a span within a year."""

    key: str
    name: str
    rule: dict[str, Any]
    specialities: frozenset[str]
    observed_by: str

    def within(self, year: int) -> tuple[date, date]:
        """Its first and last day in a year."""
        if "from" in self.rule:
            first, last = (date(year, **self.rule[edge]) for edge in ("from", "to"))
            return first, last
        if "nth" in self.rule:
            day = _nth_weekday(year, **self.rule)
            return day, day
        day = date(year, **self.rule)
        return day, day

    def fits(self, fields: Collection[str]) -> bool:
        """Whether it is for a doctor of these fields; without fields of its own it is for every doctor."""
        return not self.specialities or not self.specialities.isdisjoint(fields)

    @property
    def sentence(self) -> str:
        """A neutral beginning of a post about it."""
        first, last = self.within(2000)
        if first == last:
            return f"Today is {self.name}."
        long = (last - first).days >= WEEK_DAYS
        return f"This month is {self.name}." if long else f"This week is {self.name}."

    @property
    def when(self) -> str:
        """When it is each year, in words."""
        if "nth" in self.rule:
            number = {-1: "last", 1: "first", 2: "second", 3: "third", 4: "fourth"}[self.rule["nth"]]
            return f"the {number} {self.rule['weekday']} of {calendar.month_name[self.rule['month']]}"
        first, last = self.within(2000)
        begin = f"{first.day} {first:%B}"
        return begin if first == last else f"{begin} to {last.day} {last:%B}"


@lru_cache(maxsize=1)
def every() -> tuple[HealthDay, ...]:
    """The whole list, in the order of the year."""
    found = [_read(entry) for entry in json.loads(LIST.read_text())["days"]]
    return tuple(sorted(found, key=lambda one: (one.within(2000), one.name)))


def fitting(fields: Collection[str]) -> list[HealthDay]:
    """Those for a doctor of these fields."""
    return [one for one in every() if one.fits(fields)]


def by_key(key: str) -> HealthDay | None:
    return next((one for one in every() if one.key == key), None)


def marks(shown: Iterable[HealthDay], first: date, last: date) -> list[tuple[date, Mark]]:
    """Where a page from `first` to `last` names these days; a week or a month is named where it begins."""
    found = []
    for one in shown:
        for year in range(first.year, last.year + 1):
            begin, end = one.within(year)
            if begin <= last and end >= first:
                found.append((max(begin, first), Mark(one.key, one.name, more=_until(begin, end))))
    return found


def _until(begin: date, end: date) -> str:
    return "" if begin == end else f"until {end.day} {end:%B}"


def _read(entry: dict[str, Any]) -> HealthDay:
    return HealthDay(
        key=re.sub(r"[^a-z0-9]+", "-", entry["name"].lower()).strip("-"),
        name=entry["name"],
        rule=entry["rule"],
        specialities=frozenset(entry["specialities"]),
        observed_by=entry["observed_by"],
    )


def _nth_weekday(year: int, month: int, weekday: str, nth: int) -> date:
    wanted = list(calendar.day_name).index(weekday)
    first, length = date(year, month, 1), calendar.monthrange(year, month)[1]
    fitting_days = [
        day for number in range(length) if (day := first + timedelta(days=number)).weekday() == wanted
    ]
    return fitting_days[nth if nth < 0 else nth - 1]
