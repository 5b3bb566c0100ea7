"""Titles that doctors give to themselves, against those that were checked."""

from collections.abc import Iterator
from functools import cache

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Author, Piece
from portal.checks.words import listed

TITLES_OF_OWN = (
    r"(?:\b(?:i am|i'm|as|being|i work as|i have been|your|your own|ask your|by your|we are) (?:an? "
    r"|the )?(?:[\p{{L}}-]+ ){{0,3}}?"
    r"|\bdr\.? [\p{{L}}. ]{{2,40}}?,? (?:the |an? |your |consultant |senior |local |own |friendly "
    r"|neighbou?rhood |favou?rite |trusted )*)({titles})\b"
)
# "Consultant psychiatrist here", "your dermatologist (me!)", "मैं कैंसर विशेषज्ञ हूँ": nobody else can be meant.
SURELY_OWN = (
    r"(?:(?<=(?:^|[.!?\n] ?)(?:consultant |senior |board[- ]certified )?)({titles})(?= (?:here|speaking)\b)"
    r"|\byour (?:favou?rite|friendly|local|trusted|neighbou?rhood|go-to|desi"
    r"|resident)(?: \p{{L}}+)? ({titles})\b"
    r"(?=[^.!?\n]{{0,12}}\b(?:here|is back|speaking|says|again|with)\b)"
    r"|\b({titles})(?= \((?:me|that's me|i)\b)"
    r"|\b(?:aapk[aie]|apk[aie]) (?:apn[aie] |favou?rite )({titles})\b"
    r"|\b(?:i am|i'm|this is) dr\.? [\p{{L}}. ]{{2,30}}, (?:your|an?"
    r"|the) (?:[\p{{L}}-]+ ){{0,2}}?({titles})\b"
    r"|(?:\b(?:main|mai)|मैं) (?:ek |एक )?(?:[\p{{L}}\p{{M}}]+ )??({titles}) (?:hoon|hun|hu|हूँ|हूं))"
)


# "Dr Ritu, who joins us as consultant physician": the title is of whoever comes.
JOINS_US = regex.compile(
    r"\b(?:joins?|joined|joining|welcom\p{L}+|appointed|introduc\p{L}+|works?|worked|trained|who|he|she"
    r"|colleague|served|serves|retir\p{L}+|father|mother|wife|husband|son|daughter)\b"
)


@rule("D04")
def title_not_verified(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A title that the doctor gives to themselves and that nobody checked."""
    synonyms = listed_titles()
    for match in reading.find(_surely_own()):
        place = next(number for number in range(1, 7) if match.group(number))
        if not _may_use(around.author, synonyms[match.group(place)]):
            yield Hit(Span(*match.span(place)))
    for match in reading.find(_own_titles()):
        title = match.group(1)
        if not _may_use(around.author, synonyms[title]) and not _is_of_another(
            reading, match.start(), around.author
        ):
            yield Hit(Span(*match.span(1)))


@cache
def _own_titles() -> "regex.Pattern[str]":
    titles = "|".join(sorted(listed_titles(), key=len, reverse=True))
    return regex.compile(TITLES_OF_OWN.format(titles=titles))


@cache
def _surely_own() -> "regex.Pattern[str]":
    titles = "|".join(sorted(listed_titles(), key=len, reverse=True))
    return regex.compile(SURELY_OWN.format(titles=titles))


@cache
def listed_titles() -> dict[str, tuple[str, ...]]:
    """Each title in small letters, with the beginnings of the specialities that allow it."""
    return {
        title: tuple(stems.split("|")) for title, stems in (line.split(": ") for line in listed("titles"))
    }


def _may_use(author: Author, stems: tuple[str, ...]) -> bool:
    verified = " ".join(author.titles).lower()
    # Any checked speciality makes a specialist.
    return any(stem in verified or (stem == "*" and bool(verified)) for stem in stems)


def _is_of_another(reading: Reading, start: int, author: Author) -> bool:
    """ "Dr. Rao, cardiologist" is Dr. Rao's title; "ask your cardiologist" is advice."""
    words = reading.low[start : start + 60]
    sentence = reading.sentence_of(Span(start, start))
    if words.startswith("as ") and JOINS_US.search(reading.low, sentence.start, start):
        return True
    if words.startswith("dr"):
        own = [part for part in author.full_name.lower().replace(".", " ").split() if part != "dr"]
        return not any(part in words for part in own)
    return bool(regex.match(r"(?:ask|by) your|your", words)) and not reading.before(start).rstrip().endswith(
        ("i am", "from", "–", "-")
    )
