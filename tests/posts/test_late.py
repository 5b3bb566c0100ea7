"""A post that missed its hour, as its doctor finds it on the page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import Doctor, Publication, SocialAccount
from tests.conftest import Clock, HeldJobs
from tests.factories import make_post, save
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


@pytest.fixture
def late(asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock) -> Publication:
    """Out on LinkedIn, and too late for X."""
    at = clock.at - timedelta(hours=3)
    post = make_post(asha, linkedin, status="failed", scheduled_at=at)
    held = Publication(
        post_id=post.id,
        social_account_id=x.id,
        doctor_id=asha.id,
        platform="twitter",
        status="held",
        held_for="late",
        due_at=at,
    )
    return save(held)


def press(browser: FlaskClient, late: Publication, label: str) -> Page:
    page = Page(browser.get(f"/posts/{late.post_id}"))
    assert "Its hour has passed" in page.text
    forms = f"/posts/{late.post_id}/publications/{late.id}/"
    address = {"Send it now": "retry", "Leave it out": "stop"}[label]
    assert label in page.buttons
    answer = Page(browser.post(forms + address, follow_redirects=True))
    db.session.refresh(late)
    return answer


def test_it_is_sent_now_and_nothing_else_of_the_post(
    browser: FlaskClient, late: Publication, clock: Clock, held_jobs: HeldJobs
) -> None:
    page = press(browser, late, "Send it now")

    assert (late.status, late.due_at) == ("scheduled", clock.at)
    assert ("publish_due",) in held_jobs and "on its way to X" in page.text
    assert {p.status for p in late.post.publications if p.id != late.id} == {"failed"}


def test_it_is_left_out(browser: FlaskClient, late: Publication) -> None:
    page = press(browser, late, "Leave it out")
    assert late.status == "cancelled" and "does not go out on X" in page.text


def test_another_time_is_planned_for_it(browser: FlaskClient, late: Publication, clock: Clock) -> None:
    page = Page(browser.get(f"/posts/{late.post_id}"))
    form = Page(browser.get(page.links["Plan another time"])).form("Choose this time")

    said = form.submit(browser)

    db.session.refresh(late)
    assert late.status == "scheduled" and late.due_at and late.due_at > clock.at
    assert "It goes out then." in said.text


def test_the_question_is_answered_once(browser: FlaskClient, late: Publication) -> None:
    press(browser, late, "Leave it out")
    again = browser.post(f"/posts/{late.post_id}/publications/{late.id}/retry", follow_redirects=True)
    assert "Nothing of this post waits" in again.text and late.status == "cancelled"


def test_a_post_behind_an_account_that_is_left_alone_says_so(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    post = make_post(asha, x, scheduled_at=clock.at - timedelta(minutes=5))
    x.gated_until = clock.at + timedelta(hours=1)
    db.session.flush()

    page = Page(browser.get(f"/posts/{post.id}"))

    assert "X asked us to wait before we post more on this account" in page.text
