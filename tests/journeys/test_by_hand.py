"""A post that its doctor publishes by hand, from connecting to the address of what was posted."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.portal_at_work import PortalAtWork
from tests.journeys.test_main_job import accounts_on, register, verify
from tests.journeys.web import Web
from tests.page import Page

pytestmark = [pytest.mark.slow]


def post_there(portal: PortalAtWork, address: str, words: str) -> str:
    """Write on a page of the practice network in a browser of one's own; the address of what came of it."""
    there = Web(portal.practice_url)
    page = there.get(address).get_data()
    person = re.search(r'name="person" value="([^"]+)"', page)
    assert person, page
    return there.post(address, {"person": person[1], "text": words}).headers["Location"]


def test_a_doctor_is_told_posts_by_hand_and_gives_the_address(portal: PortalAtWork) -> None:
    email, words = "asha-by-hand@example.org", "Drink before you are thirsty."
    web = register(portal, email)
    verify(portal, email)
    page = Page(web.get("/accounts")).follow(web, "Connect Quora profile").form("Connect")
    page = page.fill({"Address of your profile": "https://www.quora.com/profile/Asha-By-Hand"}).submit(web)
    assert "Asha By Hand is connected." in page.text

    page = Page(web.get("/posts/new"))
    boxes = accounts_on(page, "Quora")
    page = page.form("Send it now").fill({"Text": words, **boxes}).submit(web)
    address = urlsplit(page.response.request.url).path

    portal.until(lambda: "It is posted" in Page(web.get(address)).buttons, "the doctor's turn")
    letters = portal.until(lambda: [m for m in portal.letters(email) if "#task-" in m["text"]], "a letter")
    assert len(letters) == 1 and words not in letters[0]["text"]
    page = Page(web.get(address))
    permalink = post_there(portal, page.links["Open Quora"], words)
    page = page.form("It is posted").fill({"Address of the post": permalink}).submit(web)

    assert words in web.get(page.links["Open the post on Quora"]).get_data()
    (arrived,) = [post for post in portal.practice("/_/posts?platform=quora") if post["text"] == words]
    assert permalink.endswith(arrived["permalink"].removeprefix("https://"))
