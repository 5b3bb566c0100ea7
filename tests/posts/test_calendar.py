"""Calendar, list and overview: what they show, and that their cost does not grow with the number of posts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import Doctor, Notice, SocialAccount
from portal.posts import list_asked
from tests.conftest import Clock
from tests.factories import make_account, make_doctor, make_post
from tests.markup import name_of
from tests.page import Page
from tests.signing_in import sign_in

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Mobile/15E148"}
MORNING = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # nine o'clock in Kolkata


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


def test_a_month_shows_its_posts_in_their_days(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    post = make_post(asha, x, linkedin, content="Wash your hands.", scheduled_at=MORNING + timedelta(days=2))
    page = Page(browser.get("/calendar?view=month&month=2026-11"))
    assert "November 2026" in page.text
    [entry] = page.all("calendar-entry")
    assert entry.get("href") == f"/posts/{post.id}"
    assert name_of(entry).split() == ["Scheduled,", "9:00", "am", "Wash", "your", "hands."]
    assert page.links["Write a post for Wednesday 25 November"] == "/posts/new?on=2026-11-25"
    assert "Write a post for Sunday 22 November" not in page.links
    assert len(page.root.findall(".//th[@scope='col']")) == 7


def test_a_full_day_leads_to_its_own_page(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    for minute in range(8):
        make_post(
            asha, x, scheduled_at=MORNING + timedelta(hours=1, minutes=minute), content=f"Post {minute}"
        )
    page = Page(browser.get("/calendar?view=month&month=2026-11"))
    assert page.links["and 5 more"] == "/calendar?view=day&day=2026-11-23"
    assert page.follow(browser, "and 5 more").text.count("Post ") >= 8


@pytest.mark.parametrize(("count", "shown", "more"), [(3, 3, 0), (4, 4, 0), (5, 3, 2), (30, 3, 27)])
def test_one_post_is_never_alone_behind_more(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, count: int, shown: int, more: int
) -> None:
    for minute in range(count):
        make_post(asha, x, scheduled_at=MORNING + timedelta(hours=1, minutes=minute))
    page = Page(browser.get("/calendar?view=month&month=2026-11"))
    assert len(page.all("calendar-entry")) == shown
    assert (f"and {more} more" in page.links) == bool(more)


def test_what_needs_the_doctor_is_not_hidden_behind_more(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    for minute in range(8):
        make_post(asha, x, scheduled_at=MORNING + timedelta(hours=1, minutes=minute), content="Fine")
    make_post(asha, x, scheduled_at=MORNING + timedelta(hours=9), status="failed", content="Broken")
    page = Page(browser.get("/calendar?view=month&month=2026-11"))
    assert ["Broken" in name_of(entry) for entry in page.all("calendar-entry")] == [False, False, True]
    assert "and 6 more" in page.links


@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
def test_every_view_leads_on_and_back(browser: FlaskClient, view: str) -> None:
    page = Page(browser.get(f"/calendar?view={view}&day=2026-11-23&month=2026-11"))
    turns = "month" if view == "list" else view
    there = page.follow(browser, f"The {turns} after").follow(browser, f"The {turns} before")
    assert there.by_id("calendar-title") is not None
    assert page.all("calendar-title")[0].text == there.all("calendar-title")[0].text


def test_a_post_late_in_the_evening_stands_in_the_doctors_day(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    make_post(asha, x, scheduled_at=datetime(2026, 11, 24, 18, 45, tzinfo=UTC), content="Good night.")
    page = Page(browser.get("/calendar?view=day&day=2026-11-25"))
    assert "12:15 am" in page.text


def test_cancelled_posts_leave_the_calendar(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    make_post(asha, x, status="cancelled", scheduled_at=MORNING, content="Never mind")
    assert "Never mind" not in Page(browser.get("/calendar?view=month")).text


def test_a_phone_begins_with_the_list(browser: FlaskClient) -> None:
    page = Page(browser.get("/calendar", headers=PHONE))
    assert "Nothing is planned in November 2026" in page.text
    assert not page.all("month-grid")
    assert Page(browser.get("/calendar?view=month", headers=PHONE)).all("month-grid")


@pytest.mark.parametrize(
    "query",
    ["view=year", "month=2026-13", "month=x", "day=2026-02-30", "month=0001-01", "month=9999-12", "day=%00"],
)
def test_an_address_that_makes_no_sense_shows_this_month(browser: FlaskClient, query: str) -> None:
    assert "November 2026" in Page(browser.get(f"/calendar?{query}")).text


@pytest.mark.parametrize(
    "query", ["view=month&month=2000-01", "view=month&month=2100-12", "view=day&day=2100-12-31"]
)
def test_the_calendar_has_two_ends(browser: FlaskClient, query: str) -> None:
    Page(browser.get(f"/calendar?{query}"))


def fill(doctor: Doctor, posts: int, *accounts: SocialAccount, status: str = "scheduled") -> None:
    for number in range(posts):
        at = MORNING + timedelta(hours=number % 100)
        facts = {"platform_post_id": str(number), "published_at": at} if status == "published" else {}
        make_post(doctor, *accounts, status=status, scheduled_at=at, publication=facts)
    db.session.expire_all()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/posts",
        "/posts?status=scheduled",
        "/calendar?view=month",
        "/calendar?view=week",
        "/calendar?view=list&status=failed&network=twitter",
    ],
)
def test_more_posts_need_no_more_statements(
    browser: FlaskClient,
    asha: Doctor,
    x: SocialAccount,
    linkedin: SocialAccount,
    statements: Callable[[], int],
    address: str,
) -> None:
    costs = []
    for more in (7, 60):
        fill(asha, more, x, linkedin)
        fill(asha, more, x, status="published")
        fill(asha, more, x, status="failed")
        statements()
        assert browser.get(address).status_code == 200
        costs.append(statements())
    assert costs[0] == costs[1]
    assert 0 < costs[1] <= 16


def test_posts_are_listed_by_their_days_the_latest_first_and_some_more_at_a_time(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_asked, "MOST_ON_A_PAGE", 50)
    for number in range(60):
        make_post(asha, x, content=f"Post {number:02}", scheduled_at=MORNING + timedelta(hours=12 * number))
    page = Page(browser.get("/posts?platform=twitter"))
    headings = [day.text for day in page.all("post-day-name")]
    assert headings[:2] == ["Tuesday 22 December 2026", "Monday 21 December 2026"]
    assert [text in page.text for text in ("Post 59", "Post 35", "Post 34")] == [True, True, False]

    more = page.links["Show more"]
    assert more == "/posts?platform=twitter&shown=50"
    part = browser.get(more, headers={"HX-Request": "true"}).text
    assert "Post 59" in part and "Post 10" in part and "<html" not in part
    page = page.follow(browser, "Show more")
    assert "Post 59" in page.text and "Post 09" not in page.text

    earlier = page.follow(browser, "Earlier posts")
    assert "Post 09" in earlier.text and "Post 10" not in earlier.text
    assert "Show more" not in earlier.links and "Earlier posts" not in earlier.links
    assert "Post 59" in earlier.follow(browser, "Back to the latest").text

    day = page.form("Go").fill({"Up to": "2026-11-30"}).submit(browser)
    assert "Post 15" in day.text and "Post 16" not in day.text


def test_posts_are_chosen_by_status(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    make_post(asha, x, status="failed", content="Broken")
    make_post(asha, x, content="Waiting")
    page = Page(browser.get("/posts")).follow(browser, "Not published 1")
    assert "Broken" in page.text
    assert "Waiting" not in page.text
    assert "No post fits" in Page(browser.get("/posts?status=published")).text


def test_a_cursor_of_somewhere_else_finds_nothing(browser: FlaskClient) -> None:
    assert browser.get("/posts?cursor=rubbish").status_code == 404


def test_the_first_page_tells_a_newcomer_how_to_start(client: FlaskClient, clock: Clock) -> None:
    page = Page(sign_in(client, make_doctor()).get("/"))
    assert "Getting started" in page.text
    assert {"Open profile", "Connect", "Write"} <= set(page.links)


def test_the_first_page_says_what_is_next_and_what_needs_the_doctor(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    make_post(asha, x, content="Coming soon", scheduled_at=MORNING + timedelta(hours=2))
    make_post(asha, x, content="Broken one", status="failed")
    make_post(asha, x, content="Quiet one", status="unconfirmed")
    make_account(asha, status="reconnect", display_name="Asha elsewhere")
    page = Page(browser.get("/"))
    assert "Some things need you." in page.text
    assert "Coming soon" in page.text
    assert "Broken one" in page.text
    assert "Quiet one" not in page.text  # the portal is still looking
    assert "Asha elsewhere" in page.text


def test_news_is_shown_until_it_is_read(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    facts = {"platform_post_id": "1", "moved_by": "network"}
    make_post(asha, x, content="It is out", status="published", publication=facts)
    assert db.session.scalars(select(Notice)).one().read_at is None
    page = Page(browser.get("/"))
    assert "News" in page.text
    page = page.form("Mark all as read").submit(browser)
    assert "News" not in page.text.replace("All news", "")


def test_somebody_signed_out_reads_what_the_portal_is(client: FlaskClient) -> None:
    assert Page(client.get("/")).links["Register"] == "/register"
