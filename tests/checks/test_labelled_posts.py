"""What the rules say of posts that were written and labelled before anybody looked at the rules.

`posts/ordinary.json` is health education as doctors write it: it should pass. `posts/careless.json` holds
what should not go out as it stands, each post with the ids that a reader would name. The two that end in
`_later` are posts of the same kinds, written when the rules found nearly all of the first and only a third
to two thirds of these.

The two that end in `_blind` were written in sets, each in another manner, and looked at once before any rule
was changed for them. FIRST_LOOK keeps what the rules said then: that is how well they read posts which nobody
has tuned them to. What they say of the same posts today is no measure of it.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portal import checks
from tests.checks.asking import look

POSTS = Path(__file__).parent / "posts"
AUTHORS = json.loads((POSTS / "authors.json").read_text(encoding="utf-8"))
# Never missed: a number that is one person, and a promise of cure.
NEVER_MISSED = {"P04", "P05", "P06", "P07", "C01"}
BLOCKED_AT_MOST = 0.02
ASKED_AT_MOST = 0.05
LATER_ASKED_AT_MOST = 0.02
FOUND_AT_LEAST = 0.95
CARELESS = ("careless", "careless_later", "careless_blind")
# By set: labels found of labels given, and ordinary posts blocked or asked about of all, at first look.
FIRST_LOOK = {
    # Short posts.
    1: ((55, 78), (5, 75)),
    # Long posts, threads, first comments, descriptions of pictures, titles.
    2: ((39, 52), (0, 50)),
    # Messages in passing: small letters, half sentences, two languages in one line.
    3: ((28, 52), (2, 50)),
    # All of these mixed.
    4: ((30, 51), (3, 30)),
}


def read(name: str) -> list[dict[str, Any]]:
    """The posts, each with the doctor of its country as the author."""
    posts: list[dict[str, Any]] = json.loads((POSTS / f"{name}.json").read_text(encoding="utf-8"))
    for post in posts:
        author = AUTHORS[post["pack"][:2]]
        post["author"] = post.get("author") or author | {"titles": post.get("titles", author["titles"])}
    return posts


def ids(report: checks.Report, *severities: str) -> set[str]:
    return {f.id for f in report.findings if not severities or f.severity in severities}


def table(posts: list[tuple[dict[str, Any], set[str]]]) -> str:
    """One line a post: which rules, and how it begins."""
    return "\n" + "\n".join(f"  {' '.join(sorted(names)):<12} {post['text'][:90]!r}" for post, names in posts)


@cache
def reports(name: str) -> list[tuple[dict[str, Any], checks.Report]]:
    return [(post, look(post)) for post in read(name)]


def share_of_ordinary(name: str, severity: str) -> tuple[float, str]:
    posts = reports(name)
    hit = [(post, found) for post, report in posts if (found := ids(report, severity))]
    return len(hit) / len(posts), f"{len(hit)} of {len(posts)} {name} posts: {severity}" + table(hit)


@cache
def misses(name: str) -> list[tuple[dict[str, Any], set[str]]]:
    """The careless posts of which a label was not found, with those labels."""
    return [(post, missed) for post, report in reports(name) if (missed := set(post["ids"]) - ids(report))]


def test_health_education_is_not_blocked() -> None:
    share, words = share_of_ordinary("ordinary", "block")
    assert share <= BLOCKED_AT_MOST, words


def test_health_education_is_seldom_asked_about() -> None:
    share, words = share_of_ordinary("ordinary", "confirm")
    assert share <= ASKED_AT_MOST, words


@pytest.mark.parametrize("name", ("ordinary_later", "ordinary_blind"))
def test_no_later_post_of_health_education_is_blocked(name: str) -> None:
    share, words = share_of_ordinary(name, "block")
    assert share == 0, words


@pytest.mark.parametrize("name", ("ordinary_later", "ordinary_blind"))
def test_later_posts_of_health_education_are_hardly_ever_asked_about(name: str) -> None:
    share, words = share_of_ordinary(name, "confirm")
    assert share < LATER_ASKED_AT_MOST, words


@pytest.mark.parametrize("name", CARELESS)
def test_identifiers_and_promises_of_cure_are_never_missed(name: str) -> None:
    missed = [(post, names & NEVER_MISSED) for post, names in misses(name) if names & NEVER_MISSED]
    assert not missed, table(missed)


@pytest.mark.parametrize("name", CARELESS)
def test_careless_posts_are_found_out(name: str) -> None:
    missed = misses(name)
    labels = sum(len(post["ids"]) for post in read(name))
    share = 1 - sum(len(names) for _, names in missed) / labels
    assert share >= FOUND_AT_LEAST, f"{share:.1%} of {labels} labels found; missed:" + table(missed)


def test_the_labelled_set_is_large_and_covers_every_rule_about_words() -> None:
    ordinary, careless = read("ordinary"), read("careless")
    labels = Counter(name for post in careless for name in post["ids"])

    assert len(ordinary) >= 150 and len(careless) >= 90
    # Pictures have no words to label.
    assert set(labels) == set(checks.RULES) - {"P14", "P15", "P16"}


def test_the_later_posts_are_as_many_and_cover_every_rule() -> None:
    ordinary, careless = read("ordinary_later"), read("careless_later")

    assert len(ordinary) >= 250 and len(careless) >= 250
    assert {name for post in careless for name in post["ids"]} == set(checks.RULES)


@pytest.mark.parametrize("number", FIRST_LOOK)
def test_what_was_found_at_first_look_is_told_of_the_posts_that_are_here(number: int) -> None:
    (found, labels), (troubled, ordinary) = FIRST_LOOK[number]

    kept = [post["ids"] for post in read("careless_blind") if post["set"] == number]

    assert found < labels == sum(map(len, kept))
    assert troubled < ordinary == sum(post["set"] == number for post in read("ordinary_blind"))
