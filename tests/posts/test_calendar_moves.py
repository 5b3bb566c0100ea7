"""Posts move within the calendar and back, and say why when they do not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal import zones
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from portal.posts import calendar_moves
from portal.posts.calendar_moves import Target
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

MORNING = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # nine o'clock in Kolkata
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


@pytest.fixture
def post(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> Post:
    """At half past ten on Wednesday."""
    return make_post(asha, x, content="Wash.", scheduled_at=MORNING + timedelta(days=2, hours=1, minutes=30))


def drag(browser: FlaskClient, post: Post, to_day: str, **more: Any) -> Page:
    said = {"post": post.id, "version": post.version, "to_day": to_day, "view": "month", "month": "2026-11"}
    answer = browser.post("/calendar/move", data=said | more, headers=HTMX)
    return Page(answer, check=False)


def wall(post: Post) -> str:
    db.session.refresh(post)
    assert post.scheduled_at is not None
    assert {publication.due_at for publication in post.publications} == {post.scheduled_at}
    return zones.wall(post.scheduled_at, "Asia/Kolkata").iso


def test_a_post_moves_to_another_day_and_keeps_its_hour(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-27")
    assert "Moved to Friday 27 November 2026, 10:30 am (Kolkata time)." in page.text
    assert wall(post) == "2026-11-27T10:30:00"
    assert post.version == 2


def test_an_hour_keeps_its_minutes(browser: FlaskClient, post: Post) -> None:
    drag(browser, post, "2026-11-26", to_hour="18")
    assert wall(post) == "2026-11-26T18:30:00"


def test_a_post_that_comes_close_to_the_same_words_is_moved_and_that_is_said(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(x.network), "refuses_same_words", True)
    for days in (1, 60):
        make_post(asha, x, content="Wash.", scheduled_at=MORNING + timedelta(days=days))
    make_post(asha, x, content="Rest.", scheduled_at=MORNING + timedelta(days=3))

    near = drag(browser, post, "2026-11-28")
    assert wall(post) == "2026-11-28T10:30:00"
    assert "X may refuse this: your post of 24 November 2026 says the same there." in near.text

    far = drag(browser, post, "2026-12-20")
    assert wall(post) == "2026-12-20T10:30:00" and "may refuse" not in far.text


def test_without_htmx_the_calendar_is_gone_back_to(browser: FlaskClient, post: Post) -> None:
    said = {"post": post.id, "version": 1, "to_day": "2026-11-27", "view": "week", "day": "2026-11-23"}
    answer = browser.post("/calendar/move", data=said)
    assert (answer.status_code, answer.location) == (303, "/calendar?view=week&day=2026-11-23")


def test_a_post_where_it_stands_is_not_changed(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-25", to_hour="10")
    assert "Moved" not in page.text
    assert wall(post) == "2026-11-25T10:30:00"
    assert post.version == 1


def test_the_past_is_refused(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-20")
    assert "Your post was not moved. Choose a time in the future." in page.text
    assert wall(post) == "2026-11-25T10:30:00"


def test_a_draft_is_not_moved_into_the_past_either(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    draft = make_post(asha, x, status="draft", scheduled_at=MORNING + timedelta(days=1))
    assert "Choose a time in the future." in drag(browser, draft, "2026-11-20").text


@pytest.mark.parametrize(
    ("status", "words"),
    [("published", "already out"), ("publishing", "going out right now"), ("cancelled", "was cancelled")],
)
def test_what_has_begun_to_go_out_stays(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, status: str, words: str
) -> None:
    facts = {
        "published": {"platform_post_id": "1"},
        "publishing": {"phase": "claimed", "owner": 1},
    }.get(status, {})
    post = make_post(asha, x, status=status, publication=facts)
    page = drag(browser, post, "2026-11-27")
    assert "Your post was not moved." in page.text
    assert words in page.text


def test_a_page_that_is_out_of_date_is_refused(browser: FlaskClient, post: Post) -> None:
    drag(browser, post, "2026-11-27")
    page = drag(browser, post, "2026-11-28", version=1)
    assert "changed meanwhile" in page.text
    assert wall(post) == "2026-11-27T10:30:00"


def test_nobody_moves_somebody_elses_post(browser: FlaskClient, ben: Doctor) -> None:
    assert drag(browser, make_post(ben), "2026-11-27").status == 404


@pytest.mark.parametrize("to_day", ["", "soon", "2026-02-30"])
def test_a_move_that_makes_no_sense_is_refused(browser: FlaskClient, post: Post, to_day: str) -> None:
    assert "could not read" in drag(browser, post, to_day).text


def test_a_skipped_hour_is_refused_with_the_reason() -> None:
    was = zones.instant(datetime(2026, 3, 7, 2, 30), "America/New_York")
    with pytest.raises(Invalid, match="does not exist on 8 March"):
        calendar_moves.landing(was, "America/New_York", Target(date(2026, 3, 8)))


def test_a_doubled_hour_is_asked_about() -> None:
    was = zones.instant(datetime(2026, 10, 31, 1, 30), "America/New_York")
    with pytest.raises(zones.DoubledTime, match="comes twice on 1 November"):
        calendar_moves.landing(was, "America/New_York", Target(date(2026, 11, 1)))


@pytest.mark.parametrize(("answer", "hour"), [("The first", 5), ("The second", 6)])
def test_a_drag_into_a_doubled_hour_asks_which_one(
    browser: FlaskClient, asha: Doctor, post: Post, answer: str, hour: int, clock: Clock
) -> None:
    clock.set(datetime(2026, 10, 30, 12, tzinfo=UTC))
    asha.timezone = "America/New_York"
    db.session.commit()
    planned = {"post": post.id, "version": post.version, "to_day": "2026-11-01", "to_hour": "1"}

    page = Page(browser.post("/calendar/move", data=planned, follow_redirects=True))
    assert "01:00 comes twice on 1 November" in page.text
    page = page.form(answer).submit(browser)

    assert "Moved to Sunday 1 November 2026" in page.text
    db.session.refresh(post)
    assert post.scheduled_at == datetime(2026, 11, 1, hour, tzinfo=UTC)
    assert (post.fold, post.timezone) == (hour - 5, "America/New_York")


def test_a_drag_into_a_skipped_hour_stays_and_names_the_next_one(
    browser: FlaskClient, asha: Doctor, post: Post, clock: Clock
) -> None:
    asha.timezone = "Europe/London"
    db.session.commit()
    page = drag(browser, post, "2027-03-28", to_hour="1")
    assert "Your post was not moved. That time does not exist on 28 March" in page.text
    assert "Choose 02:00 or later." in page.text


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.sampled_from(["Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_a_move_keeps_the_time_of_day_or_says_why_not(at: datetime, day: date, zone: str) -> None:
    was = at.replace(tzinfo=UTC, microsecond=0)
    try:
        moved = calendar_moves.landing(was, zone, Target(day))
    except (Invalid, zones.DoubledTime):
        return
    shown, before = zones.wall(moved, zone).at, zones.wall(was, zone).at
    assert (shown.date(), shown.time()) == (day, before.time())


def test_a_move_is_taken_back_by_its_message(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-27")
    page.form("Undo").submit(browser)
    assert wall(post) == "2026-11-25T10:30:00"


def test_the_last_moves_are_taken_back_one_by_one(browser: FlaskClient, post: Post) -> None:
    for day in ("2026-11-27", "2026-11-28", "2026-11-30"):
        db.session.refresh(post)
        drag(browser, post, day)
    for day in ("28", "27", "25"):
        page = Page(browser.get("/calendar?view=month")).form("Undo the last move").submit(browser)
        assert f"Your post is back on {datetime(2026, 11, int(day)):%A} {day} November" in page.text
        assert wall(post) == f"2026-11-{day}T10:30:00"
    assert "Undo the last move" not in page.buttons
    assert "no move to take back" in Page(browser.post("/calendar/undo", follow_redirects=True)).text


def test_a_move_is_not_taken_back_once_the_post_goes_out(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-27")
    post.publications[0].status, post.publications[0].phase, post.publications[0].owner = (
        "publishing",
        "claimed",
        1,
    )
    db.session.commit()
    answer = page.form("Undo").submit(browser)
    assert "cannot be taken back. This post is going out right now" in answer.text


def test_a_move_is_not_taken_back_over_a_later_change(browser: FlaskClient, post: Post) -> None:
    page = drag(browser, post, "2026-11-27")
    db.session.refresh(post)
    post.version += 1
    db.session.commit()
    assert "changed meanwhile" in page.form("Undo").submit(browser).text
    assert wall(post) == "2026-11-27T10:30:00"


def test_a_move_of_a_deleted_draft_says_so(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    draft = make_post(asha, x, status="draft", scheduled_at=MORNING + timedelta(days=2))
    page = drag(browser, draft, "2026-11-27")
    db.session.refresh(draft)
    db.session.delete(draft)
    db.session.commit()
    assert "no longer here" in page.form("Undo").submit(browser).text


def test_posts_are_filtered_by_network_account_and_status(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    make_post(asha, x, content="On X")
    make_post(asha, linkedin, content="On LinkedIn", status="failed")
    make_post(asha, x, content="Draft", status="draft")

    def shown(query: str) -> set[str]:
        page = Page(browser.get(f"/calendar?view=month&month=2026-11&{query}"))
        return {
            words for words in ("On X", "On LinkedIn", "Draft") if any(words in name for name in page.links)
        }

    assert shown("") == {"On X", "On LinkedIn", "Draft"}
    assert shown("network=linkedin") == {"On LinkedIn"}
    assert shown(f"account={x.id}") == {"On X", "Draft"}
    assert shown(f"account={x.id}&status=draft") == {"Draft"}
    assert shown("status=needs") == {"On LinkedIn"}
    assert shown("status=rubbish&network=rubbish&account=-1") == {"On X", "On LinkedIn", "Draft"}


def test_a_choice_stays_when_the_page_is_turned(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount
) -> None:
    page = Page(browser.get(f"/calendar?view=week&day=2026-11-23&account={x.id}&status=failed"))
    following = f"/calendar?view=week&day=2026-11-30&account={x.id}&status=failed"
    assert page.links["The week after"] == following
    assert page.links["Show all posts"] == "/calendar?view=week&day=2026-11-23"
    assert (
        page.form("Show")
        .fill({"Date": "2026-12-24"})
        .submit(browser)
        .links["The week after"]
        .startswith("/calendar?view=week&day=2026-12-28")
    )
