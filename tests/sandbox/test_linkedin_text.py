"""How LinkedIn reads a commentary."""

from datetime import date

import pytest

from portal.sandbox.linkedin.little_text import read_little
from portal.sandbox.linkedin.versions import is_active


@pytest.mark.parametrize(
    ("raw", "visible"),
    [
        ("plain, words & more – fine", "plain, words & more – fine"),
        ("\\(a\\) \\[b\\] \\{c\\} \\<d\\> \\@ \\# \\* \\_ \\~ \\| \\\\", "(a) [b] {c} <d> @ # * _ ~ | \\"),
        ("cut (here", "cut "),
        ("cut_here", "cut"),
        ("a \\n backslash", "a "),
        ("#health first", "#health first"),
        ("in C#sharp", "in C"),
        ("price # 5", "price "),
        ("#AI\\_news", "#AI_news"),
        ("#AI_news", "#AI"),
        ("see {hashtag|\\#|health} now", "see #health now"),
        ("ask @[Dr. Ada](urn:li:person:AbC) now", "ask Dr. Ada now"),
        ("ask @[Dr. Ada](somebody) now", "ask "),
        ("line\nbreak 🙂", "line\nbreak 🙂"),
        ("", ""),
    ],
)
def test_people_see_what_stands_before_the_first_bare_character(raw, visible):
    assert read_little(raw).visible == visible


def test_hashtags_come_back_as_templates():
    assert read_little("Flu \\(2026\\) #health").stored == "Flu \\(2026\\) {hashtag|\\#|health}"


@pytest.mark.parametrize(
    ("version", "today", "active"),
    [
        ("202609", date(2026, 11, 22), True),
        ("202611", date(2026, 11, 22), True),
        ("202612", date(2026, 11, 22), False),
        ("202511", date(2026, 11, 22), False),
        ("202601", date(2027, 1, 14), True),
        ("202601", date(2027, 1, 15), False),
        ("202613", date(2027, 3, 1), False),
        ("2026-9", date(2026, 11, 22), False),
    ],
)
def test_a_version_lives_about_a_year(version, today, active):
    assert is_active(version, today) is active
