"""LinkedIn's little text: what is typed is what is read, and nothing cuts a post short."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.platforms.little_text import RESERVED, code_links, escape, unescape

PIECES = [*RESERVED, "a", "Z", "9", " ", "\n", "é", "🩺", "/", ":", ".", "https://a.b/"]
tricky = st.lists(st.sampled_from(PIECES)).map("".join)
BARE_ON_PURPOSE = re.compile(r"(?:^|(?<=\s))#(?=[^\W_])|@\[[^\]]+\]\(urn:li:\w+:[\w-]+\)")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (
            "Flu season (2026) starts: get vaccinated! #health",
            r"Flu season \(2026\) starts: get vaccinated! #health",
        ),
        ("#AI_news", r"#AI\_news"),
        ("a#b, # c, #, ##d", r"a\#b, \# c, \#, \#\#d"),
        ("\\", "\\\\"),
        ("{hashtag|\\#|word}", r"\{hashtag\|\\\#\|word\}"),
        ("x@y.example and <b>", r"x\@y.example and \<b\>"),
        (
            "with @[Praxis Lindner](urn:li:organization:5509) today",
            "with @[Praxis Lindner](urn:li:organization:5509) today",
        ),
        ("@[Name](urn:li:share:1)", r"\@\[Name\]\(urn:li:share:1\)"),
        ("see https://a.example/x_y~(z)?q=[1]", r"see https://a.example/x\_y%7E%28z%29?q=%5B1%5D"),
        ("(https://a.example/b).", r"\(https://a.example/b\)."),
        ("https://en.wikipedia.org/wiki/A_(b), ok", r"https://en.wikipedia.org/wiki/A\_%28b%29, ok"),
        ("HTTPS://A.EXAMPLE/*", "HTTPS://A.EXAMPLE/%2A"),
    ],
)
def test_each_sign_is_written_as_linkedin_wants_it(typed: str, sent: str) -> None:
    assert escape(typed) == sent


@given(st.text() | tricky)
@example("#a\\#b")
def test_readers_see_what_was_typed(text: str) -> None:
    assert unescape(escape(text)) == code_links(text)


@given(st.text() | tricky)
def test_no_reserved_sign_stands_bare_but_on_purpose(text: str) -> None:
    left = BARE_ON_PURPOSE.sub("", escape(text))
    left = re.sub(r"\\.", "", left, flags=re.DOTALL)

    assert not set(left) & set(RESERVED)


@given(st.text(st.characters(exclude_characters=RESERVED)))
def test_plain_text_stays_plain(text: str) -> None:
    assert escape(text) == text


def test_hashtags_come_back_as_templates_and_are_read_as_typed() -> None:
    assert unescape(r"Flu season \(2026\) starts {hashtag|\#|health}") == "Flu season (2026) starts #health"
