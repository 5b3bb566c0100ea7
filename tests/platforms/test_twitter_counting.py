"""A text is counted as X's own library counts it, and in no time whatever somebody types."""

import random

import pytest
from twitter_text import parse_tweet

from portal.platforms.twitter_counting import weighted_length

PARTS = (
    *("a", "Z9", " ", "\n", "\r\n", "\r", ".", ",", "-", "_", "(", ")", "...", "é", "e\u0301", "…", "—"),
    *("@doc", "#tag", "$ABC", "http://", "https://example.org", "example.com", "www.clinic.co.in", "co.uk"),
    *(
        "https://t.co/abc",
        "https://t.co/" + "x" * 45,
        "/v1.2",
        "/a-b_c",
        "?q=1",
        "xn--a.com",
    ),
    *(
        "日本語",
        "日本語.jp",
        "नमस्ते",
        "मेन.com",
        "https://☃.net/🩺",
        "☂",
        "🩺",
        "👩‍⚕️",
        "🇮🇳",
        "👍🏽",
        "1️⃣",
        "#️⃣",
        "©",
        "™",
    ),
    *("\u200d", "\u2010", "\u2032", "\ufe0f", "가", "\u1100\u1161", "https://" + "a" * 70 + ".com"),
)


def test_every_text_is_counted_as_their_library_does() -> None:
    choose = random.Random(20261123)
    for _ in range(1000):
        words = ["".join(choose.choices(PARTS, k=choose.randint(1, 3))) for _ in range(choose.randint(0, 5))]
        text = choose.choice((" ", "\n", ", ")).join(words)
        assert weighted_length(text) == parse_tweet(text).weightedLength, text


@pytest.mark.parametrize("words", ["手を洗いましょう" * 12, "हाथधोएं" * 15, "a" * 90, "é" * 80, "手。" * 40])
def test_an_address_may_follow_a_long_word(words: str) -> None:
    for address in (
        "https://example.org/a?b=1",
        "HTTP://example.org",
        "example.com",
        " example.com",
        "。t.co/x",
    ):
        text = f"{words}{address}{words}"
        assert weighted_length(text) == parse_tweet(text).weightedLength, text


def test_dots_in_a_path_are_letters_of_the_address() -> None:
    for path in (
        "/v1.2",
        "/1.2.3.4.5.6.7.8.9.",
        "/" + "long-word_" * 9,
        "?q=1.2.3.4.5.6.7.8.9",
    ):
        text = f"See https://example.org{path}, and more, at example.com......thanks."
        assert weighted_length(text) == parse_tweet(text).weightedLength, text


@pytest.mark.parametrize("part", ["a.", "a_a.", "日.日.", "@a.", "a-", "a.com.", "b_c.com/", "é.é"])
def test_a_text_that_their_library_is_lost_in_is_counted(part: str) -> None:
    text = (part * 50_000)[:50_000]
    assert weighted_length(text) > 0
