"""How X counts, with the test vectors of its own library."""

import pytest

from portal.sandbox.twitter.text import show, weighted_length


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("hello", 5),
        ("see https://example.com/a/very/long/path?x=1 ok", 30),
        ("https://a.co http://b.org", 47),
        ("example.com", 23),
        ("a.b", 3),
        ("me@example.com", 14),
        ("👨‍👩‍👦", 2),
        ("🇬🇧", 2),
        ("日本語", 6),
        ("café", 4),
        ("“hi” – it’s … •", 17),
        ("€", 2),
        ("™", 2),
        ("مرحبا", 5),
        ("3.14 is not an address.", 23),
    ],
)
def test_a_text_counts_as_x_counts_it(text, counted):
    assert weighted_length(text) == counted


@pytest.mark.parametrize("part", ["a.", "a_a.", "日.日.", "é.é", "e\u0301."])
def test_a_text_of_dots_alone_comes_to_an_end(part):
    text = part * 1000
    assert weighted_length(text) > 0
    assert show(text, "1").urls == []


def test_dots_in_a_path_are_part_of_the_address():
    path = "/v1.2.3.4.5.6.7.8.9-10_11"
    assert weighted_length(f"See example.com{path}.") == len("See .") + 23
    [url] = show(f"See example.com{path}.", "1").urls
    assert url["expanded_url"] == f"http://example.com{path}"


def test_bare_domains_are_shortened_too():
    shown = show("see example.com.", "1")
    [url] = shown.urls
    assert shown.text == f"see {url['url']}."
    assert url["expanded_url"] == "http://example.com"


def test_an_e_mail_address_is_no_address_of_a_page():
    assert show("me@example.com", "1").urls == []
