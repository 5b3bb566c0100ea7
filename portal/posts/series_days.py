"""On which days a post comes again, and at which instants: computed in the time of the wall."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal import zones
from portal.models import PostSeries

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLACES = ("first", "second", "third", "fourth", "last")
UNITS = {"daily": "day", "weekly": "week", "monthly_day": "month", "monthly_weekday": "month"}
# Nobody plans farther, and the search for a day must end.
FARTHEST = timedelta(days=366 * 6)
LONGEST_GAP = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """How often, from which day, until when. `weekdays` counts for weekly ones: Monday is 0."""

    rhythm: str
    every: int
    weekdays: frozenset[int]
    starts_on: date
    until_on: date | None
    times: int | None

    @property
    def words(self) -> str:
        """As a person says it: "every 2 weeks on Monday and Friday"."""
        unit = UNITS[self.rhythm]
        often = f"every {unit}" if self.every == 1 else f"every {self.every} {unit}s"
        if self.rhythm == "weekly":
            return f"{often} on {_listed([WEEKDAYS[day] for day in sorted(self.weekdays)])}"
        if self.rhythm == "monthly_day":
            return f"{often} on day {self.starts_on.day}"
        if self.rhythm == "monthly_weekday":
            return f"{often} on the {PLACES[place_of(self.starts_on)]} {WEEKDAYS[self.starts_on.weekday()]}"
        return often


def rule_of(row: PostSeries) -> Rule:
    weekdays = frozenset(day for day in range(7) if row.weekdays & 1 << day)
    return Rule(row.rhythm, row.every, weekdays, row.starts_on, row.until_on, row.times)


def days(rule: Rule) -> Iterator[date]:
    """Every day of the rule, in order, from its start to its end."""
    last = min(rule.until_on or date.max, rule.starts_on + FARTHEST)
    for number, day in enumerate(_endless(rule)):
        if day > last or (rule.times is not None and number >= rule.times):
            return
        yield day


def place_of(day: date) -> int:
    """Which Tuesday of its month a Tuesday is, from 0; the fifth counts as the last."""
    return (day.day - 1) // 7


def instant(day: date, at: time, zone: str) -> tuple[datetime, str | None]:
    """When the wall shows this hour, and a sentence where the clock has done something to it.

    Where the hour is jumped over it is the first one after the gap, where it comes twice the first of both.
    """
    wanted = datetime.combine(day, at)
    try:
        return zones.instant(wanted, zone, fold=None), None
    except zones.DoubledTime as doubled:
        return doubled.first, f"{at:%H:%M} comes twice on that day. It is planned for the first."
    except zones.SkippedTime:
        moment = _after_gap(wanted, zone)
        shown = zones.wall(moment, zone).at
        return moment, f"The clock jumps over {at:%H:%M} on that day. It is planned for {shown:%H:%M}."


def _after_gap(wanted: datetime, zone: str) -> datetime:
    for minutes in range(1, int(LONGEST_GAP / timedelta(minutes=1)) + 1):
        try:
            return zones.instant(wanted + timedelta(minutes=minutes), zone, fold=0)
        except zones.SkippedTime:
            continue
    raise ValueError(f"no clock in {zone} shows an hour near {wanted}")


def _endless(rule: Rule) -> Iterator[date]:
    if rule.rhythm == "daily":
        day = rule.starts_on
        while True:
            yield day
            day += timedelta(days=rule.every)
    if rule.rhythm == "weekly":
        yield from _weekly(rule)
    yield from _monthly(rule)


def _weekly(rule: Rule) -> Iterator[date]:
    monday = rule.starts_on - timedelta(days=rule.starts_on.weekday())
    while True:
        for weekday in sorted(rule.weekdays):
            if (day := monday + timedelta(days=weekday)) >= rule.starts_on:
                yield day
        monday += timedelta(weeks=rule.every)


def _monthly(rule: Rule) -> Iterator[date]:
    months = rule.starts_on.year * 12 + rule.starts_on.month - 1
    while True:
        year, month = divmod(months, 12)
        yield _in_month(rule, year, month + 1)
        months += rule.every


def _in_month(rule: Rule, year: int, month: int) -> date:
    first, length = calendar.monthrange(year, month)
    start = rule.starts_on
    if rule.rhythm == "monthly_day":
        # A month without such a day has it on its last.
        return date(year, month, min(start.day, length))
    day = 1 + (start.weekday() - first) % 7 + 7 * place_of(start)
    return date(year, month, day if day <= length else day - 7)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
