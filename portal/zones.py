"""The one place that turns wall time into instants and back.

The zone data are those of the tzdata wheel, never the machine's: so all processes agree, and
`data_version` says which edition a planned time was computed with.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

import tzdata


class NotAZone(ValueError):
    """A name that is no time zone."""


class SkippedTime(ValueError):
    """A wall time that the clock jumps over; its text is the sentence for the doctor."""


class DoubledTime(ValueError):
    """A wall time that comes twice; `first` and `second` are its instants, its text asks which is meant."""

    def __init__(self, words: str, first: datetime, second: datetime) -> None:
        super().__init__(words)
        self.first = first
        self.second = second


@dataclass(frozen=True)
class WallTime:
    """What a clock on the wall of a zone shows: naive, with `fold` 1 for the second of a doubled hour."""

    at: datetime
    zone: str

    @property
    def fold(self) -> int:
        return self.at.fold

    @property
    def iso(self) -> str:
        """As it is kept beside the instant: "2026-11-23T09:00:00"."""
        return self.at.replace(fold=0).isoformat(timespec="seconds")


def data_version() -> str:
    """The edition of the zone data, such as "2026f"."""
    return tzdata.IANA_VERSION


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Every name that zone data know, old spellings included."""
    return frozenset((resources.files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=1)
def choices() -> tuple[str, ...]:
    """The zones that a person chooses from: one for each place that keeps a time of its own, and UTC."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return (*sorted({row[2] for row in rows}), "UTC")


@lru_cache(maxsize=700)
def zone_of(name: str) -> tzinfo:
    """The rules of a zone; raises NotAZone."""
    if name not in names():
        raise NotAZone(f"{name!r} is not the name of a time zone.")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def wall(moment: datetime, zone: str) -> WallTime:
    """What the clock shows in `zone` at an instant."""
    return WallTime(moment.astimezone(zone_of(zone)).replace(tzinfo=None), zone)


def day_words(moment: datetime, zone: str) -> str:
    """The day that a calendar in `zone` shows: 6 December 2026."""
    local = moment.astimezone(zone_of(zone))
    return f"{local.day} {local:%B %Y}"


def instant(at: datetime, zone: str, fold: int | None = None) -> datetime:
    """The instant, in UTC, at which the clock in `zone` shows the naive time `at`.

    Raises SkippedTime in a spring gap. Raises DoubledTime in an autumn overlap unless `fold` says which one:
    0 for the first, 1 for the second.
    """
    rules = zone_of(zone)
    first, second = (_to_utc(at, rules, which) for which in (0, 1))
    if _shows(first, rules) != at.replace(fold=0):
        raise SkippedTime(_skipped_words(at, zone, rules))
    if first == second:
        return first
    if fold is None:
        raise DoubledTime(_doubled_words(at, zone), first, second)
    return second if fold else first


def comes_twice(shown: WallTime) -> bool:
    """Whether the clock shows this time twice that day."""
    rules, plain = zone_of(shown.zone), shown.at.replace(fold=0)
    first, second = (_to_utc(plain, rules, which) for which in (0, 1))
    return first != second and _shows(first, rules) == plain


def _to_utc(at: datetime, rules: tzinfo, fold: int) -> datetime:
    return at.replace(tzinfo=rules, fold=fold).astimezone(UTC)


def _shows(moment: datetime, rules: tzinfo) -> datetime:
    return moment.astimezone(rules).replace(tzinfo=None, fold=0)


def _skipped_words(at: datetime, zone: str, rules: tzinfo) -> str:
    left, reached = _gap_around(at, rules)
    says_day = left.date() != reached.date()
    before, after = (_clock(edge, with_day=says_day) for edge in (left, reached))
    return (
        f"That time does not exist on {_day(at)} in {zone}: the clock jumps from {before} to {after}. "
        f"Choose {after} or later."
    )


def _doubled_words(at: datetime, zone: str) -> str:
    return (
        f"{_clock(at)} comes twice on {_day(at)} in {zone}, because the clock is set back. "
        "Choose the first or the second."
    )


def _gap_around(at: datetime, rules: tzinfo) -> tuple[datetime, datetime]:
    """The edges of the gap that `at` lies in: the wall time it is left at and the one it is reached at."""
    # In a gap, fold 0 counts with the offset before the jump and fold 1 with the one after it (PEP 495): the
    # jump lies between the two instants that come of it.
    earliest, latest = (int(_to_utc(at, rules, which).timestamp()) for which in (1, 0))
    before = _offset(earliest, rules)
    seconds = range(earliest, latest + 1)
    jump = seconds[bisect_left(seconds, True, key=lambda second: _offset(second, rules) != before)]
    reached = datetime.fromtimestamp(jump, UTC) + _offset(jump, rules)
    return (reached - _offset(jump, rules) + before).replace(tzinfo=None), reached.replace(tzinfo=None)


def _offset(second: int, rules: tzinfo) -> timedelta:
    return datetime.fromtimestamp(second, rules).utcoffset() or timedelta()


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B}"


def _clock(at: datetime, with_day: bool = False) -> str:
    return f"{at:%H:%M} on {_day(at)}" if with_day else f"{at:%H:%M}"
