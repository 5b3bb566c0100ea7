"""Posting on the practice X by hand, from a link with the text in it."""

from urllib.parse import quote

from tests.sandbox.client import Browser, Net

INTENT = "https://x.com/intent/tweet?text="


def test_the_text_of_the_link_stands_there_and_is_posted_as_it_is(net: Net, browser: Browser) -> None:
    words = "100% \u201csure\u201d & <well>"
    page = browser.open(INTENT + quote(words, safe=""))
    assert "100% \u201csure\u201d &amp; &lt;well&gt;</textarea>" in page.data.decode()

    made = browser.open(INTENT + quote(words, safe=""), {"text": words})

    assert made.status == 303
    (post,) = net.posts("twitter")
    assert post["text"] == words
    assert made.headers["Location"] == post["permalink"].replace("https://", f"{net.url}/")


def test_what_x_would_not_take_is_not_posted(net: Net, browser: Browser) -> None:
    browser.open(INTENT, {"text": "Wash."})

    for words in ("", "a" * 281, "Wash."):
        assert browser.open(INTENT, {"text": words}).status == 422
    assert len(net.posts("twitter")) == 1
