"""Rows to days and weeks, without a database."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.posts import calendar

some_day = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def entry(at: str, post_id: int = 1, status: str = "scheduled") -> calendar.Entry:
    return calendar.Entry(post_id, datetime.fromisoformat(at), "Wash.", status, [])


def test_a_month_is_whole_weeks_from_monday() -> None:
    shown = calendar.span("month", date(2026, 11, 23))
    assert (shown.first, shown.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (shown.title, shown.previous, shown.next) == (
        "November 2026",
        date(2026, 10, 1),
        date(2026, 12, 1),
    )
    rows = calendar.weeks(calendar.days(shown, [], today=date(2026, 11, 23)))
    assert [len(row) for row in rows] == [7] * 6
    assert [day.date for row in rows for day in row if day.is_today] == [date(2026, 11, 23)]
    assert rows[0][0].is_outside
    assert not rows[0][6].is_outside


def test_posts_stand_in_their_day_by_the_hour() -> None:
    shown = calendar.span("day", date(2026, 11, 23))
    entries = [entry("2026-11-23T18:00", 1), entry("2026-11-23T09:00", 2), entry("2026-11-24T00:00", 3)]
    [day] = calendar.days(shown, entries, today=date(2026, 11, 24))
    assert [found.post_id for found in day.entries] == [2, 1]
    assert day.is_past
    assert day.new_href is None


def test_a_day_knows_how_many_posts_stand_behind_those_it_shows() -> None:
    shown = calendar.span("day", date(2026, 11, 23))
    entries = [entry(f"2026-11-23T09:{minute:02}", minute) for minute in range(3)]
    [day] = calendar.days(shown, entries, date(2026, 11, 1), {date(2026, 11, 23): 60})
    assert (len(day.entries), day.more) == (3, 57)
    [alone] = calendar.days(shown, entries, date(2026, 11, 1))
    assert alone.more == 0


def test_a_day_shows_its_usual_hours_and_any_in_which_something_stands() -> None:
    shown = calendar.span("day", date(2026, 11, 23))
    early = calendar.days(shown, [entry("2026-11-23T05:30"), entry("2026-11-23T23:10", 2)], date(2026, 11, 1))
    assert calendar.hours(calendar.days(shown, [], date(2026, 11, 1))) == range(7, 22)
    assert calendar.hours(early) == range(5, 24)
    assert calendar.hours([], is_whole=True) == range(24)
    assert [found.post_id for found in early[0].in_hour(23)] == [2]
    assert [calendar.hour_name(hour) for hour in (0, 9, 12, 13)] == ["12 am", "9 am", "12 pm", "1 pm"]


@given(st.sampled_from(calendar.VIEWS), some_day)
def test_every_day_is_on_its_page_once(view: str, day: date) -> None:
    shown = calendar.span(view, day)
    assert shown.first <= day <= shown.last
    listed = [each.date for each in calendar.days(shown, [], today=day)]
    assert listed.count(day) == 1
    assert listed == sorted(set(listed))


@given(st.sampled_from(calendar.VIEWS), some_day)
def test_one_page_forward_and_one_back_is_where_we_were(view: str, day: date) -> None:
    shown = calendar.span(view, day)
    if shown.next is not None and (back := calendar.span(view, shown.next).previous) is not None:
        assert calendar.span(view, back) == shown


def test_a_week_across_two_months_names_both() -> None:
    assert calendar.span("week", date(2026, 12, 1)).title == "30 November to 6 December 2026"
    assert calendar.span("week", date(2026, 11, 25)).title == "23 to 29 November 2026"


def test_a_page_begins_and_ends_at_the_doctors_midnight() -> None:
    begin, end = calendar.span("day", date(2026, 11, 23)).midnights("Asia/Kolkata")
    assert begin == datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
    assert end - begin == timedelta(hours=24)


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    begin, end = calendar.span("day", date(2026, 9, 6)).midnights("America/Santiago")
    assert begin == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert end - begin == timedelta(hours=23)
