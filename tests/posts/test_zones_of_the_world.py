"""Every zone of the world, on both days a year on which its clocks are changed: skipped and doubled hours."""

import zoneinfo
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import zones

SECOND = timedelta(seconds=1)
# As far ahead as posts can be planned, and the years for which old plans are shown.
FIRST, LAST = (
    int(datetime(2022, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2030, 1, 1, tzinfo=UTC).timestamp()),
)
WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class Edge:
    """A second at which the clocks of a zone are changed, and what they show just before and from then on."""

    zone: str
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def is_gap(self) -> bool:
        return self.after > self.before

    @property
    def wall(self) -> tuple[datetime, datetime]:
        """The wall times between which an hour is skipped or doubled: the first one, and the end."""
        shown = [(self.at + offset).replace(tzinfo=None) for offset in (self.before, self.after)]
        return min(shown), max(shown)


def offset_at(second: int, zone: str) -> timedelta:
    return datetime.fromtimestamp(second, zones.zone_of(zone)).utcoffset() or timedelta()


def edges_of(zone: str) -> list[Edge]:
    """Looked for week by week, and then to the second."""
    found = []
    for start in range(FIRST, LAST, WEEK):
        before, after = offset_at(start, zone), offset_at(start + WEEK, zone)
        if before != after:
            seconds = range(start, start + WEEK + 1)
            place = bisect_left(seconds, True, key=lambda second: offset_at(second, zone) != before)
            found.append(Edge(zone, datetime.fromtimestamp(seconds[place], UTC), before, after))
    return found


@lru_cache(maxsize=1)
def edges() -> list[Edge]:
    return [edge for zone in sorted(zones.names()) for edge in edges_of(zone)]


def gaps() -> list[Edge]:
    return [edge for edge in edges() if edge.is_gap]


def overlaps() -> list[Edge]:
    return [edge for edge in edges() if not edge.is_gap]


some_gap = st.deferred(lambda: st.sampled_from(gaps()))
some_overlap = st.deferred(lambda: st.sampled_from(overlaps()))
some_second = st.integers(0, 10**6)


def within(edge: Edge, number: int) -> datetime:
    """One of the seconds that are skipped or doubled."""
    first, end = edge.wall
    return first + SECOND * (number % int((end - first).total_seconds()))


def test_every_name_that_python_knows_is_a_zone_of_ours() -> None:
    # "localtime" is this machine's own zone, wherever it stands.
    assert zoneinfo.available_timezones() - {"localtime", "posixrules"} <= zones.names()
    assert len({edge.zone for edge in edges()}) > 150


def test_at_both_edges_of_every_gap_the_last_and_the_first_real_second_are_planned_as_they_are() -> None:
    for edge in gaps():
        left, reached = edge.wall
        assert zones.instant(left - SECOND, edge.zone) == edge.at - SECOND
        assert zones.instant(reached, edge.zone) == edge.at
        for skipped in (left, reached - SECOND):
            with pytest.raises(zones.SkippedTime) as refused:
                zones.instant(skipped, edge.zone)
            assert f"Choose {reached:%H:%M}" in str(refused.value)


def test_at_both_edges_of_every_overlap_only_what_comes_twice_is_asked() -> None:
    for edge in overlaps():
        first, end = edge.wall
        length = edge.before - edge.after
        assert zones.instant(first - SECOND, edge.zone) == edge.at - length - SECOND
        assert zones.instant(end, edge.zone) == edge.at + length
        for doubled in (first, end - SECOND):
            with pytest.raises(zones.DoubledTime) as asked:
                zones.instant(doubled, edge.zone)
            assert asked.value.second - asked.value.first == length


@settings(deadline=None, max_examples=300)
@given(some_gap, some_second, st.sampled_from([None, 0, 1]))
def test_any_second_of_any_gap_is_refused_whatever_its_fold(
    edge: Edge, number: int, fold: int | None
) -> None:
    with pytest.raises(zones.SkippedTime):
        zones.instant(within(edge, number), edge.zone, fold)


@settings(deadline=None, max_examples=300)
@given(some_overlap, some_second)
def test_any_second_of_any_overlap_has_two_instants_that_come_back_as_they_were(
    edge: Edge, number: int
) -> None:
    at = within(edge, number)
    for fold in (0, 1):
        moment = zones.instant(at, edge.zone, fold)
        shown = zones.wall(moment, edge.zone)
        assert (shown.at.replace(fold=0), shown.fold) == (at, fold)
        assert zones.comes_twice(shown)
        assert (moment < edge.at) == (fold == 0)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(zones.names())), st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)))
def test_any_instant_in_any_zone_comes_back(zone: str, at: datetime) -> None:
    moment = at.replace(microsecond=0, tzinfo=UTC)
    shown = zones.wall(moment, zone)
    assert zones.instant(shown.at, zone, shown.fold) == moment
