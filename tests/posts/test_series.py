"""Posts that come again: on the right days, each a post of its own, never twice for one day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import jobs, queue, scheduler, zones
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, Post, PostSeries, SeriesPost, SocialAccount
from portal.posts import flows, series, series_days, series_making
from portal.posts.inputs import PostChanges
from portal.posts.series import NewRhythm, Rhythm
from portal.posts.series_days import Rule
from portal.publishing import telling
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.posts.conftest import FakePlatform
from tests.signing_in import sign_in

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday, half past nine in Kolkata


def rule(rhythm: str, on: str, every: int = 1, weekdays: Any = (), until: str = "", times: int = 0) -> Rule:
    end = date.fromisoformat(until) if until else None
    return Rule(rhythm, every, frozenset(weekdays), date.fromisoformat(on), end, times or None)


def shown(asked: Rule, most: int = 5) -> list[str]:
    return [day.isoformat() for day, _ in zip(series_days.days(asked), range(most), strict=False)]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (rule("daily", "2026-11-23", times=2), ["2026-11-23", "2026-11-24"]),
        (rule("daily", "2026-11-23", every=3, until="2026-11-28"), ["2026-11-23", "2026-11-26"]),
        (rule("weekly", "2026-11-25", weekdays=[0, 2], times=3), ["2026-11-25", "2026-11-30", "2026-12-02"]),
        (
            rule("weekly", "2026-11-23", every=2, weekdays=[0], times=3),
            ["2026-11-23", "2026-12-07", "2026-12-21"],
        ),
        (rule("monthly_day", "2027-01-31", times=3), ["2027-01-31", "2027-02-28", "2027-03-31"]),
        (rule("monthly_weekday", "2026-11-10", times=3), ["2026-11-10", "2026-12-08", "2027-01-12"]),
        (rule("monthly_weekday", "2026-11-30", times=3), ["2026-11-30", "2026-12-28", "2027-01-25"]),
    ],
)
def test_a_rhythm_falls_on_its_days(asked: Rule, days: list[str]) -> None:
    assert shown(asked) == days


@given(
    st.sampled_from(list(series_days.UNITS)),
    st.integers(1, 12),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(2, 60),
)
def test_days_of_a_rhythm_rise_and_are_counted(
    rhythm: str, every: int, on: date, weekdays: set[int], times: int
) -> None:
    days = list(series_days.days(Rule(rhythm, every, frozenset(weekdays), on, None, times)))
    assert days == sorted(set(days)) and days[0] >= on
    assert len(days) == times or days[-1] + timedelta(days=400 * every) > on + series_days.FARTHEST


def test_an_hour_that_the_clock_jumps_over_comes_after_the_gap() -> None:
    at, note = series_days.instant(date(2027, 3, 28), time(1, 30), "Europe/London")
    assert zones.wall(at, "Europe/London").iso == "2027-03-28T02:00:00"
    assert note == "The clock jumps over 01:30 on that day. It is planned for 02:00."


def test_an_hour_that_comes_twice_is_the_first() -> None:
    at, note = series_days.instant(date(2027, 10, 31), time(1, 30), "Europe/London")
    assert at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert note == "01:30 comes twice on that day. It is planned for the first."


def test_the_hour_on_the_wall_stays_when_the_clocks_change() -> None:
    before, _ = series_days.instant(date(2027, 3, 27), time(9), "Europe/London")
    after, _ = series_days.instant(date(2027, 3, 29), time(9), "Europe/London")
    assert (before.hour, after.hour) == (9, 8)


@pytest.fixture
def post(asha: Doctor, x: SocialAccount, clock: Clock, held_jobs: Any) -> Post:
    clock.set(START - timedelta(hours=12))
    planned = make_post(asha, x, content="Wash.")
    planned.plan(START, "Asia/Kolkata")
    planned.publications[0].due_at = START
    db.session.commit()
    return planned


def weekly(**changes: Any) -> Rhythm:
    return Rhythm(**{"rhythm": "weekly", "weekdays": [0], "times": 10} | changes)


def made(row: PostSeries) -> dict[str, Post | None]:
    days = db.session.scalars(
        select(SeriesPost).where(SeriesPost.series_id == row.id).order_by(SeriesPost.day_on)
    )
    return {day.day_on.isoformat(): day.post for day in days}


def test_a_repeated_post_is_planned_for_the_next_weeks(asha: Doctor, post: Post) -> None:
    row = series.start(asha, post, weekly())

    found = made(row)
    assert list(found) == ["2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14"]
    second = found["2026-11-30"]
    assert second and (second.content, second.status) == ("Wash.", "scheduled")
    assert second.wall_time == "2026-11-30T09:30:00" and second.id != post.id
    assert second.publications[0].due_at == START + timedelta(days=7)


def test_later_ones_are_made_as_the_weeks_pass_and_never_twice(
    asha: Doctor, post: Post, clock: Clock
) -> None:
    row = series.start(asha, post, weekly(times=6))
    assert series_making.make_due() == 0

    clock.advance(days=14)

    assert (series_making.make_due(), series_making.make_due()) == (2, 0)
    assert len(made(row)) == 6


def test_the_database_itself_refuses_a_second_post_for_a_day(asha: Doctor, post: Post) -> None:
    row = series.start(asha, post, weekly())
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(SeriesPost(series_id=row.id, day_on=date(2026, 11, 30)))


def test_a_post_that_is_refused_becomes_a_draft_that_says_why(
    asha: Doctor, post: Post, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    monkeypatch.setattr(FakePlatform, "limit", lambda *_: 1)
    post.content = "Far too long by now"
    db.session.commit()
    row = series.start(asha, post, weekly())

    draft = made(row)["2026-11-30"]

    assert draft and draft.status == "draft"
    browser = sign_in(client, asha)
    assert (
        "could not be planned: The text must be at most 10 characters"
        in Page(browser.get(f"/posts/{draft.id}")).text
    )
    first_page = Page(browser.get("/")).text
    assert "could not be planned for 30 November" in first_page
    assert "repeats, but could not be planned for X" in first_page


def test_a_refused_repeat_is_told_in_one_letter_and_only_once(
    asha: Doctor, post: Post, monkeypatch: pytest.MonkeyPatch, clock: Clock, outbox: list[Any]
) -> None:
    row = series.start(asha, post, weekly(times=6))
    monkeypatch.setattr(FakePlatform, "limit", lambda *_: 1)
    post.content = "Far too long by now"
    db.session.commit()
    clock.advance(days=14)

    assert series_making.make_due() == 2
    assert (telling.tell(), telling.tell()) == (2, 0)
    clock.advance(minutes=1)
    jobs.drain_letters()

    [letter] = outbox
    assert letter.subject == "2 of your posts need you" and len(made(row)) == 6
    assert "2 repeated posts for X could not be planned." in letter.body
    assert "The text must be at most 10 characters" in letter.body


def test_networks_that_refuse_the_same_words_are_asked_about(
    asha: Doctor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakePlatform, "refuses_same_words", True)
    monkeypatch.setattr(FakePlatform, "problems", lambda *_: [])
    with pytest.raises(Invalid) as refused:
        series.start(asha, post, weekly())
    assert refused.value.field == "same_words"

    row = series.start(asha, post, weekly(same_words="date"))

    second = made(row)["2026-11-30"]
    assert second and second.publications[0].text == "Wash.\n\n30 November 2026"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"times": None}, "until_on"),
        ({"until_on": date(2027, 1, 1)}, "until_on"),
        ({"weekdays": [1]}, "weekdays"),
        ({"times": None, "until_on": date(2026, 11, 24)}, "until_on"),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused(
    asha: Doctor, post: Post, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        series.start(asha, post, weekly(**changes))
    assert refused.value.field == field and db.session.scalar(select(PostSeries)) is None


def test_a_draft_and_a_repeated_post_cannot_be_repeated(asha: Doctor, post: Post) -> None:
    series.start(asha, post, weekly())
    for other in (post, make_post(asha)):
        with pytest.raises(Conflict):
            series.start(asha, other, weekly())


def test_a_skipped_day_does_not_go_out_and_is_not_made_again(asha: Doctor, post: Post) -> None:
    row = series.start(asha, post, weekly())
    second = made(row)["2026-11-30"]

    series.skip(asha, row, date(2026, 11, 30))
    series.skip(asha, row, date(2026, 12, 28))

    assert second and second.status == "cancelled"
    assert series_making.make_due() == 0
    with pytest.raises(Conflict):
        series.skip(asha, row, date(2026, 12, 1))


def test_pausing_takes_back_what_waits_but_not_what_was_changed(asha: Doctor, post: Post) -> None:
    row = series.start(asha, post, weekly())
    mine = made(row)["2026-12-07"]
    assert mine
    flows.change(asha, mine, PostChanges(content="Mine."))

    series.pause(asha, row)
    assert list(made(row)) == ["2026-11-23", "2026-12-07"]
    assert series_making.make_due() == 0

    series.resume(row)
    found = made(row)
    assert len(found) == 4 and found["2026-12-07"] == mine


def test_an_ended_series_makes_no_more_and_cannot_be_changed(asha: Doctor, post: Post, clock: Clock) -> None:
    row = series.start(asha, post, weekly())
    series.end(asha, row)
    clock.advance(days=30)
    assert (series_making.make_due(), list(made(row))) == (0, ["2026-11-23"])
    with pytest.raises(Conflict):
        series.resume(row)


def test_a_rhythm_changes_from_a_day_on(asha: Doctor, post: Post) -> None:
    old = series.start(asha, post, weekly())
    wanted = NewRhythm(rhythm="weekly", weekdays=[2], times=2, from_on=date(2026, 12, 1), at=time(18))

    new = series.change(asha, old, wanted)

    assert list(made(old)) == ["2026-11-23", "2026-11-30"] and old.ended_at
    found = made(new)
    assert list(found) == ["2026-12-02", "2026-12-09"]
    assert [each.wall_time[11:] for each in found.values() if each and each.wall_time] == ["18:00:00"] * 2


def test_later_posts_say_what_one_of_them_says_now(asha: Doctor, post: Post) -> None:
    row = series.start(asha, post, weekly())
    second = made(row)["2026-11-30"]
    assert second
    flows.change(asha, second, PostChanges(content="Rest."))

    series.say_this(asha, second)

    words = [each.content for each in made(row).values() if each]
    assert words == ["Wash.", "Rest.", "Rest.", "Rest."]


def test_words_that_a_network_would_refuse_again_are_told_when_later_posts_say_them(
    client: FlaskClient, asha: Doctor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(post.publications[0].account.network), "refuses_same_words", True)
    series.start(asha, post, weekly(same_words="same"))
    page = Page(sign_in(client, asha).post(f"/posts/{post.id}/repeat/words", follow_redirects=True))
    assert "X may refuse this: your post of 30 November 2026 says the same there." in page.text


def test_the_pages_begin_show_and_end_a_series(client: FlaskClient, asha: Doctor, post: Post) -> None:
    browser = sign_in(client, asha)
    page = Page(browser.get(f"/posts/{post.id}")).follow(browser, "Repeat")
    page = page.form("Repeat it").fill({"How many times": "1"}).submit(browser)
    assert page.error_of("How many times") == "Enter a whole number from 2 to 500, or choose a last day."

    page = page.form("Repeat it").fill({"How many times": "3"}).submit(browser)
    assert "Every week on Monday" in page.text and "Monday 30 November 2026" in page.text

    address = page.address
    page = Page(browser.get("/posts/repeats"))
    assert "Every week on Monday at 9:30 am, Kolkata time" in page.text
    page = Page(browser.get(f"{address}/change")).form("Change it").fill({"Time": "18:00"}).submit(browser)
    assert "6:00 pm" in page.text
    for button, words in (
        ("Let it rest", "It rests."),
        ("Go on", "It goes on."),
        ("End it", "It has ended."),
    ):
        page = page.form(button).submit(browser)
        assert words in page.text


def test_a_stranger_sees_nothing_of_a_series(
    client: FlaskClient, asha: Doctor, ben: Doctor, post: Post
) -> None:
    row = series.start(asha, post, weekly())
    browser = sign_in(client, ben)
    assert browser.get(f"/posts/{post.id}/repeat").status_code == 404
    assert browser.get(f"/posts/repeats/{row.id}").status_code == 404
    for act in ("skip", "pause", "resume", "end", "change"):
        assert browser.post(f"/posts/repeats/{row.id}/{act}", data={"day": "2026-11-30"}).status_code == 404


def test_a_disconnected_account_is_left_out(asha: Doctor, post: Post) -> None:
    account = post.publications[0].account
    account.status, account.token = "disconnected", None
    db.session.commit()
    row = series.start(asha, post, weekly())
    second = made(row)["2026-11-30"]
    assert second and second.status == "draft" and not second.publications


def test_the_scheduler_knows_where_each_of_its_jobs_is_done() -> None:
    assert "make_repeats" in scheduler.HOURLY
    assert {name for name in scheduler.HOURLY if hasattr(jobs, name)} == set(scheduler.HOURLY)
    assert set(scheduler.HOURLY) <= set(queue.QUEUE_OF_JOB)
