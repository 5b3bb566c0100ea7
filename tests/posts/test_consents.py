"""A patient takes back the consent to a picture: nothing with it goes out any more, nothing is forgotten."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.archive import writing
from portal.extensions import db
from portal.models import ArchiveEntry, AuditEvent, Doctor, MediaFile, Notice, Post, PostMedia, SocialAccount
from portal.publishing import second_look
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.page import Page
from tests.posts.test_media_in_posts import uploaded
from tests.posts.test_pages import at_tomorrow, browser, choose

__all__ = ["browser"]

AGREED = "In writing, for all networks."


@pytest.fixture
def file(asha: Doctor) -> MediaFile:
    return uploaded(asha)


def shown(doctor: Doctor, file: MediaFile, *accounts: SocialAccount, **more: Any) -> Post:
    """A post in which a patient can be seen."""
    place = PostMedia(file=file, position=0, shows="patient", consent=AGREED)
    return make_post(doctor, *accounts, media=[place], **more)


def take_back(browser: FlaskClient, file: MediaFile) -> Page:
    page = Page(browser.get(f"/library/{file.id}/consent"))
    return page.form("The patient took the consent back").submit(browser)


def notices() -> list[tuple[int, str]]:
    return [(row.publication_id, row.kind) for row in db.session.scalars(select(Notice).order_by(Notice.id))]


def test_what_is_planned_waits_and_what_is_out_is_listed_with_its_address(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, file: MediaFile
) -> None:
    out = {"platform_post_id": "7", "permalink": "https://twitter.example/posts/7"}
    published = shown(asha, file, x, status="published", publication=out)
    planned = shown(asha, file, linkedin)
    task = shown(asha, file, make_account(asha, "quora"), status="awaiting_doctor")
    other = make_post(asha, x)

    page = take_back(browser, file)

    assert "This picture goes out no more" in page.text
    assert page.links["Open it on X"].endswith("twitter.example/posts/7")
    assert [post.status for post in (published, planned, task, other)] == [
        "published",
        "held",
        "cancelled",
        "scheduled",
    ]
    assert "took back the consent" in (planned.publications[0].moved_why or "")
    told = dict(notices())
    assert told[published.publications[0].id] == "changed" and told[planned.publications[0].id] == "held"
    story = Page(browser.get(f"/posts/{published.id}")).text
    assert "Delete the post on X." in story and "It goes out no more." in story
    log = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "media_file")).all()
    assert log == ["consent.withdrawn"]


def test_the_overview_reminds_until_the_doctor_says_that_it_is_gone(
    browser: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount, file: MediaFile
) -> None:
    first, second = (
        shown(asha, file, x, status="published", publication={"platform_post_id": number}) for number in "78"
    )
    theirs = uploaded(ben)
    out = {"platform_post_id": "9"}
    shown(ben, theirs, make_account(ben, "twitter"), status="published", publication=out)
    theirs.withdrawn_at = datetime.now(UTC)
    assert "took back" not in Page(browser.get("/")).text

    take_back(browser, file)

    overview = Page(browser.get("/"))
    assert "It is still out in 2 posts. Delete them, and tell us when it is done." in overview.text
    page = overview.follow(browser, "See where").form("It is gone on X").submit(browser)
    assert "Thank you. We noted that it is gone on X." in page.text
    assert [one.publications[0].removed_at is None for one in (first, second)] == [True, False]
    assert "It is still out in one post." in Page(browser.get("/")).text
    page.form("It is gone on X").submit(browser)
    assert "took back the consent" not in Page(browser.get("/")).text.split("News")[0]
    again = f"/library/{file.id}/consent/gone/{first.publications[0].id}"
    assert "not out on X any more" in Page(browser.post(again, follow_redirects=True)).text


def test_the_archive_says_from_when_on_the_patient_no_longer_agreed(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, file: MediaFile
) -> None:
    shown(asha, file, x, status="published", publication={"platform_post_id": "7"})
    take_back(browser, file)

    writing.write_due()

    first, second = db.session.scalars(select(ArchiveEntry).order_by(ArchiveEntry.number)).all()
    assert json.loads(first.body or "")["media"][0]["consent"] == AGREED
    assert second.kind == "withdrawn" and "took back the consent" in json.loads(second.body or "")["words"]


def test_it_cannot_be_planned_again_until_the_patient_agrees(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, file: MediaFile, clock: Clock
) -> None:
    take_back(browser, file)
    page = Page(browser.get(f"/posts/new?file={file.id}"))
    said = {"Text": "Wash.", "Who can be seen?": "Nobody", **at_tomorrow(clock), **choose(page, x)}

    refused = page.form("Plan it").fill(said).submit(browser)
    assert refused.status == 422 and "Take this picture out." in refused.text

    Page(browser.get(f"/library/{file.id}/consent")).form("The patient agreed again").submit(browser)
    planned = refused.form("Plan it").fill(said).submit(browser)
    assert "Your post is planned." in planned.text


def test_a_post_that_waited_for_an_account_is_stopped_before_it_leaves(
    browser: FlaskClient, asha: Doctor, x: SocialAccount, file: MediaFile
) -> None:
    post = shown(asha, file, x, status="held", publication={"held_for": "account"})
    take_back(browser, file)
    post.publications[0].move("scheduled", by="portal")
    db.session.commit()

    second_look.look_again(db.session(), post.id)

    assert (post.publications[0].status, post.publications[0].held_for) == ("held", "checks")


def test_a_stranger_cannot_see_or_say_it(browser: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    theirs = uploaded(ben)

    assert browser.get(f"/library/{theirs.id}/consent").status_code == 404
    assert browser.post(f"/library/{theirs.id}/consent").status_code == 404
    hers = shown(ben, theirs, make_account(ben, "twitter")).publications[0].id
    assert browser.post(f"/library/{theirs.id}/consent/gone/{hers}").status_code == 404
    assert browser.post(f"/library/{uploaded(asha).id}/consent/gone/{hers}").status_code == 404
    assert theirs.withdrawn_at is None
