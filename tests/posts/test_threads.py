"""A long text as a thread: cut at the ends of sentences, numbered, nothing lost."""

import re

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal import platforms
from portal.models import Doctor
from portal.platforms.twitter import Twitter
from portal.posts import threads
from tests.factories import make_account
from tests.page import Page
from tests.signing_in import sign_in


def at_most(limit: int, below: str = "") -> threads.Fits:
    return lambda part, is_first: len(part + (below if is_first else "")) <= limit


def test_a_short_text_stays_one_post() -> None:
    assert threads.split("Wash your hands.", at_most(280)) == ["Wash your hands."]


def test_parts_end_with_their_sentences_and_say_their_number() -> None:
    text = "Wash your hands. Use soap. Do it for twenty seconds.\n\nThen dry them well."
    assert threads.split(text, at_most(40)) == [
        "Wash your hands. Use soap. (1/3)",
        "Do it for twenty seconds. (2/3)",
        "Then dry them well. (3/3)",
    ]


def test_an_address_is_never_cut() -> None:
    parts = threads.split("Read this now. See https://example.org/a.b?c=d today.", at_most(46))
    assert parts == ["Read this now. (1/2)", "See https://example.org/a.b?c=d today. (2/2)"]


def test_what_stands_below_the_first_part_has_its_room() -> None:
    parts = threads.split("One two three. Four five six. Seven eight.", at_most(40, "\n\nDr. Asha Menon"))
    assert parts[0] == "One two three. (1/2)"


@given(st.lists(st.text("abc .!?\n", max_size=60), max_size=12), st.integers(20, 80))
def test_nothing_is_lost_and_every_part_fits(pieces: list[str], limit: int) -> None:
    words = [word[:8] for word in " ".join(pieces).split()]
    parts = threads.split(" ".join(words), at_most(limit))
    assert all(len(part) <= limit for part in parts)
    told = [re.sub(r" \(\d+/\d+\)$", "", part) if len(parts) > 1 else part for part in parts]
    assert " ".join(told).split() == words


def test_one_tap_splits_the_text_and_keeps_all_else(client: FlaskClient, asha: Doctor) -> None:
    platforms.PLATFORMS["twitter"] = Twitter()  # put back by the fixture that set the fake one
    account = make_account(asha)
    browser = sign_in(client, asha)
    said = {"content": "Wash your hands well. " * 20, "footer": "Dr. Asha", "chosen": [account.id]}
    page = Page(browser.post("/posts/preview", data=said))
    assert "Split it into a thread" in page.buttons
    page = Page(browser.post("/posts/preview", data=said | {"insert": f"thread-{account.id}"}))
    assert page.value_of("More posts in a thread").endswith("(2/2)")
    assert page.value_of("Footer") == "Dr. Asha"
    assert "too long" not in page.text
