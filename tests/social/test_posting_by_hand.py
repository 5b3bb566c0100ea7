"""Where the operator has no app: the doctor connects by address, plans as ever, and posts by hand."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.extensions import db
from portal.models import Doctor, SocialAccount
from portal.posts.figures import can_read
from portal.posts.removing import can_remove
from portal.social.health import accounts_of
from tests.days import ahead
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import bearer, sign_in

PROFILE = "https://www.reddit.com/user/DrAsha"
BUTTON = "Connect Reddit, posted by hand"


@pytest.fixture
def no_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reddit has not approved the operator's app."""
    config = app.config["PORTAL"]
    apps = {name: keys for name, keys in config.apps.items() if name != "REDDIT"}
    monkeypatch.setitem(app.config, "PORTAL", replace(config, apps=apps, sandbox_url=None))


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def connect(browser: FlaskClient) -> SocialAccount:
    page = Page(browser.get("/accounts")).follow(browser, BUTTON)
    assert "You post there yourself" in page.text
    page.form("Connect").fill({"Address of your profile": PROFILE}).submit(browser)
    return db.session.scalars(select(SocialAccount)).one()


def test_without_an_app_an_account_is_connected_by_its_address(
    no_app: None, browser: FlaskClient, asha: Doctor
) -> None:
    page = Page(browser.get("/accounts"))
    assert "the operator of this portal has not set it up" in page.text

    account = connect(browser)

    assert (account.platform, account.connection, account.remote_id) == (
        "reddit",
        "by_hand",
        "by-hand:drasha",
    )
    assert account.is_by_hand and account.sealed_token is None
    assert [health.state for health in accounts_of(asha)] == ["well"]
    assert "You post here yourself; we tell you when it is time." in Page(browser.get("/accounts")).text


def test_with_an_app_one_signs_in_as_ever(browser: FlaskClient) -> None:
    assert BUTTON not in Page(browser.get("/accounts")).links
    assert browser.get("/accounts/profile/reddit").status_code == 404


def test_a_program_connects_by_address_too(no_app: None, client: FlaskClient, asha: Doctor) -> None:
    headers = bearer(asha)
    missing = client.post("/api/v1/social/connect/reddit", json={}, headers=headers)
    answer = client.post("/api/v1/social/connect/reddit", json={"profile_url": PROFILE}, headers=headers)

    assert (missing.status_code, answer.status_code) == (422, 201)
    assert answer.get_json()["status"] == "connected"


def test_the_composer_says_who_posts_it_and_asks_no_network(
    no_app: None, browser: FlaskClient, asha: Doctor
) -> None:
    connect(browser)

    page = Page(browser.get("/posts/new"))

    assert "You publish this yourself. We remind you when it is time" in page.text
    assert "Look it up" not in page.buttons and "Flair" not in page.labels
    page.form("Plan it").fill(
        {"Text": "Hello", "Subreddit": "AskDocs", "Title": "A title", "Date": ahead(42)}
    ).submit(browser)
    planned = Page(browser.get("/posts")).text
    assert "Hello" in planned


def test_it_becomes_a_task_that_leads_to_the_page_for_a_new_post(
    no_app: None, browser: FlaskClient, asha: Doctor
) -> None:
    account = connect(browser)
    options = {"subreddit": "AskDocs", "title": "A title"}
    post = make_post(asha, account, status="failed", publication={"options": options})
    browser.post(f"/posts/{post.id}/publications/{post.publications[0].id}/take-over")

    page = Page(browser.get(f"/posts/{post.id}"))

    assert "/www.reddit.com/r/AskDocs/submit?" in page.links["Open Reddit"]
    page.form("It is posted").fill(
        {"Address of the post": "https://www.reddit.com/r/AskDocs/comments/1kexmp1/a_title/"}
    ).submit(browser)
    db.session.refresh(post.publications[0])
    assert (post.publications[0].status, post.publications[0].platform_post_id) == ("published", "t3_1kexmp1")


def test_what_was_posted_by_hand_is_neither_counted_nor_deleted_by_the_portal(asha: Doctor) -> None:
    account = make_account(asha, "reddit", connection="by_hand", remote_id="by-hand:drasha")
    facts = {"platform_post_id": "t3_1kexmp1", "permalink": "https://redd.it/1kexmp1"}
    (publication,) = make_post(asha, account, status="published", publication=facts).publications

    assert not can_read(publication) and not can_remove(publication)
