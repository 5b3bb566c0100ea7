"""Days to come, whatever day the tests run on: a date that stands in a test is past before one knows."""

from datetime import date, timedelta

from portal import clock


def ahead(days: int) -> str:
    """So many days from today, as a field takes it."""
    return f"{clock.now().date() + timedelta(days=days)}"


def next_year() -> int:
    return clock.now().year + 1


def last_sunday(year: int, month: int) -> date:
    """When Europe turns its clocks, in March and in October."""
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() + 1) % 7)
