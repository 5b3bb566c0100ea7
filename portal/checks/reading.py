"""A text as the rules read it: folded, so that look-alikes and hidden characters fool nobody."""

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import regex

from portal.checks.words import any_of, listed

SENTENCE_END = regex.compile(r"[.!?।॥]+(?=\s|$)|\n+")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*")
# Format characters say nothing to a reader; the joiners are needed in Hindi but never between digits.
HIDDEN = {"Cf"}
JOINERS = {"\u200c", "\u200d"}
# "No surgery, 100% cure" is no denial: only words that carry a "no" over may stand between.
CARRIES_OVER = (
    r"a|an|the|any|such|thing|things|as|is|are|be|been|ever|true|truly|really|offer|offers|promise"
    r"|promises|promised"
    r"|claim|claims|guarantee|guarantees|say|can|could|will|would|should|you|we|i|one|doctor|doctors"
    r"|treatment"
    r"|medicine|drug|pill|diet|there|to|of|or|for|in|that|known|believe|who|honest|good|method|vaccine|give"
)
DENIED = regex.compile(
    r"(?:\b(?:no|not|never|cannot|nobody|nothing|none|neither|nor|isn't|aren't|don't|doesn't|can't|won't"
    r"|nahi|nahin)"
    rf"|n['’]t|नहीं)\b[ ](?:(?:{CARRIES_OVER})[ ]){{0,7}}$"
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
        self.text, self._offsets = _fold(given)
        self.low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    def original(self, span: Span) -> Span:
        """The same stretch in the piece as it was given."""
        if not self._offsets or span.end <= span.start:
            return Span(0, 0)
        last = self._offsets[span.end - 1]
        return Span(self._offsets[span.start], last + 1)

    def find(self, pattern: "regex.Pattern[str]", *, capitals: bool = False) -> Iterator["regex.Match[str]"]:
        """All places where the pattern stands; in small letters unless capitals matter."""
        return pattern.finditer(self.text if capitals else self.low)

    @cached_property
    def words(self) -> list[Span]:
        return [Span(*match.span()) for match in WORD.finditer(self.text)]

    @cached_property
    def sentences(self) -> list[Span]:
        """In order, without gaps."""
        ends = [match.end() for match in SENTENCE_END.finditer(self.text)]
        ends = ends if ends and ends[-1] == len(self.text) else [*ends, len(self.text)]
        return [Span(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]

    @cached_property
    def clinical(self) -> list[Span]:
        """Words of the consulting room: patient, admitted, diagnosed."""
        return [Span(*match.span()) for match in self.find(any_of(*listed("clinical")))]

    @cached_property
    def one_patient(self) -> list[Span]:
        """Words that speak of one person who is ill: "a patient of mine", "this lady", "k/c/o"."""
        return [Span(*match.span()) for match in self.find(any_of(*listed("one_patient")))]

    @property
    def is_clinical(self) -> bool:
        """Whether the text speaks of one patient, or uses several words of the consulting room."""
        return bool(self.one_patient) or len(self.clinical) >= 2

    def sentence_of(self, span: Span) -> Span:
        """The sentence in which the stretch begins."""
        for sentence in self.sentences:
            if sentence.start <= span.start < sentence.end:
                return sentence
        return Span(0, len(self.text))

    def near(self, span: Span, others: list[Span], words: int = 8) -> bool:
        """Whether one of the others stands within so many words of the stretch."""
        return any(self.words_between(span, other) <= words for other in others)

    def words_between(self, one: Span, other: Span) -> int:
        """How many whole words lie between two stretches; 0 when they touch or overlap."""
        first, second = sorted((one, other))
        return sum(first.end <= word.start and word.end <= second.start for word in self.words)

    def is_cautioned(self, span: Span) -> bool:
        """Whether the sentence warns of what stands there, or denies it in the words just before."""
        sentence = self.sentence_of(span)
        warned = any_of(*listed("warnings")).search(self.low, sentence.start, sentence.end)
        return bool(warned) or bool(DENIED.search(self.low[sentence.start : span.start]))


def _fold(given: str) -> tuple[str, list[int]]:
    """Compatibility forms (full-width digits, ligatures) become plain; hidden characters vanish."""
    characters: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(given):
        if unicodedata.category(character) in HIDDEN and not _joins(given, place):
            continue
        for plain in _plain(character):
            characters.append(plain)
            offsets.append(place)
    return "".join(characters), offsets


def _joins(given: str, place: int) -> bool:
    before = given[place - 1] if place else ""
    return given[place] in JOINERS and before.isalpha() and ord(before) > 0x900


def _plain(character: str) -> str:
    if character < "\x80":
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", character)
