"""Posting by hand on the practice networks: each has a page for it, and the portal takes the address."""

from urllib.parse import urlencode

import pytest

from portal import platforms
from portal.platforms.base import Author, ByHand, Content
from tests.sandbox.client import Browser, Net

WORDS = "Three signs of dehydration: 100% <sure> & #well"
OPTIONS = {
    "reddit": {"subreddit": "exampletest", "title": "Three signs"},
    "youtube": {"title": "Three signs", "made_for_kids": False},
}
NETWORKS = ("facebook", "instagram", "linkedin", "twitter", "youtube", "reddit", "quora")


def task(key: str, link: str | None = None) -> ByHand:
    author = Author("1", platforms.get(key).connections[0].key, "Dr. Ana Example", "ana")
    return platforms.get(key).by_hand(Content(WORDS, author, link=link, options=OPTIONS.get(key, {})))


@pytest.mark.parametrize("key", NETWORKS)
def test_a_task_leads_to_a_page_on_which_it_can_be_posted(net: Net, browser: Browser, key: str) -> None:
    address = task(key).address
    assert browser.open(address).status == 200

    made = browser.open(address, {"text": WORDS, "title": "Three signs"})

    assert made.status == 303
    (post,) = net.posts(key)
    assert WORDS in post["text"]
    assert platforms.get(key).remote_id_from_permalink(post["permalink"])
    assert browser.open(post["permalink"]).status == 200


@pytest.mark.parametrize("key", [key for key in NETWORKS if key != "twitter"])
def test_nothing_at_all_is_not_posted(net: Net, browser: Browser, key: str) -> None:
    made = browser.open(platforms.get(key).home, {"text": " ", "title": ""})

    assert made.status == 422 and net.posts(key) == []


@pytest.mark.parametrize("key", ["facebook", "instagram", "linkedin", "youtube", "reddit"])
def test_what_is_too_long_is_not_posted(net: Net, browser: Browser, key: str) -> None:
    made = browser.open(platforms.get(key).home, {"text": "a" * 64_000, "title": "Long"})

    assert made.status == 422 and net.posts(key) == []


@pytest.mark.parametrize("key", ["facebook", "linkedin"])
def test_the_same_again_is_not_posted_twice(net: Net, browser: Browser, key: str) -> None:
    for status in (303, 422):
        assert browser.open(platforms.get(key).home, {"text": WORDS}).status == status
    assert len(net.posts(key)) == 1


def test_reddits_page_is_filled_in_by_its_address(net: Net, browser: Browser) -> None:
    address = task("reddit", link="https://clinic.example/a").address
    page = browser.open(address).data.decode()
    assert 'value="Three signs"' in page and 'value="https://clinic.example/a"' in page

    assert browser.open(address, {"text": ""}).status == 303
    (post,) = net.posts("reddit")
    assert post["link"] == "https://clinic.example/a"


@pytest.mark.parametrize("place", ["privateplace", "approvedonly", "nosuchplace"])
def test_a_community_that_is_closed_takes_nothing(net: Net, browser: Browser, place: str) -> None:
    address = f"https://www.reddit.com/r/{place}/submit?{urlencode({'title': 'A title', 'text': 'x'})}"

    assert browser.open(address, {"text": "x"}).status == 422
    assert net.posts("reddit") == []
