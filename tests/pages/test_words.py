"""Times, names and places as people write them."""

from datetime import UTC, datetime

import pytest

from portal import pages

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("long", "Monday 23 November 2026, 9:30 am"),
        ("day", "23 November 2026"),
        ("time", "9:30 am"),
    ],
)
def test_a_time_is_shown_on_the_doctors_wall_clock(style: str, words: str) -> None:
    assert pages.local_time(AT, "Asia/Kolkata", style) == words


def test_the_year_is_said_when_it_is_not_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.clock.now", lambda: AT)
    assert pages.local_time(AT, "UTC", "short") == "Mon 23 Nov, 4:00 am"
    assert pages.local_time(AT.replace(year=2027), "UTC", "short") == "Tue 23 Nov 2027, 4:00 am"


def test_midnight_and_noon_are_twelve() -> None:
    assert pages.local_time(AT.replace(hour=0), "UTC", "time") == "12:00 am"
    assert pages.local_time(AT.replace(hour=12), "UTC", "time") == "12:00 pm"


def test_no_time_is_a_dash() -> None:
    assert pages.local_time(None, "UTC") == "–"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dr Asha Rao", "AR"),
        ("Asha", "A"),
        ("डॉ. आशा कुलकर्णी", "डक"),
        ("د. ليلى عبد الرحمن", "دا"),
        ("Dr.", "·"),
        ("", "·"),
        ("🙂 42", "·"),
    ],
)
def test_a_name_without_picture_shows_its_initials(name: str, letters: str) -> None:
    assert pages.initials(name) == letters


def test_a_zone_is_said_as_people_say_it() -> None:
    assert pages.zone_words("Asia/Kolkata") == "Kolkata time"
    assert pages.zone_words("America/Argentina/Buenos_Aires") == "Buenos Aires time"
    assert pages.zone_words("Etc/UTC") == "UTC"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "/"),
        ("/posts", "/posts"),
        ("/posts/7/edit", "/posts"),
        ("/posts/new", "/posts/new"),
        ("/calendar/2026/11", "/calendar"),
        ("/admin/doctors", "/admin/"),
        ("/login", ""),
        ("/postscript", ""),
    ],
)
def test_the_navigation_knows_where_a_page_belongs(path: str, place: str) -> None:
    assert pages.here(path) == place


def test_a_link_is_named_by_its_host() -> None:
    assert pages.link_host("https://www.clinic.example/fever?x=1") == "clinic.example"
