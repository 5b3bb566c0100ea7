"""A text that is too long for one post, cut into a thread: at the ends of sentences, each part numbered."""

import re
from collections.abc import Callable

# A sentence with what ends it, closing marks included; the danda ends one in Hindi. A full stop within an
# address ends none.
_SENTENCES = re.compile(r"\S.*?(?:[.!?…।][\"'”’)\]]*(?=\s)|(?=\n)|$)\s*", re.DOTALL)

Fits = Callable[[str, bool], bool]


def split(text: str, fits: Fits) -> list[str]:
    """The parts of a thread; one alone where the text fits as it is.

    `fits(part, is_first)` says whether a part may be posted, its number included.
    """
    plain = re.sub(r"\n\s*\n+", "\n", text.strip())
    if fits(plain, True):
        return [plain]
    count = 2
    while True:
        # The number of parts is part of each, so a longer one may make one part more.
        parts = _parts(plain, count, fits)
        if len(parts) <= count:
            return [_numbered(part, place, len(parts)) for place, part in enumerate(parts, 1)]
        count = len(parts)


def _parts(text: str, count: int, fits: Fits) -> list[str]:
    parts: list[str] = []
    here = ""
    for piece in _pieces(text, count, fits):
        longer = f"{here}{piece}"
        if here and not fits(_numbered(longer.strip(), len(parts) + 1, count), not parts):
            parts.append(here.strip())
            here = piece
        else:
            here = longer
    return [*parts, here.strip()] if here.strip() else parts


def _pieces(text: str, count: int, fits: Fits) -> list[str]:
    """Sentences, and the words of those that fit into no part as a whole."""
    found: list[str] = []
    for sentence in _SENTENCES.findall(text):
        if fits(_numbered(sentence.strip(), count, count), True):
            found.append(sentence)
        else:
            found += re.findall(r"\S+\s*", sentence)
    return found


def _numbered(part: str, place: int, count: int) -> str:
    return f"{part} ({place}/{count})"
