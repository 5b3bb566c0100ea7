"""The hour that stands in an empty composer: still to come, and one at which people read."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in


@pytest.mark.parametrize(
    ("now", "query", "on", "at"),
    [
        ("2026-11-23T05:00", "", "2026-11-23", "09:00"),
        ("2026-11-23T13:20", "", "2026-11-23", "14:00"),
        ("2026-11-23T19:59", "", "2026-11-23", "20:00"),
        ("2026-11-23T20:01", "", "2026-11-24", "09:00"),
        ("2026-11-23T23:30", "", "2026-11-24", "09:00"),
        ("2026-11-23T13:20", "?on=2026-11-30", "2026-11-30", "09:00"),
        ("2026-11-23T13:20", "?on=2026-11-01", "2026-11-23", "14:00"),
        ("2026-11-23T13:20", "?on=nonsense", "2026-11-23", "14:00"),
    ],
)
def test_the_suggested_hour(
    client: FlaskClient, asha, clock: Clock, now: str, query: str, on: str, at: str
) -> None:
    clock.set(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Asia/Kolkata")))

    page = Page(sign_in(client, asha).get(f"/posts/new{query}"))

    assert (page.value_of("Date"), page.value_of("Time")) == (on, at)
