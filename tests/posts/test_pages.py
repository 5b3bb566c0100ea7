"""Pages around posts, as a person without JavaScript meets them."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import zones
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount
from tests.conftest import Clock, HeldJobs
from tests.days import last_sunday, next_year
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor, clock: Clock) -> FlaskClient:
    return sign_in(client, asha)


def at_tomorrow(clock: Clock, **more: Any) -> dict[str, Any]:
    """Nine o'clock tomorrow on Asha's wall, as the composer's fields."""
    day = (zones.wall(clock.at, "Asia/Kolkata").at + timedelta(days=1)).date()
    return {"Date": day.isoformat(), "Time": "09:00"} | more


def only_post() -> Post:
    return db.session.scalars(select(Post)).one()


def choose(page: Page, *accounts: SocialAccount) -> dict[str, bool]:
    boxes = {label: False for label in page.labels if any(a.display_name in label for a in accounts)}
    return {label: True for label in boxes if not label.startswith("Text for")}


def write(
    browser: FlaskClient,
    button: str,
    fields: dict[str, Any],
    *accounts: SocialAccount,
    address: str = "/posts/new",
) -> Page:
    page = Page(browser.get(address))
    return page.form(button).fill(fields | choose(page, *accounts)).submit(browser)


def test_a_post_is_planned_and_seen(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    page = write(browser, "Plan it", {"Text": "Wash.", **at_tomorrow(clock)}, x, linkedin)
    assert page.heading == "Wash."
    assert "Your post is planned." in page.text
    assert "You planned it for" in page.text
    post = only_post()
    assert (post.status, post.wall_time and post.wall_time[11:]) == ("scheduled", "09:00:00")
    assert {p.platform for p in post.publications} == {"twitter", "linkedin"}


def test_everything_typed_is_kept_when_a_post_is_refused(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    fields = {
        "Text": "Wash your hands, please.",
        "Text for Asha on X": "Wash!",
        "Link": "not a link",
        "Date": "2020-01-01",
        "Time": "09:30",
    }
    page = write(browser, "Plan it", fields, x, linkedin)
    assert page.status == 422
    assert {name: page.value_of(name) for name in fields} == fields
    assert page.error_of("Link") == "Enter a full web address that begins with https://."
    page = page.form("Plan it").fill({"Link": ""}).submit(browser)
    assert page.error_of("Time") == "Choose a time in the future."
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_what_a_network_would_refuse_stands_beside_the_text(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    fields = {"Text": "Wash your hands.", "Text for Asha on X": "Also too long", **at_tomorrow(clock)}
    page = write(browser, "Plan it", fields, x, linkedin)
    assert page.error_of("Text") == "The text must be at most 10 characters for LinkedIn."
    assert page.error_of("Text for Asha on X") == "The text must be at most 10 characters for X."


def test_a_post_is_sent_now(
    browser: FlaskClient, x: SocialAccount, clock: Clock, held_jobs: HeldJobs
) -> None:
    page = write(browser, "Send it now", {"Text": "Wash.", "Date": "", "Time": ""}, x)
    assert "Your post is going out now." in page.text
    assert ("publish_due",) in held_jobs


def test_an_empty_draft_is_kept(browser: FlaskClient, clock: Clock) -> None:
    page = write(browser, "Keep as draft", {"Text": "", "Date": "", "Time": ""})
    assert page.heading == "No text yet"
    assert only_post().status == "draft"


@pytest.mark.parametrize("text", ["", " ", "x" * 50_001, "a\x00b"])
def test_a_text_that_cannot_be_planned_is_refused(
    browser: FlaskClient, x: SocialAccount, clock: Clock, text: str
) -> None:
    page = write(browser, "Plan it", {"Text": text, **at_tomorrow(clock)}, x)
    assert page.status == 422
    assert page.error_of("Text")


@pytest.mark.parametrize("text", ["👩🏽‍⚕️ Wash", "اغسل يديك", "<b>&amp;"])
def test_any_script_is_shown_as_it_was_written(
    browser: FlaskClient, x: SocialAccount, clock: Clock, text: str
) -> None:
    assert write(browser, "Plan it", {"Text": text, **at_tomorrow(clock)}, x).heading == text


def test_a_post_needs_an_account_and_a_time(
    browser: FlaskClient, x: SocialAccount, linkedin: SocialAccount
) -> None:
    page = write(browser, "Plan it", {"Text": "Wash.", "Date": "", "Time": ""})
    assert (page.error_of("Date"), page.error_of("Time")) == ("Choose a date.", "Choose a time.")
    page = write(browser, "Plan it", {"Text": "Wash."})
    assert "Choose at least one account." in page.text


@pytest.mark.parametrize(("day", "hour"), [("31.12.2026", "09:00"), ("2026-12-31", "25:00"), ("x", "y")])
def test_a_date_that_is_none_is_refused(browser: FlaskClient, x: SocialAccount, day: str, hour: str) -> None:
    page = write(browser, "Plan it", {"Text": "Wash.", "Date": day, "Time": hour}, x)
    assert page.status == 422
    assert page.value_of("Date") == day


def test_a_skipped_hour_is_refused_with_a_suggestion(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    asha.timezone = "Europe/Berlin"
    db.session.commit()
    day = f"{last_sunday(next_year(), 3)}"
    page = write(browser, "Plan it", {"Text": "Wash.", "Date": day, "Time": "02:30"}, x)
    assert "the clock jumps from 02:00 to 03:00. Choose 03:00 or later." in (page.error_of("Time") or "")


def test_a_doubled_hour_is_asked_and_answered(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    asha.timezone = "Europe/Berlin"
    db.session.commit()
    day = last_sunday(next_year(), 10)
    page = write(browser, "Plan it", {"Text": "Wash.", "Date": f"{day}", "Time": "02:30"}, x)
    assert f"comes twice on {day.day} October" in page.text
    page = page.form("Plan it").fill({"Which one?": "The second time, after it is set back"}).submit(browser)
    assert "Your post is planned." in page.text
    assert (only_post().fold, only_post().wall_time) == (1, f"{day}T02:30:00")


def test_a_calendar_day_is_taken_over(browser: FlaskClient, x: SocialAccount, clock: Clock) -> None:
    day = (clock.at + timedelta(days=30)).date().isoformat()
    page = Page(browser.get(f"/posts/new?on={day}"))
    assert (page.value_of("Date"), page.value_of("Time")) == (day, "09:00")
    assert Page(browser.get("/posts/new?on=rubbish")).value_of("Date")


def test_the_preview_needs_no_script_and_stores_nothing(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    page = write(browser, "Show preview", {"Text": "Wash your hands."}, x)
    assert page.value_of("Text") == "Wash your hands."
    assert "6 too many" in page.text
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0
    assert "Your post is planned." in page.form("Plan it").fill({"Text": "Wash."}).submit(browser).text


def test_the_preview_comes_alone_while_the_doctor_writes(
    browser: FlaskClient, x: SocialAccount, clock: Clock
) -> None:
    sent = {"content": "Wash your", "chosen": [str(x.id)]}
    response = browser.post("/posts/preview", data=sent, headers={"HX-Request": "true"})
    text = response.get_data(as_text=True)
    assert "Wash" in text
    assert "<html" not in text


def test_a_post_is_changed(browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, content="Old", publication={"options": {"title": "kept"}})
    before = post.scheduled_at
    page = write(browser, "Save changes", {"Text": "New"}, address=f"/posts/{post.id}/edit")
    assert page.heading == "New"
    assert "You changed it." in page.text
    db.session.expire_all()
    assert (post.version, post.scheduled_at, post.publications[0].options) == (2, before, {"title": "kept"})


def test_two_windows_do_not_overwrite_each_other(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, content="Old")
    windows = [Page(browser.get(f"/posts/{post.id}/edit")) for _ in range(2)]
    windows[0].form("Save changes").fill(Text="Mine").submit(browser)
    late = windows[1].form("Save changes").fill(Text="Yours").submit(browser)
    assert "changed in another window" in late.text
    assert late.value_of("Text") == "Yours"
    db.session.expire_all()
    assert post.content == "Mine"


def test_a_post_that_is_out_is_not_opened_for_change(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    page = Page(browser.get(f"/posts/{post.id}/edit", follow_redirects=True))
    assert "already out" in page.text
    assert "Change" not in page.links


def test_a_post_is_moved(browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock) -> None:
    post = make_post(asha, x, content="Wash.")
    page = Page(browser.get(f"/posts/{post.id}")).follow(browser, "Move")
    page = page.form("Move it").fill(at_tomorrow(clock)).submit(browser)
    assert "You moved it to" in page.text
    db.session.expire_all()
    assert post.wall_time is not None
    assert post.wall_time.endswith("T09:00:00")


def test_a_post_is_cancelled_after_a_question(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x)
    question = Page(browser.get(f"/posts/{post.id}")).follow(browser, "Cancel post")
    assert post.status == "scheduled"
    page = question.form("Cancel the post").submit(browser)
    assert "You cancelled it for X." in page.text


def test_a_draft_is_deleted_after_a_question(browser: FlaskClient, asha: Doctor) -> None:
    post = make_post(asha, content="Perhaps")
    page = Page(browser.get(f"/posts/{post.id}")).follow(browser, "Delete draft")
    page = page.form("Delete the draft").submit(browser)
    assert page.heading == "Posts"
    assert "No posts yet" in page.text


def test_a_failed_post_says_why_and_is_tried_again(
    browser: FlaskClient, asha: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, status="failed", publication={"error_message": "X did not like the picture."})
    page = Page(browser.get(f"/posts/{post.id}"))
    assert "X did not like the picture." in page.text
    page = page.form("Try again").submit(browser)
    assert "Your post is on its way again." in page.text


def test_a_post_of_an_unknown_fate_is_settled_by_the_doctor(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, status="unconfirmed", publication={"asked_at": clock.at})
    page = Page(browser.get(f"/posts/{post.id}"))
    refused = page.form("It is out").submit(browser)
    assert refused.error_of("Address of the post") == "Enter the address of the post."
    address = "https://twitter.example/posts/9"
    done = refused.form("It is out").fill({"Address of the post": address}).submit(browser)
    assert done.links["Open the post on X"].endswith("twitter.example/posts/9")


def test_while_we_look_nobody_is_asked_but_may_say_that_it_is_out(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    soon = clock.at + timedelta(minutes=1)
    post = make_post(asha, x, status="unconfirmed", publication={"look_at": soon})
    page = Page(browser.get(f"/posts/{post.id}"))

    assert "We look next on" in page.text and "I have looked myself" in page.text
    assert "We could not find out" not in page.text and "It is not there" not in page.buttons
    told = page.form("It is out").fill({"Address of the post": "https://twitter.example/posts/9"})
    assert "Open the post on X" in told.submit(browser).links


def test_a_post_that_is_not_there_is_said_so(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, status="unconfirmed", publication={"asked_at": clock.at})
    page = Page(browser.get(f"/posts/{post.id}")).form("It is not there").submit(browser)
    assert "You told us that it is not on X." in page.text


def test_one_account_is_stopped(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    facts = {"doctor_id": asha.id, "platform": "linkedin", "status": "retrying", "due_at": clock.at}
    post.publications.append(Publication(account=linkedin, **facts))
    db.session.commit()
    page = Page(browser.get(f"/posts/{post.id}")).form("Do not post this on LinkedIn").submit(browser)
    assert "You cancelled it for LinkedIn." in page.text


def test_a_copy_is_opened_for_change(browser: FlaskClient, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, status="failed", content="Again")
    page = Page(browser.get(f"/posts/{post.id}")).form("Copy").submit(browser)
    assert page.heading == "Change your post"
    assert page.value_of("Text") == "Again"


def test_while_something_moves_the_page_asks_again(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    moving = make_post(asha, x, scheduled_at=clock.at + timedelta(seconds=20))
    still = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    assert b'hx-trigger="every 5s"' in browser.get(f"/posts/{moving.id}").data
    assert b"hx-trigger" not in browser.get(f"/posts/{still.id}").data
    fragment = browser.get(f"/posts/{moving.id}", headers={"HX-Request": "true"})
    assert fragment.data.startswith(b'<div id="status"')


ADDRESSES = ["", "/edit", "/move", "/cancel"]
ACTIONS = ["/edit", "/move", "/cancel", "/retry", "/copy"]


def test_a_stranger_finds_nothing(client: FlaskClient, ben: Doctor, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, status="awaiting_doctor")
    number = post.publications[0].id
    sign_in(client, ben)
    for address in ADDRESSES:
        assert client.get(f"/posts/{post.id}{address}").status_code == 404
    for action in [*ACTIONS, f"/publications/{number}/stop", f"/publications/{number}/confirm"]:
        assert client.post(f"/posts/{post.id}{action}").status_code == 404
    assert client.post(f"/posts/preview?post={post.id}").status_code == 404
    assert client.get("/posts/99999999999999999999").status_code == 404
    assert "Wash" not in Page(client.get("/posts")).text
    assert "Wash" not in Page(client.get("/calendar")).text


def test_an_account_of_another_doctor_cannot_be_smuggled_in(
    browser: FlaskClient, ben: Doctor, clock: Clock
) -> None:
    foreign = make_account(ben)
    sent = {"content": "Wash.", "chosen": str(foreign.id), "on": "2027-01-01", "at": "09:00", "do": "plan"}
    response = browser.post("/posts/new", data=sent)
    assert response.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


@pytest.mark.parametrize("address", ["/posts", "/posts/new", "/calendar", "/posts/1"])
def test_someone_signed_out_is_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 303
    assert response.location.startswith("/login")
