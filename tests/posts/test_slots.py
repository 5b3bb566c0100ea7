"""Weekly hours, and the next of them that is free."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient

from portal import zones
from portal.models import Doctor, PostingSlot, SocialAccount
from portal.posts import slots
from tests.conftest import Clock
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.signing_in import sign_in

MORNING = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # Monday, nine o'clock in Kolkata


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


def slot(account: SocialAccount, weekday: int, hour: str) -> PostingSlot:
    values = {"doctor_id": account.doctor_id, "social_account_id": account.id}
    return save(PostingSlot(**values, weekday=weekday, hour=time.fromisoformat(hour)))


def free(doctor: Doctor, *accounts: SocialAccount) -> str | None:
    at = slots.next_free(doctor, [account.id for account in accounts])
    return zones.wall(at, doctor.timezone).iso if at else None


def test_the_next_hour_of_the_chosen_accounts_is_found(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    slot(x, 2, "18:00")
    slot(linkedin, 1, "08:00")
    assert free(asha, x) == "2026-11-25T18:00:00"
    assert free(asha, linkedin) == "2026-11-24T08:00:00"
    assert free(asha, x, linkedin) == free(asha) == "2026-11-24T08:00:00"


def test_an_hour_that_is_over_or_taken_is_left_out(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    slot(x, 0, "09:00")
    slot(x, 0, "12:00")
    assert free(asha, x) == "2026-11-23T12:00:00"
    make_post(asha, x, scheduled_at=MORNING + timedelta(hours=3, minutes=10))
    assert free(asha, x) == "2026-11-30T09:00:00"
    make_post(asha, linkedin, scheduled_at=MORNING + timedelta(days=7))
    assert free(asha, x) == "2026-11-30T09:00:00"


def test_a_cancelled_post_leaves_its_hour(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    slot(x, 0, "12:00")
    make_post(asha, x, status="cancelled", scheduled_at=MORNING + timedelta(hours=3))
    assert free(asha, x) == "2026-11-23T12:00:00"


def test_without_hours_there_is_none(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    assert free(asha, x) is None


def test_hours_that_the_clock_skips_are_left_out_and_doubled_ones_come_once() -> None:
    spring = slots.coming([(6, time(2, 30))], datetime(2026, 3, 7, 12, tzinfo=UTC), "America/New_York")
    assert zones.wall(next(spring), "America/New_York").iso == "2026-03-15T02:30:00"
    autumn = slots.coming([(6, time(1, 30))], datetime(2026, 10, 31, 12, tzinfo=UTC), "America/New_York")
    assert next(autumn) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert next(autumn) == datetime(2026, 11, 8, 6, 30, tzinfo=UTC)


def test_hours_are_added_and_taken_away(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    said = {"social_account_id": x.id, "weekdays": ["1", "3"], "hour": "18:00"}
    for _ in range(2):
        assert browser.post("/calendar/slots", data=said).status_code == 303
    assert [(one.weekday, one.hour) for one in slots.of_doctor(asha)] == [(1, time(18)), (3, time(18))]
    page = Page(browser.get("/calendar/slots"))
    assert "The next free hour is Tuesday 24 November 2026, 6:00 pm (Kolkata time)." in page.text
    page.form("Take away Tuesday 6:00 pm of Asha on X").submit(browser)
    assert [one.weekday for one in slots.of_doctor(asha)] == [3]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"weekdays": ["1"]}, "Choose a time."),
        ({"hour": "18:00"}, "Choose at least one day."),
        ({"weekdays": ["9"], "hour": "18:00"}, "Choose at least one day."),
    ],
)
def test_what_is_missing_is_said(
    browser: FlaskClient, x: SocialAccount, said: dict[str, object], words: str
) -> None:
    page = Page(browser.post("/calendar/slots", data={"social_account_id": x.id, **said}))
    assert (page.status, page.errors) == (422, [words])


def test_nobody_sets_hours_for_somebody_elses_account(
    browser: FlaskClient, ben: Doctor, x: SocialAccount
) -> None:
    other = make_account(ben)
    said = {"social_account_id": other.id, "weekdays": ["1"], "hour": "18:00"}
    assert browser.post("/calendar/slots", data=said).status_code == 422
    assert browser.post(f"/calendar/slots/{slot(other, 1, '18:00').id}/forget").status_code == 404


def test_the_composer_takes_the_next_free_hour(browser: FlaskClient, x: SocialAccount) -> None:
    slot(x, 4, "19:15")
    assert "Next free hour" in Page(browser.get("/posts/new")).buttons
    said = {"do": "slot", "chosen": [x.id], "content": "Wash.", "on": "2026-11-23", "at": "10:00"}
    page = Page(browser.post("/posts/preview", data=said))
    assert (page.value_of("Date"), page.value_of("Time")) == ("2026-11-27", "19:15")
    assert page.value_of("Text").strip() == "Wash."
    assert "The next free hour is Friday 27 November 2026, 7:15 pm" in page.text
    part = browser.post("/posts/next-slot", data=said, headers={"HX-Request": "true"})
    assert 'value="2026-11-27"' in part.text
    assert "<html" not in part.text


def test_the_composer_says_when_no_hour_is_set(browser: FlaskClient, x: SocialAccount) -> None:
    part = browser.post(
        "/posts/next-slot", data={"on": "2026-12-01", "at": "09:00"}, headers={"HX-Request": "true"}
    )
    assert "None of your weekly hours is free." in part.text
    assert 'value="2026-12-01"' in part.text
