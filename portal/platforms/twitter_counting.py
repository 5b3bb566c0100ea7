"""How X counts: an address is 23 whatever its length, an emoji two whatever it is made of, most letters one.

X's own library says what is an address and what an emoji, but asks so at every letter: the longest text of a
post takes it a fifth of a second, and two thousand letters such as a.a.a.a… take it four. Here it is asked
only where there can be an emoji, and long chains of dots are broken before it looks for addresses.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache, partial

from twitter_text import extract_emojis_with_indices, extract_urls_with_indices

ADDRESS = 23
EMOJI = 2
# The same text is counted for its problems and for its preview, and again when it is planned.
REMEMBERED = 16

_LINE_END = re.compile(r"\r\n|\r")
# Letters outside these ranges of the configuration, version 3, count two.
_WIDE = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# What emojis are made of; keycaps begin with a digit, * or #.
_MAYBE_EMOJIS = re.compile("[#*0-9\u00a9\u00ae\u200d\u203c-\u3299\ufe0f\U0001f000-\U000e007f]+")
# Runs of letters that may stand in a host's name, and the dots between them. No host that anybody meets has
# more than six dots, and none has a word longer than 63 letters between two.
_PLAIN = re.compile(r"[0-9A-Za-z_.-]{8,}")
_ANY = re.compile(r"[^\s!-,/:-@\[-^`{-~]{8,}")
_LONG_WORD = re.compile(r"[^.]{64,}")
_INNER_DOT = re.compile(r"(?<=[^.])\.(?=[^.])")
MOST_DOTS = 6


@lru_cache(maxsize=REMEMBERED)
def weighted_length(text: str) -> int:
    """What X calls the weighted length: the same as `parse_tweet` of its library."""
    plain = _LINE_END.sub("\n", unicodedata.normalize("NFC", text))
    total = reached = 0
    # Sorting keeps an address before an emoji that begins where it begins.
    for start, length, weight in sorted([*_addresses(plain), *_emojis(plain)], key=lambda found: found[0]):
        if start >= reached:
            total += _letters(plain[reached:start]) + weight
            reached = start + length
    return total + _letters(plain[reached:])


def _addresses(plain: str) -> Iterator[tuple[int, int, int]]:
    # In a path plain letters all count the same, and others mostly end it.
    unchained = _ANY.sub(partial(_unchained, by=" "), _PLAIN.sub(partial(_unchained, by="a"), plain))
    for url in extract_urls_with_indices(unchained):
        yield url["indices"][0], len(url["url"]), ADDRESS


def _unchained(run: re.Match[str], by: str) -> str:
    """What cannot be a host without what the search would try anew at each letter."""
    words = run[0]
    if by == " " and words.isascii():
        return words  # seen to already
    if len(_INNER_DOT.findall(words)) > MOST_DOTS:
        words = _INNER_DOT.sub(by, words)
    return _LONG_WORD.sub(lambda word: by * len(word[0]), words)


def _emojis(plain: str) -> Iterator[tuple[int, int, int]]:
    for run in _MAYBE_EMOJIS.finditer(plain):
        for one in () if run[0].isascii() else extract_emojis_with_indices(run[0]):
            yield run.start() + one["indices"][0], len(one["emoji"]), EMOJI


def _letters(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))
