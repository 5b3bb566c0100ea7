"""How X counts: an address is 23 whatever its length, an emoji two whatever it is made of, most letters one.

X's own library says what is an address and what an emoji, but asks so at every letter: the longest text of a
post takes it a fifth of a second, and two thousand letters such as a.a.a.a… take it four. Here it is asked
only where there can be an emoji, and long chains of dots are broken before it looks for addresses.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

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
_FOREIGN = re.compile(r"[^\x00-\x7f](?:.*[^\x00-\x7f])?", re.DOTALL)
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
    for url in extract_urls_with_indices(_ANY.sub(_foreign, _PLAIN.sub(_unchained, plain))):
        yield url["indices"][0], len(url["url"]), ADDRESS


def _unchained(run: re.Match[str]) -> str:
    """Plain letters for what cannot be a host, without the signs at which the search would begin anew; in a
    path they all count the same."""
    words = run[0]
    if len(_INNER_DOT.findall(words)) > MOST_DOTS:
        words = _INNER_DOT.sub("a", words)
    return _LONG_WORD.sub(lambda word: "a" * len(word[0]), words)


def _foreign(run: re.Match[str]) -> str:
    """The same where other letters are among them, which mostly end a path."""
    words = run[0]
    if words.isascii():
        return words
    if len(_INNER_DOT.findall(words)) > MOST_DOTS:
        words = _INNER_DOT.sub(" ", words)
    return _LONG_WORD.sub(_broken, words)


def _broken(word: re.Match[str]) -> str:
    """What stands before it may be the end of an address, and what stands behind it the beginning."""
    found = _FOREIGN.search(word[0])
    if found is None:
        return word[0]
    is_in_host = word.string[word.end() : word.end() + 1] == "."
    end = len(word[0]) if is_in_host else found.end()
    return word[0][: found.start()] + " " * (end - found.start()) + word[0][end:]


def _emojis(plain: str) -> Iterator[tuple[int, int, int]]:
    for run in _MAYBE_EMOJIS.finditer(plain):
        for one in () if run[0].isascii() else extract_emojis_with_indices(run[0]):
            yield run.start() + one["indices"][0], len(one["emoji"]), EMOJI


def _letters(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))
