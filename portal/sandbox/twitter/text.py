"""How X counts a text, and what it makes of the addresses in it."""

import hashlib
import re
import unicodedata
from html import escape
from typing import Any, NamedTuple

from twitter_text import extract_urls_with_indices, parse_tweet

from ..posts import TRAILING, WEB_ADDRESS

MOST_CHARACTERS = 280
MOST_WITH_PREMIUM = 25_000
CASHTAG = re.compile(r"(?:^|\s)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|\s|[^\w])")
# An address needs a top-level domain, and those are letters.
_MAYBE_ADDRESS = re.compile(r"[^\W_]\.[^\W\d_]")
# No host that anybody meets has more dots between its words, and X's library tries every way to split a chain
# of them: a text such as a.a.a.a… would keep it for hours.
MOST_DOTS = 6
_HOST = re.compile(r"[^\s!-,/:-@[-^`{-~]{13,}")
_INNER_DOT = re.compile(r"(?<=[^.])\.(?=[^.])")
_INNER_SIGN = re.compile(_INNER_DOT.pattern + "|[_-]")
_INVALID = re.compile("[\ufffe\ufeff\uffff]")


class Shown(NamedTuple):
    """A text as X gives it back, and the addresses that it shortened."""

    text: str
    urls: list[dict[str, Any]]


def weighted_length(text: str) -> int:
    """Characters as X counts them: most count one, many scripts and emoji two, an address 23."""
    if text.isascii() and not _MAYBE_ADDRESS.search(text):
        return len(text)
    return int(parse_tweet(_unchained(unicodedata.normalize("NFC", text))).weightedLength)


def is_valid(text: str) -> bool:
    return not _INVALID.search(text)


def show(text: str, id: str) -> Shown:
    """The text with its addresses shortened and &, < and > escaped."""
    shown, urls, position = "", [], 0
    for start, end in _addresses(text):
        address = text[start:end]
        expanded = address if "://" in address else f"http://{address}"
        shown += escape(text[position:start], quote=False)
        short = f"https://t.co/{_short(id, address)}"
        urls.append(
            {
                "start": len(shown),
                "end": len(shown) + len(short),
                "url": short,
                "expanded_url": expanded,
                "display_url": _display(expanded),
            }
        )
        shown, position = shown + short, end
    return Shown(shown + escape(text[position:], quote=False), urls)


def with_media(shown: Shown, permalink: str, id: str) -> Shown:
    """The same with the link to the pictures that X puts behind a text."""
    short = f"https://t.co/{_short(id, 'media')}"
    text = f"{shown.text} {short}".lstrip()
    link = {
        "start": len(text) - len(short),
        "end": len(text),
        "url": short,
        "expanded_url": f"{permalink}/photo/1",
        "display_url": f"pic.x.com/{short[-10:]}",
    }
    return Shown(text, [*shown.urls, link])


def _addresses(text: str) -> list[tuple[int, int]]:
    if not _MAYBE_ADDRESS.search(text):
        return []
    found = [(m.start(), m.start() + len(m.group().rstrip(TRAILING))) for m in WEB_ADDRESS.finditer(text)]
    for start, end in (tuple(each["indices"]) for each in extract_urls_with_indices(_unchained(text))):
        if not any(start < other_end and other_start < end for other_start, other_end in found):
            found.append((start, end))
    return sorted(found)


def _unchained(text: str) -> str:
    """As long as the text, and with the same addresses: dots in a path may as well be letters."""
    return _HOST.sub(_without_chain, text)


def _without_chain(run: re.Match[str]) -> str:
    if len(_INNER_DOT.findall(run[0])) <= MOST_DOTS:
        return run[0]
    if run[0].isascii():
        return _INNER_SIGN.sub("a", run[0])
    return _INNER_DOT.sub(" ", run[0])


def _display(address: str) -> str:
    bare = address.partition("://")[2].removeprefix("www.").rstrip("/")
    return bare if len(bare) <= 27 else f"{bare[:26]}…"


def _short(id: str, address: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"{id} {address}".encode()).digest()[:8], "big")
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    digits = ""
    while len(digits) < 10:
        number, digit = divmod(number, 62)
        digits += alphabet[digit]
    return digits
