"""Wall time and instants, over the zones of the world and the days on which clocks are changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import zones

some_day = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31))
wall_times = some_day.map(lambda at: at.replace(microsecond=0))
instants = wall_times.map(lambda at: at.replace(tzinfo=UTC))
some_zone = st.sampled_from(zones.choices())


@settings(deadline=None)  # the first look at a zone reads a file
@given(instants, some_zone)
def test_an_instant_comes_back_from_its_wall_time(moment: datetime, zone: str) -> None:
    wall = zones.wall(moment, zone)
    assert zones.instant(wall.at, zone, wall.fold) == moment


@settings(deadline=None)  # the first look at a zone reads a file
@given(wall_times, some_zone, st.sampled_from([0, 1]))
def test_a_wall_time_is_shown_at_its_instant_or_refused(at: datetime, zone: str, fold: int) -> None:
    try:
        moment = zones.instant(at, zone, fold)
    except zones.SkippedTime:
        return
    assert zones.wall(moment, zone).at.replace(fold=0) == at


@pytest.mark.parametrize(
    ("at", "zone", "edges"),
    [
        ("2026-03-29T02:00", "Europe/Berlin", ("29 March", "02:00", "03:00")),
        ("2026-03-29T02:59", "Europe/Berlin", ("29 March", "02:00", "03:00")),
        ("2026-03-29T01:30", "Europe/London", ("29 March", "01:00", "02:00")),
        ("2026-03-08T02:30", "America/New_York", ("8 March", "02:00", "03:00")),
        ("2026-10-04T02:15", "Australia/Lord_Howe", ("4 October", "02:00", "02:30")),
        ("2026-09-06T00:00", "America/Santiago", ("6 September", "00:00", "01:00")),
        ("2011-12-30T12:00", "Pacific/Apia", ("30 December", "00:00 on 30 December", "00:00 on 31 December")),
    ],
)
def test_a_skipped_hour_is_refused_with_a_suggestion(at: str, zone: str, edges: tuple[str, str, str]) -> None:
    day, left, reached = edges
    with pytest.raises(zones.SkippedTime) as refused:
        zones.instant(datetime.fromisoformat(at), zone)
    assert str(refused.value) == (
        f"That time does not exist on {day} in {zone}: the clock jumps from {left} to {reached}. "
        f"Choose {reached} or later."
    )


@pytest.mark.parametrize(
    ("at", "zone", "first", "apart"),
    [
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30Z", timedelta(hours=1)),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30Z", timedelta(hours=1)),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45Z", timedelta(minutes=30)),
    ],
)
def test_a_doubled_hour_is_asked(at: str, zone: str, first: str, apart: timedelta) -> None:
    wall = datetime.fromisoformat(at)
    with pytest.raises(zones.DoubledTime) as asked:
        zones.instant(wall, zone)
    assert asked.value.first == datetime.fromisoformat(first) == zones.instant(wall, zone, 0)
    assert asked.value.second == asked.value.first + apart == zones.instant(wall, zone, 1)
    assert "comes twice" in str(asked.value)


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59Z"),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00Z"),
        ("2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00Z"),
        ("2026-11-23T09:00", "Asia/Kolkata", "2026-11-23T03:30Z"),
        ("2026-11-23T09:00", "Asia/Kathmandu", "2026-11-23T03:15Z"),
        ("2026-11-23T09:00", "UTC", "2026-11-23T09:00Z"),
    ],
)
def test_plain_hours_need_no_question(at: str, zone: str, expected: str) -> None:
    assert zones.instant(datetime.fromisoformat(at), zone) == datetime.fromisoformat(expected)


def test_the_second_of_a_doubled_hour_is_known_by_its_fold() -> None:
    wall = zones.wall(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin")
    assert (wall.iso, wall.fold) == ("2026-10-25T02:30:00", 1)


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "Europe/", "europe/berlin"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(zones.NotAZone):
        zones.zone_of(name)


def test_every_zone_that_can_be_chosen_has_rules() -> None:
    assert all(zones.zone_of(name) for name in zones.choices())
    assert "Asia/Kolkata" in zones.choices()


def test_the_edition_of_the_zone_data_is_known() -> None:
    assert zones.data_version()[:4].isdecimal()
