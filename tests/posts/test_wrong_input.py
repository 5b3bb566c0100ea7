"""What no page offers, and what changed meanwhile: it is told beside the field, nothing typed is lost.

What people do wrong themselves is in test_wrong_input_in_browser.py.
"""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import platforms
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import Doctor, SocialAccount
from portal.platforms.linkedin import LinkedIn
from portal.platforms.twitter import Twitter
from portal.posts import places
from tests.conftest import Clock
from tests.factories import make_account
from tests.page import Page
from tests.posts.test_media_in_posts import a_file
from tests.posts.test_pages import at_tomorrow, browser, choose

__all__ = ["browser"]

SHOWS = "What does this picture show?"
AGREED = "What did the patient agree to, for which networks, and when?"


@pytest.fixture
def accounts(asha: Doctor, x: SocialAccount, monkeypatch: pytest.MonkeyPatch) -> list[SocialAccount]:
    monkeypatch.setattr(places, "look_up", lambda *_: None)
    others = (("reddit", "Asha on Reddit"), ("youtube", "Asha on YouTube"))
    return [x, *(make_account(asha, key, display_name=name) for key, name in others)]


@pytest.fixture
def real_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", Twitter())
    monkeypatch.setitem(platforms.PLATFORMS, "linkedin", LinkedIn())


@pytest.fixture
def page(browser: FlaskClient, asha: Doctor, accounts: list[SocialAccount]) -> Page:
    file = media.keep(asha, a_file()[0], "photo.jpg", Upload())
    return Page(browser.get(f"/posts/new?file={file.id}"))


def everything(clock: Clock) -> dict[str, Any]:
    """Each field with something in it, all of it right."""
    return {
        "Text": "Wash.",
        "Text for Asha on X": "Own.",
        "Text for Asha on Reddit": "For the sub.",
        "Link": "https://www.who.int/",
        "Card title": "Health",
        "Footer": "Reg. 1",
        "First comment": "More.",
        "Subreddit": "health",
        "Title": "Clean hands",
        "Tags": "heart, sleep",
        SHOWS: "Two hands.",
        AGREED: "In writing, for all of them.",
        **at_tomorrow(clock),
    }


@pytest.mark.parametrize(
    ("platform", "asked", "wrong"),
    [
        ("reddit", "flair_id", "no-such-flair" * 50),
        ("youtube", "title", "w" * 101),
        ("youtube", "privacy", "everyone"),
        ("youtube", "made_for_kids", ""),
        ("linkedin", "visibility", "strangers"),
        ("instagram", "format", "postcard"),
        ("quora", "question_url", "nowhere"),
        ("twitter", "thread", "w" * 26_000),
    ],
)
def test_what_no_network_offers_is_told_beside_its_question(
    browser: FlaskClient,
    asha: Doctor,
    clock: Clock,
    real_networks: None,
    platform: str,
    asked: str,
    wrong: str,
) -> None:
    account = make_account(asha, platform)
    name, when = f"opt_{account.id}_{asked}", at_tomorrow(clock)
    said = {"content": "Wash.", "chosen": account.id, "on": when["Date"], "at": when["Time"], "do": "plan"}

    page = Page(browser.post("/posts/new", data=said | {name: wrong}))

    beside = page.by_id(f"{name}-error")
    assert page.status == 422 and beside is not None
    assert page.value_of("Text") == "Wash."


def test_an_account_that_is_gone_is_told_beside_the_accounts(
    browser: FlaskClient, page: Page, accounts: list[SocialAccount], clock: Clock
) -> None:
    form = page.form("Plan it").fill({**everything(clock), **choose(page, *accounts)})
    accounts[0].status, accounts[0].sealed_token = "disconnected", None
    db.session.commit()

    page = form.submit(browser)

    assert any("One of these accounts is no longer connected." in error for error in page.errors)
    kept = {name: words for name, words in everything(clock).items() if name != "Text for Asha on X"}
    assert {name: page.value_of(name) for name in kept} == kept
