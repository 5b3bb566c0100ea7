"""Posting by hand on the practice Quora."""

import re

from tests.sandbox.client import Browser, Net

FRONT = "https://www.quora.com/"
QUESTION = "https://www.quora.com/Why-do-we-sleep"


def write(browser: Browser, address: str, words: str) -> str:
    """Write on a page, and give the address of what came of it."""
    page = browser.open(address).data.decode()
    person = re.search(r'name="person" value="([^"]+)"', page)
    assert person
    answer = browser.open(address, {"person": person[1], "text": words})
    assert answer.status == 303, answer.data.decode()
    return answer.headers["Location"]


def test_an_answer_stands_under_its_question(net: Net, browser: Browser) -> None:
    assert "Why do we sleep?" in browser.open(QUESTION).data.decode()

    address = write(browser, QUESTION, "Because we <must>.")

    (post,) = net.posts("quora")
    assert re.fullmatch(r"https://www\.quora\.com/Why-do-we-sleep/answer/[\w-]+", post["permalink"])
    assert address == post["permalink"].replace("https://", f"{net.url}/")
    assert "Because we &lt;must&gt;." in net.call("GET", post["permalink"]).data.decode()


def test_a_question_takes_one_answer_of_each_person(
    net: Net, browser: Browser, other_browser: Browser
) -> None:
    write(browser, QUESTION, "Because.")
    write(other_browser, "https://www.quora.com/unanswered/Why-do-we-sleep", "Me too.")

    again = browser.open(QUESTION, {"text": "Because, again."})

    assert again.status == 422
    assert "answered this question already" in again.data.decode()
    assert "Because, again." in again.data.decode()
    assert len(net.posts("quora")) == 2


def test_what_answers_nothing_stands_on_the_profile(net: Net, browser: Browser) -> None:
    first, second = write(browser, FRONT, "Sleep well."), write(browser, FRONT, "Sleep well.")

    assert first != second
    posts = net.posts("quora")
    assert [post["text"] for post in posts] == ["Sleep well.", "Sleep well."]
    assert all("/profile/" in post["permalink"] for post in posts)


def test_nothing_is_no_post(net: Net, browser: Browser) -> None:
    assert browser.open(QUESTION, {"text": "  "}).status == 422
    assert net.posts("quora") == []


def test_a_profile_has_the_address_that_its_person_gives(net: Net) -> None:
    identity = net.connect("quora")["identity"]

    assert identity["name"] == "Dr. Asha Menon"
    page = net.call("GET", identity["profile_url"])
    assert page.status == 200 and "Dr. Asha Menon" in page.data.decode()


def test_a_past_post_can_be_put_there(net: Net) -> None:
    account = net.connect("quora")["identity"]["account"]
    wish = {"platform": "quora", "account": account, "text": "Then.", "at": "2026-01-02T03:04:05Z"}

    made = net.call("POST", "/_/posts", json=wish)

    assert made.status == 201
    assert net.call("GET", made.json()["permalink"]).status == 200
    wish["account"] = "Nobody-1"
    assert net.call("POST", "/_/posts", json=wish).status == 400


def test_what_nobody_wrote_is_not_there(net: Net) -> None:
    for path in ("Why-do-we-sleep/answer/Nobody-1", "profile/Nobody-1", "profile/Nobody-1/Words"):
        assert net.call("GET", FRONT + path).status == 404
