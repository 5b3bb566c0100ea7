"""The feed for the doctor's own calendar program: read by another library than the one that wrote it."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import CalendarSetting, Doctor, SocialAccount
from tests.conftest import Clock
from tests.factories import make_post
from tests.page import Page
from tests.signing_in import sign_in

MORNING = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    clock.set(MORNING)
    return sign_in(client, asha)


def make(browser: FlaskClient, button: str = "Make an address") -> str:
    page = Page(browser.get("/calendar/feed")).form(button).submit(browser)
    field = page.by_id("feed-address")
    assert field is not None
    assert page.response.headers["Cache-Control"] == "no-store"
    return "/calendar/feed/" + field.get("value", "").rsplit("/", 1)[-1]


def test_a_calendar_program_reads_the_posts(
    browser: FlaskClient, client: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount
) -> None:
    long = "Wash, your; hands \\ and then wash them again, before every meal and after it."
    post = make_post(asha, x, linkedin, content=long, scheduled_at=MORNING + timedelta(days=2))
    make_post(asha, x, status="draft", content="Later", scheduled_at=MORNING + timedelta(days=3))
    make_post(asha, x, status="cancelled", content="Never")
    make_post(asha, x, content="Long ago", scheduled_at=MORNING - timedelta(days=60))
    address = make(browser)
    quiet = vobject.readOne(client.get(address).text).vevent_list
    assert [event.summary.value for event in quiet] == ["Post on LinkedIn, X", "Draft on X"]
    assert "It tells the first words now." in tell(browser, "Tell the first words too").text
    answer = client.get(address)
    assert answer.mimetype == "text/calendar"
    first, second = vobject.readOne(answer.text).vevent_list
    assert first.summary.value == "Post on LinkedIn, X: Wash, your; hands \\ and then …"
    assert first.dtstart.value == MORNING + timedelta(days=2)
    assert first.duration.value == timedelta(minutes=15)
    assert first.url.value.endswith(f"/posts/{post.id}")
    assert first.uid.value.startswith(f"post-{post.id}@")
    assert (second.summary.value, second.status.value) == ("Draft on X: Later", "TENTATIVE")
    assert "\r\n" in answer.get_data(as_text=True)
    assert max(len(line) for line in answer.get_data().split(b"\r\n")) <= 75


def tell(browser: FlaskClient, button: str) -> Page:
    return Page(browser.get("/calendar/feed")).form(button).submit(browser)


def test_a_new_address_tells_as_much_as_the_old_one(browser: FlaskClient, asha: Doctor) -> None:
    make_post(asha, content="Wash.", scheduled_at=MORNING + timedelta(days=2))
    make(browser)
    tell(browser, "Tell the first words too")
    assert "Wash." in browser.get(make(browser, "Make a new address")).text
    tell(browser, "Tell no words")
    assert "Wash." not in browser.get(make(browser, "Make a new address")).text


def test_an_unchanged_feed_is_not_sent_again(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x)
    address = make(browser)
    tell(browser, "Tell the first words too")
    mark = browser.get(address).headers["ETag"]
    assert browser.get(address, headers={"If-None-Match": mark}).status_code == 304
    post.content = "Something else"
    db.session.commit()
    assert browser.get(address, headers={"If-None-Match": mark}).status_code == 200


def test_only_a_digest_of_the_address_is_kept(browser: FlaskClient, asha: Doctor) -> None:
    address = make(browser)
    row = db.session.query(CalendarSetting).one()
    secret = address.rsplit("/", 1)[-1].removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in str(vars(row))
    assert secret not in browser.get("/calendar/feed").text


def test_a_new_address_makes_the_old_one_useless(browser: FlaskClient, clock: Clock) -> None:
    old = make(browser)
    assert browser.get(old).status_code == 200
    assert "It was last read on" in Page(browser.get("/calendar/feed")).text
    new = make(browser, "Make a new address")
    assert (browser.get(old).status_code, browser.get(new).status_code) == (404, 200)
    Page(browser.get("/calendar/feed")).form("Stop it").submit(browser)
    assert browser.get(new).status_code == 404


def test_a_guess_opens_nothing(client: FlaskClient) -> None:
    assert client.get("/calendar/feed/guess.ics").status_code == 404


def test_somebody_who_may_not_sign_in_has_no_feed(browser: FlaskClient, asha: Doctor, clock: Clock) -> None:
    address = make(browser)
    asha.user.disabled_at = clock.at
    db.session.commit()
    assert browser.get(address).status_code == 404


def test_the_feed_tells_only_its_owners_posts(browser: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    make_post(ben, content="Ben's")
    address = make(browser)
    tell(browser, "Tell the first words too")
    assert "BEGIN:VEVENT" not in browser.get(address).text
