"""Whatever is wrong in the composer: the sentence stands beside the field, and all that was typed stays."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import platforms
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import Doctor, Post, SocialAccount
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
    ("label", "wrong", "words"),
    [
        ("Text", "w" * 50_001, "Text must be at most 50,000 long."),
        ("Text for Asha on X", "Far too long.", "at most 10 characters for X"),
        ("Text for Asha on Reddit", "w" * 40_001, "40,000"),
        ("Link", "nowhere", "Enter a full web address that begins with https://."),
        ("Card title", "w" * 201, "Card title must be at most 200 long."),
        ("Footer", "w" * 2001, "Footer must be at most 2,000 long."),
        ("First comment", "w" * 10_001, "First comment must be at most 10,000 long."),
        ("Date", "2020-01-01", "Choose a time in the future."),
        ("Date", "", "Choose a date."),
        ("Title", "", "title"),
        ("Title", "w" * 301, "title"),
        ("Time", "", "Choose a time."),
        ("Subreddit", "", "Enter the community on Reddit to post in."),
        ("Subreddit", "no such name!", "Enter the name of one community, such as AskDocs."),
        ("Tags", "w" * 600, "tags"),
        (SHOWS, "w" * 1501, "The description must be at most 1,500 long."),
        (AGREED, "w" * 1001, "The consent must be at most 1,000 long."),
    ],
)
def test_the_sentence_stands_beside_the_field_and_all_that_was_typed_stays(
    browser: FlaskClient, page: Page, accounts: list[SocialAccount], clock: Clock, label: str, wrong: str,
    words: str,
) -> None:  # fmt: skip
    said = everything(clock) | {label: wrong}
    chosen = choose(page, *accounts)

    page = page.form("Plan it").fill({**said, **chosen, "Who can be seen?": "A patient"}).submit(browser)

    assert page.status == 422
    place = "Time" if said["Date"] == "2020-01-01" else label
    assert words.lower() in (page.error_of(place) or "nothing").lower()
    assert {name: page.value_of(name) for name in said} == said
    assert all("checked" in page.control(name).attrib for name in (*chosen, "A patient"))
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


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


@pytest.mark.parametrize(
    ("day", "hour", "place", "words"),
    [
        ("2027-03-28", "01:30", "Time", "Choose 02:00 or later."),
        ("2027-10-31", "01:30", "Which one?", "comes twice on 31 October"),
    ],
)
def test_an_hour_that_the_clock_skips_or_doubles_keeps_what_was_typed(
    browser: FlaskClient, asha: Doctor, accounts: list[SocialAccount], page: Page, clock: Clock,
    day: str, hour: str, place: str, words: str,
) -> None:  # fmt: skip
    asha.timezone = "Europe/London"
    db.session.commit()
    said = everything(clock) | {"Date": day, "Time": hour}

    page = page.form("Plan it").fill({**said, **choose(page, *accounts)}).submit(browser)

    assert page.status == 422 and any(words in error for error in page.errors)
    assert {name: page.value_of(name) for name in said} == said


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
