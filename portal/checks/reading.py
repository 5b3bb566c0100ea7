"""A text as the rules read it: folded, so that look-alikes and hidden characters fool nobody."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import NamedTuple

import regex

from portal.checks import caution, hashtags, scene, subject
from portal.checks.alternatives import Alternatives
from portal.checks.words import any_of, listed

# "Mr. Rao", "Mrs. S. Rao", "No. 5" and "e.g. salt" go on.
SENTENCE_END = regex.compile(
    r"(?!(?<=\b(?:mr|mrs|ms|dr|smt|shri|prof|e\.g|i\.e|approx|vs|pt|st|sr|jr|no(?=\.\s?\d)))\.\s)"
    r"(?!(?<=\b(?:mr|mrs|ms|dr|smt|shri|prof)\.? \p{L})\.\s)"
    r"[.!?।॥]+(?=\s|$)|\n+",
    regex.IGNORECASE,
)
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*")
ADDRESS = regex.compile(r"(?:https?://|www\.)[^\s<>\"“”]*[^\s<>\"“”.,;:!?)]")
# Format characters say nothing to a reader; the joiners are needed in Hindi but never between digits.
HIDDEN = {"Cf"}
# All spaces are one, and all dashes.
ALIKE = {"Zs": " ", "Pd": "-"}
JOINERS = {"\u200c", "\u200d"}
# Behind a digit they make a key of it: 9\ufe0f\u20e3 reads as 9.
KEYCAP = {"\ufe0e", "\ufe0f", "\u20e3"}
# What a picture says in words.
SPOKEN = {"\U0001f4af": "100%"}
# "O7700 9OO 461": the letter for the digit, in a word of digits.
ZERO = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}])(?=[\dOo]*\d[\dOo]*\d|[\dOo]*\d[Oo]{2})[\dOo]{3,}+(?![\p{L}\p{M}\p{N}])"
)
# "gu@ranteed", "cur3d": a sign for the letter it looks like, in the middle of a word and not of an address.
SIGN = regex.compile(
    r"(?<=\p{Ll})(?:[$03]|@(?!(?:gmail|yahoo|hotmail|outlook|rediff\w*|icloud"
    r"|proton|abdm|sbx|ybl|upi|ok\w+)\b)(?=\p{Ll}+(?![\w.@-])))"
    r"(?=\p{Ll})"
)
LETTER = {"@": "a", "$": "s", "0": "o", "3": "e"}
SENTENCE_AT_MOST = 500
# How far back `before` looks: more than any label or role.
LOOKS_BACK = 80
# Letters of other alphabets that look Latin, used to slip a word past a list.
LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһӏАВЕКМНОРСТХІЅαορνΑΒΕΗΙΚΜΝΟΡΤΧ",
    "aeopcyxijsdhlABEKMHOPCTXISaopvABEHIKMNOPTX",
)


class Span(NamedTuple):
    """A stretch of the folded text."""

    start: int
    end: int


class Reading:
    """One piece, folded, with what several rules want to know of it found once.

    `text` keeps capitals, `low` has none; both have the same length, and `original` leads back from an offset
    in them to the offset in the piece as it was given.
    """

    def __init__(self, given: str) -> None:
        self.given = given
        folded, self._offsets = _fold(given)
        self.text = ZERO.sub(lambda typed: regex.sub("[Oo]", "0", typed.group()), folded)
        self.low = SIGN.sub(lambda sign: LETTER[sign.group()], "".join(map(_small, self.text)))
        self._warned: dict[Span, bool] = {}

    def original(self, span: Span) -> Span:
        """The same stretch in the piece as it was given."""
        if not self._offsets or span.end <= span.start:
            return Span(0, 0)
        last = self._offsets[span.end - 1]
        return Span(self._offsets[span.start], last + 1)

    def find(
        self, pattern: "regex.Pattern[str] | Alternatives", *, capitals: bool = False
    ) -> Iterator["regex.Match[str]"]:
        """All places where the pattern stands; in small letters unless capitals matter."""
        return pattern.finditer(self.text if capitals else self.low)

    @cached_property
    def words(self) -> list[Span]:
        return [Span(*match.span()) for match in WORD.finditer(self.text)]

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _word_ends(self) -> list[int]:
        return [word.end for word in self.words]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def sentences(self) -> list[Span]:
        """In order, without gaps; none endless, for texts without a full stop."""
        ends: list[int] = []
        for end in [*(match.end() for match in SENTENCE_END.finditer(self.text)), len(self.text)]:
            begin = ends[-1] if ends else 0
            ends += range(begin + SENTENCE_AT_MOST, end, SENTENCE_AT_MOST)
            ends.append(end)
        return [Span(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]

    @cached_property
    def links(self) -> list[Span]:
        """Web addresses, in order."""
        return [Span(*match.span()) for match in self.find(ADDRESS)]

    def is_in_link(self, place: int) -> bool:
        number = bisect_right(self.links, Span(place, len(self.text) + 1)) - 1
        return number >= 0 and place < self.links[number].end

    @cached_property
    def clinical(self) -> list[Span]:
        """Words of the consulting room: patient, admitted, diagnosed."""
        return [Span(*match.span()) for match in self.find(any_of(*listed("clinical")))]

    @cached_property
    def care(self) -> list[Span]:
        """Those, and what is done to a body: a name close to one of them is likely a patient's."""
        done = {Span(*match.span()) for match in self.find(any_of(*listed("care")))}
        for pattern in (subject.OPERATION, scene.IS_ILL):
            done |= {Span(*match.span()) for match in self.find(pattern)}
        return sorted(done.union(self.clinical, self.one_patient))

    @cached_property
    def one_patient(self) -> list[Span]:
        """Words that speak of one person who is ill: "a patient of mine", "this lady", "k/c/o"."""
        found = {Span(*match.span()) for match in self.find(any_of(*listed("one_patient")))}
        for pattern in subject.IN_CAPITALS:
            found |= {Span(*match.span()) for match in self.find(pattern, capitals=True)}
        for pattern in (*subject.IN_SMALL, *scene.IN_SMALL):
            found |= {Span(*match.span()) for match in self.find(pattern)}
        return sorted(found)

    @property
    def is_clinical(self) -> bool:
        """Whether the text speaks of one patient, or uses several words of the consulting room."""
        return bool(self.one_patient) or len(self.clinical) >= 2

    def sentence_of(self, span: Span) -> Span:
        """The sentence in which the stretch begins."""
        place = bisect_right(self._sentence_starts, span.start) - 1
        return self.sentences[place] if place >= 0 else Span(0, len(self.text))

    def before(self, start: int, *, capitals: bool = False) -> str:
        """What stands just before an offset: enough for a label, never the whole text."""
        return (self.text if capitals else self.low)[max(0, start - LOOKS_BACK) : start]

    def near(self, span: Span, others: list[Span], words: int = 8) -> bool:
        """Whether one of the others, which are in order, stands within so many words of the stretch."""
        place = bisect_left(others, span)
        # The one before may be long, and hide a nearer one in front of it.
        nearest = others[max(0, place - 2) : place + 1]
        return any(self.words_between(span, other) <= words for other in nearest)

    def words_between(self, one: Span, other: Span) -> int:
        """How many whole words lie between two stretches; 0 when they touch or overlap."""
        first, second = sorted((one, other))
        begin = bisect_left(self._word_starts, first.end)
        return max(0, bisect_right(self._word_ends, second.start) - begin)

    def is_cautioned(self, span: Span) -> bool:
        """Whether the sentence warns of what stands there, or denies it."""
        sentence = self.sentence_of(span)
        if caution.is_denied(self.low, sentence, span):
            return True
        if sentence not in self._warned:
            self._warned[sentence] = caution.warns(self.low, sentence)
        return self._warned[sentence]

    def is_reported(self, span: Span) -> bool:
        """Whether it is told as what a study found, and the text names a source."""
        return caution.reports(self.low, self.sentence_of(span))


def outermost(spans: Iterable[Span]) -> list[Span]:
    """In order, without those that lie within another."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda one: (one.start, -one.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept


def _fold(given: str) -> tuple[str, list[int]]:
    """Compatibility forms (full-width digits, ligatures) become plain; hidden characters vanish.

    Hashtags come apart into their words.
    """
    characters: list[str] = []
    offsets: list[int] = []
    apart = hashtags.breaks(given) if "#" in given else frozenset()
    for place, character in enumerate(given):
        if place in apart:
            characters.append(" ")
            offsets.append(place)
        if character < "\x80":
            characters.append(character)
            offsets.append(place)
        elif not _is_hidden(given, place):
            for plain in _plain(character):
                characters.append(plain)
                offsets.append(place)
    return "".join(characters), offsets


def _is_hidden(given: str, place: int) -> bool:
    """Format characters, and accents typed after a Latin letter."""
    if given[place] in KEYCAP:
        return True
    category = unicodedata.category(given[place])
    before = given[place - 1] if place else ""
    if category == "Mn":
        return "a" <= before.lower() <= "z"
    return category in HIDDEN and not (given[place] in JOINERS and before.isalpha() and ord(before) > 0x900)


def _plain(character: str) -> str:
    if character in SPOKEN:
        return SPOKEN[character]
    category = unicodedata.category(character)
    if category in ALIKE:
        return ALIKE[category]
    if character in "‘’ʼ`´":
        return "'"
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", character).translate(LOOK_ALIKES)


@cache
def _small(character: str) -> str:
    """One small letter for one letter, without its accents where the letter is Latin."""
    base = unicodedata.normalize("NFD", character)[0]
    low = base.lower() if base.isascii() else character.lower()
    return low if len(low) == 1 else character
