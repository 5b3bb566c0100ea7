"""Lists of words, and patterns made of them."""

import json
from functools import cache
from pathlib import Path

import regex

WORDS = Path(__file__).parent / "words.json"


@cache
def listed(name: str) -> tuple[str, ...]:
    """A list by its name in words.json: small letters, one spelling each."""
    return tuple(_lists()[name])


@cache
def one_of(name: str) -> frozenset[str]:
    """The same list, for asking whether a word is in it."""
    return frozenset(listed(name))


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return lists


@cache
def vocabulary() -> frozenset[str]:
    """Every single word of every list, in small letters."""
    return frozenset(word for listing in _lists().values() for entry in listing for word in entry.split())


@cache
def any_of(*words: str) -> "regex.Pattern[str]":
    """Finds any of the words or phrases, whole, in small letters; a space stands for any white space.

    Written for text in any script: a vowel sign belongs to its letter, unlike in the standard library.
    """
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    inside = "|".join(regex.escape(word, special_only=True).replace(r"\ ", " ") for word in longest_first)
    inside = inside.replace(" ", r"[\s\-]+")
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}])(?:{inside})(?![\p{{L}}\p{{M}}\p{{N}}])")
