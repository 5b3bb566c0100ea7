"""Planned posts when the doctor moves to another zone, and when a country changes its clocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import zones
from portal.extensions import db
from portal.models import Doctor, OutboxLetter, Post, SocialAccount
from portal.posts import retiming, zone_news
from tests.conftest import Clock, HeldJobs
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

MORNING = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


def plan(doctor: Doctor, account: SocialAccount, wall: str, status: str = "scheduled", **more: Any) -> Post:
    """A post planned by the clocks of Kolkata."""
    at = zones.instant(datetime.fromisoformat(wall), "Asia/Kolkata")
    post = make_post(doctor, account, status=status, scheduled_at=at, publication=more)
    post.plan(at, "Asia/Kolkata")
    db.session.commit()
    return post


def move_to(doctor: Doctor, zone: str) -> None:
    doctor.timezone = zone
    db.session.commit()


def stands(post: Post) -> tuple[str | None, str]:
    db.session.refresh(post)
    assert post.publications[0].due_at == post.scheduled_at
    return post.wall_time, post.timezone


def test_a_changed_profile_asks_about_planned_posts(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = plan(asha, x, "2026-03-10T09:00")
    page = Page(browser.get("/profile")).form("Save").fill({"Time zone": "London"}).submit(browser)
    assert page.heading == "Your posts in a new time zone"
    assert "Keeps the moment: Tue 10 Mar, 3:30 am London time" in page.text
    assert "Keeps the hour: Tue 10 Mar, 9:00 am London time" in page.text
    assert stands(post) == ("2026-03-10T09:00:00", "Asia/Kolkata")
    assert "Your time zone has changed" in Page(browser.get("/calendar?view=month")).text


def test_without_planned_posts_nothing_is_asked(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    plan(asha, x, "2026-03-01T09:00")
    plan(asha, x, "2026-03-10T09:00", "published", platform_post_id="1")
    page = Page(browser.get("/profile")).form("Save").fill({"Time zone": "London"}).submit(browser)
    assert page.address == "/profile"
    assert browser.get("/calendar/zone").location == "/calendar"


def test_posts_keep_their_moment(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = plan(asha, x, "2026-03-10T09:00")
    was = post.scheduled_at
    move_to(asha, "Europe/London")
    browser.post("/calendar/zone", data={"keep": "instant"})
    assert stands(post) == ("2026-03-10T03:30:00", "Europe/London")
    assert post.scheduled_at == was
    assert browser.get("/calendar/zone").location == "/calendar"


def test_posts_keep_the_hour_on_the_clock(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = plan(asha, x, "2026-03-10T09:00")
    move_to(asha, "Europe/London")
    browser.post("/calendar/zone", data={"keep": "wall"})
    assert stands(post) == ("2026-03-10T09:00:00", "Europe/London")
    assert post.scheduled_at == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert (post.version, post.publications[0].version) == (2, 2)


def test_an_hour_that_the_clock_skips_is_refused_with_the_reason(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = plan(asha, x, "2026-03-08T02:30")
    move_to(asha, "America/New_York")
    page = Page(browser.get("/calendar/zone"))
    assert "It cannot keep its hour: That time does not exist on 8 March in America/New_York" in page.text
    answer = browser.post("/calendar/zone", data={"keep": "wall"})
    assert answer.location == "/calendar/zone"
    assert stands(post) == ("2026-03-08T02:30:00", "Asia/Kolkata")


def test_many_posts_are_told_by_a_few_and_move_in_a_few_questions(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, statements: Callable[[], int]
) -> None:
    posts = [plan(asha, x, f"2026-03-10T09:{minute:02}") for minute in range(25)]
    plan(asha, x, "2026-03-29T01:30")
    move_to(asha, "Europe/London")

    page = Page(browser.get("/calendar/zone"))
    statements()
    assert retiming.keep_wall_times(asha, {}) == (25, 1)

    assert statements() < 25
    assert "26 posts were planned by other clocks" in page.text and "5 more move in the same way" in page.text
    assert page.text.index("cannot keep its hour") < page.text.index("Keeps the hour")
    assert {stands(post) for post in posts} >= {("2026-03-10T09:00:00", "Europe/London")}
    assert "one more" not in Page(browser.get("/calendar/zone?rows=all")).text


@pytest.mark.parametrize(("which", "at"), [("0", 5), ("1", 6)])
def test_an_hour_that_comes_twice_is_asked_about(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, which: str, at: int
) -> None:
    post = plan(asha, x, "2026-11-01T01:30")
    move_to(asha, "America/New_York")
    assert "comes twice on 1 November" in Page(browser.get("/calendar/zone")).text
    browser.post("/calendar/zone", data={"keep": "wall", f"which_{post.id}": which})
    stands(post)
    assert post.scheduled_at == datetime(2026, 11, 1, at, 30, tzinfo=UTC)


def test_an_hour_that_is_over_there_is_refused(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    plan(asha, x, "2026-03-02T10:00")
    move_to(asha, "Asia/Tokyo")
    [shift] = retiming.shifts(asha)
    assert (shift.at, shift.trouble) == (None, retiming.PAST)


def test_new_rules_for_the_clock_move_posts_and_are_told(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    clock.set(MORNING)
    post, same = plan(asha, x, "2026-03-10T09:00"), plan(asha, x, "2026-03-11T09:00")
    for one in (post, same):
        one.zone_data = "2020a"
    post.scheduled_at = (post.scheduled_at or MORNING) - timedelta(hours=1)  # as the older rules had it
    post.publications[0].due_at = post.scheduled_at
    db.session.commit()
    assert zone_news.follow() == 1
    assert stands(post) == ("2026-03-10T09:00:00", "Asia/Kolkata")
    assert post.scheduled_at == zones.instant(datetime(2026, 3, 10, 9), "Asia/Kolkata")
    db.session.refresh(same)
    assert (same.version, same.zone_data) == (1, zones.data_version())
    letter = db.session.scalars(select(OutboxLetter)).one()
    assert (letter.letter, letter.about["number"]) == ("clocks_changed", 1)
    assert letter.about["posts"][0]["at"] == "Tuesday 10 March 2026, 9:00 am"
    assert zone_news.follow() == 0


def test_an_hour_that_new_rules_take_away_keeps_its_moment(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    clock.set(MORNING)
    post = plan(asha, x, "2026-03-10T09:00")
    was = post.scheduled_at
    post.timezone, post.wall_time, post.zone_data = "America/New_York", "2026-03-08T02:30:00", "2020a"
    db.session.commit()
    assert zone_news.follow() == 1
    db.session.refresh(post)
    assert post.scheduled_at == was
    assert post.wall_time == zones.wall(was or MORNING, "America/New_York").iso


def test_what_has_begun_to_go_out_is_left_alone(
    asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    clock.set(MORNING)
    post = plan(asha, x, "2026-03-10T09:00", "published", platform_post_id="1")
    post.zone_data, post.scheduled_at = "2020a", MORNING + timedelta(days=5)
    db.session.commit()
    assert zone_news.follow() == 0
    assert db.session.scalars(select(OutboxLetter)).all() == []
