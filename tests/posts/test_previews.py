"""What the preview marks: where a text is cut, where it is too long, and what stands on a link's card."""

from typing import Any

import pytest

from portal.models import Doctor
from portal.platforms.base import Author, Content, Media, Preview
from portal.platforms.linkedin import LinkedIn
from portal.platforms.twitter import Twitter
from portal.posts.previews import Shown
from tests.factories import make_account

FAMILY = "👨‍👩‍👧"


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


def shown(doctor: Doctor, visible: str, rest: str = "", length: int = 0) -> Shown:
    return Shown(make_account(doctor, "twitter"), Preview("A", None, visible, rest, length, 280), [])


@pytest.mark.parametrize("sign", [FAMILY, "नीं", "e\u0301", "🇮🇳"])
def test_no_sign_is_cut_in_its_middle(asha: Doctor, sign: str) -> None:
    (visible, _), (rest, _) = shown(asha, f"Sleep {sign[0]}", f"{sign[1:]} well").texts

    assert (visible, rest) == ("Sleep ", f"{sign} well")


@pytest.mark.parametrize(
    "words", [f"Sleep {FAMILY} ", "नींद अच्छी है। ", "See https://who.int/a/very/long/way "]
)
def test_what_is_too_long_is_marked_where_the_network_stops_counting(asha: Doctor, words: str) -> None:
    text = words * 60
    (fits, over), _ = shown(asha, text, length=Twitter().length(text)).texts

    assert fits + over == text
    assert Twitter().length(fits) <= 280 < Twitter().length(fits + over[:40])


def test_a_picture_stands_on_the_card_that_linkedin_is_sent(asha: Doctor) -> None:
    picture = Media(1, "https://p.example/media/a.jpg", "image/jpeg", 9, 800, 600, None, None, None)
    author = Author("urn:li:person:1", "profile", "Asha", None, {})
    content = Content("Read.", author, link="https://who.int/", link_title="Mine", media=(picture,))

    preview = LinkedIn().preview(content)
    sent: dict[str, Any] = LinkedIn().compose(content, {"media": {"1": {"urn": "urn:li:image:1"}}})

    assert (preview.link_title, preview.link_picture, preview.media) == ("Mine", picture.url, ())
    assert '"title":"Mine","thumbnail":"urn:li:image:1"' in sent["body"]


def test_a_thread_is_shown_and_counted_part_by_part(asha: Doctor) -> None:
    author = Author("1", "account", "Asha", None, {})
    preview = Twitter().preview(Content("One.", author, options={"thread": ["Two.", "w" * 300]}))

    parts = Shown(make_account(asha, "twitter"), preview, []).thread

    assert [(part.length, part.limit) for part in parts] == [(4, 280), (300, 280)]
