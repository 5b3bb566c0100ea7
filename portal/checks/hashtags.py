"""Hashtags as readers read them: "#BestClinicInPune" and "#permanentcure" are words run together."""

from collections.abc import Iterator
from functools import cache

import regex

from portal.checks.words import vocabulary

TAG = regex.compile(r"#([\p{L}\p{M}\d_]{4,60}+)")
# Between a small letter and a capital: "HeartHealth", "KneePain2Day".
HUMP = regex.compile(r"(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")
RUN_TOGETHER_AT_LEAST = 8
WORD_AT_LEAST = 3
SHORT_WORDS = frozenset({"a", "in", "of", "no", "my", "me", "to", "by", "se", "ka", "ki", "ke", "is", "it"})


def breaks(text: str) -> frozenset[int]:
    """The places in a text in front of which a hashtag begins its next word."""
    return frozenset(place for tag in TAG.finditer(text) for place in _within(tag))


def _within(tag: "regex.Match[str]") -> Iterator[int]:
    begin, word = tag.start(1), tag.group(1)
    if word.islower() and word.isascii() and len(word) >= RUN_TOGETHER_AT_LEAST:
        yield from (begin + place for place in _places(word))
    else:
        yield from (begin + hump.start() for hump in HUMP.finditer(word))


@cache
def _places(word: str) -> tuple[int, ...]:
    """Where words that the rules know meet, if nothing else is in the tag; the longest words first."""
    known = vocabulary()
    rest: dict[int, tuple[int, ...] | None] = {len(word): ()}
    for start in range(len(word) - 1, -1, -1):
        rest[start] = None
        for end in range(len(word), start, -1):
            part, behind = word[start:end], rest[end]
            is_word = part in SHORT_WORDS or (len(part) >= WORD_AT_LEAST and part in known)
            if is_word and behind is not None:
                rest[start] = (end, *behind) if end < len(word) else ()
                break
    return rest[0] or ()
