"""Health days by their rules and by field of medicine, days of the doctor's own, and drafts about them."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from portal.checks import Author, Draft, Piece, look
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, OwnDay
from portal.posts import calendar, health_days, own_days
from tests.conftest import Clock
from tests.factories import save
from tests.page import Page
from tests.signing_in import sign_in

MORNING = datetime(2026, 11, 10, 3, 30, tzinfo=UTC)


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


@pytest.mark.parametrize(
    ("key", "year", "first", "last"),
    [
        ("world-cancer-day", 2026, (2, 4), (2, 4)),
        ("world-leprosy-day", 2026, (1, 25), (1, 25)),  # the last Sunday
        ("world-leprosy-day", 2027, (1, 31), (1, 31)),
        ("world-kidney-day", 2026, (3, 12), (3, 12)),  # the second Thursday
        ("world-asthma-day", 2029, (5, 1), (5, 1)),  # the first Tuesday
        ("world-copd-day", 2026, (11, 18), (11, 18)),  # the third Wednesday
        ("world-immunization-week", 2026, (4, 24), (4, 30)),
        ("breast-cancer-awareness-month", 2030, (10, 1), (10, 31)),
    ],
)
def test_a_health_day_falls_where_its_rule_says(
    key: str, year: int, first: tuple[int, int], last: tuple[int, int]
) -> None:
    found = health_days.by_key(key)
    assert found is not None
    assert found.within(year) == (date(year, *first), date(year, *last))


def test_every_day_of_the_list_can_be_found_in_every_year() -> None:
    keys = [one.key for one in health_days.every()]
    assert len(keys) == len(set(keys)) >= 60
    for one in health_days.every():
        for year in range(calendar.FIRST_YEAR, calendar.LAST_YEAR + 1):
            begin, end = one.within(year)
            assert date(year, 1, 1) <= begin <= end <= date(year, 12, 31)
        assert one.when


def test_a_week_is_named_where_it_begins_or_where_the_page_does() -> None:
    week = [one for one in health_days.every() if one.key == "world-immunization-week"]
    [(day, mark)] = health_days.marks(week, date(2026, 4, 1), date(2026, 4, 30))
    assert (day, mark.name, mark.more) == (date(2026, 4, 24), "World Immunization Week", "until 30 April")
    [(day, _)] = health_days.marks(week, date(2026, 4, 27), date(2026, 5, 3))
    assert day == date(2026, 4, 27)
    assert health_days.marks(week, date(2026, 5, 1), date(2026, 5, 31)) == []


@pytest.mark.parametrize("key", [one.key for one in health_days.every()])
def test_a_draft_about_a_day_begins_with_neutral_words(asha: Doctor, key: str) -> None:
    words = own_days.starter(asha, key)
    assert words.startswith(("Today is ", "This week is ", "This month is "))
    report = look(Draft((Piece(words),)), Author(), "IN")
    assert [found.id for found in report.findings if found.severity in ("block", "confirm")] == []


def test_the_calendar_names_the_days_of_the_doctors_field(browser: FlaskClient, asha: Doctor) -> None:
    general = Page(browser.get("/calendar?view=month")).text
    assert "World AMR Awareness Week" in general
    assert "World Diabetes Day" not in general
    asha.speciality = save(MedicalSpeciality(name="Endocrinology, Diabetes and Metabolism"))
    db.session.commit()
    assert "World Diabetes Day" in Page(browser.get("/calendar?view=month")).text


def test_one_tap_leads_from_a_day_to_a_draft(browser: FlaskClient, asha: Doctor) -> None:
    page = Page(browser.get("/calendar?view=month"))
    words = "Write about World AMR Awareness Week, until 24 November"
    composer = page.follow(browser, words)
    assert composer.value_of("Text").strip() == "This week is World AMR Awareness Week."
    assert composer.value_of("Date") == "2026-11-18"


@pytest.mark.parametrize("about", ["", "rubbish", "own-", "own-x", "own-1", "own-99999999999999999999"])
def test_a_day_that_nobody_knows_begins_nothing(browser: FlaskClient, ben: Doctor, about: str) -> None:
    save(OwnDay(doctor_id=ben.id, name="Ben's", day_on=date(2026, 11, 12)))
    page = Page(browser.get(f"/posts/new?on=2026-11-18&about={about}"))
    assert page.value_of("Text") == ""


def test_health_days_can_be_hidden_one_by_one_and_all_together(browser: FlaskClient) -> None:
    page = Page(browser.get("/calendar/days"))
    page = page.form("Hide World AMR Awareness Week").submit(browser)
    assert "World AMR Awareness Week" not in Page(browser.get("/calendar?view=month")).text
    page = page.form("Show World AMR Awareness Week").submit(browser)
    assert "World AMR Awareness Week" in Page(browser.get("/calendar?view=month")).text
    page = page.form("Hide them all").submit(browser)
    assert "World AMR Awareness Week" not in Page(browser.get("/calendar?view=month")).text
    page.form("Show them in the calendar").submit(browser)
    assert "World AMR Awareness Week" in Page(browser.get("/calendar?view=month")).text
    assert browser.post("/calendar/days/health", data={"do": "hide", "key": "rubbish"}).status_code == 404


def test_a_day_of_the_doctors_own_stands_in_the_calendar(browser: FlaskClient) -> None:
    page = Page(browser.get("/calendar/days"))
    page = page.form("Add the day").fill({"Name": "Camp in Kochi", "Date": "2026-11-20"}).submit(browser)
    composer = Page(browser.get("/calendar?view=list&month=2026-11")).follow(
        browser, "Write about Camp in Kochi"
    )
    assert composer.value_of("Text").strip() == "Today is Camp in Kochi."
    page.form("Take away Camp in Kochi").submit(browser)
    assert "Camp in Kochi" not in Page(browser.get("/calendar?view=month")).text


def test_a_day_needs_a_name_and_a_date(browser: FlaskClient) -> None:
    page = Page(browser.get("/calendar/days")).form("Add the day").submit(browser)
    assert page.errors == ["Choose a date."]
    page = page.form("Add the day").fill({"Date": "2026-11-20"}).submit(browser)
    assert len(page.errors) == 1


def test_nobody_takes_away_somebody_elses_day(browser: FlaskClient, ben: Doctor) -> None:
    day = save(OwnDay(doctor_id=ben.id, name="Ben's", day_on=date(2026, 11, 12)))
    assert browser.post(f"/calendar/days/{day.id}/forget").status_code == 404


@pytest.mark.parametrize(
    ("on", "is_yearly", "asked", "found"),
    [
        (date(2024, 2, 29), True, date(2027, 2, 10), [date(2027, 2, 28)]),
        (date(2024, 2, 29), True, date(2028, 2, 10), [date(2028, 2, 29)]),
        (date(2026, 1, 2), True, date(2026, 12, 31), [date(2027, 1, 2)]),
        (date(2026, 1, 2), False, date(2027, 1, 1), []),
        (date(2026, 5, 5), True, date(2025, 5, 5), []),
    ],
)
def test_a_yearly_day_comes_back(on: date, is_yearly: bool, asked: date, found: list[date]) -> None:
    own = OwnDay(name="x", day_on=on, is_yearly=is_yearly)
    assert list(own_days.dates(own, calendar.span("month", asked))) == found
