"""Facts about one patient: age and address."""

from bisect import bisect_left
from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

OLD = (
    r"(?:9\d|1[01]\d|120|a hundred(?: and \w+)?"
    r"|ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
IN_WORDS = (
    r"(?:ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|a hundred(?: and \w+)?"
    r"|one hundred(?: and \w+)?|9\d|1[01]\d|120)"
)
AGE = Alternatives(
    rf"\b(?:umra?|umar|उम्र|pt age|age:) {OLD}\b(?! (?:se|से|and|or|\+))|\baged {OLD}\b(?! (?:and"
    rf"|or) (?:over|older|above|more))"
    rf"|\b{OLD}[ -]?(?:years?|yrs?)[ -]?(?:old|young)\b|\b{OLD} ?(?:y/o|yo|yr|yrs)\b"
    # "95 saal ki mareez", "92 वर्षीय".
    rf"|\b{OLD} (?:(?:saal|sal|varsh|साल|वर्ष|बरस) (?:ki|ke|ka|की|के|का)|varshiya|वर्षीय)(?! (?:umr|umar"
    rf"|aayu|उम्र|आयु|baad|बाद))"
    r"(?![\p{L}\p{M}])"
    r"|\b(?:9\d|1[01]\d) ?/? ?[mf]\b"
    r"|(?:(?<=, )|^)ninety(?:-\w+)?(?=,)|(?<=, )(?:9\d|1[01]\d)(?=, )"
    # "Turned ninety-six", "her 97th birthday", "at 98 she still …".
    r"|(?<=\b(?:turned|turns|turning|touching|at the age of|aged|age of|(?:she|he|who|patient|lady|gentleman"
    rf"|man|woman)(?:'s| is| was| will be|,)(?: now| just| nearly| almost)?) ){IN_WORDS}(?=[,.!;)]|$"
    r"| (?:years|yrs|today|yesterday|last|this|next|and (?:still|she|he|lives|walks|going)|she|he|but"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|on"
    r"|years young))"
    r"|(?:^|(?<=[.!?\n] ))ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?(?= (?:and|years"
    r"|but|with|today|next)\b|,)"
    rf"|(?:^|(?<=[.!?\n] ))at {IN_WORDS}(?=[.,!])|\b(?:at|aged?) (?:ninety(?:[ -]\p{{L}}+)?"
    r"|a hundred)(?=[.,!])"
    r"|\b(?:his|her|their|whose) (?:9\dth|9[123](?:st|nd|rd)|1[01]\d(?:th|st|nd|rd)|ninet(?:ieth"
    rf"|y-\p{{L}}+)|hundredth) birthday\b|\b{IN_WORDS} years? (?:of age|young)\b"
)
OWN_FAMILY = regex.compile(
    r"\b(?:my|our) (?:own |dear |late )?(?:great[- ])?(?:grand(?:mother|father|ma|pa|parents?|mum|dad)"
    r"|gran(?:ny)?|nana?|nani|dad[ai]|aaji|ajoba|mother|father|mum|mom|dad|aunt|uncle|mentor|teacher"
    r"|professor)\b"
)
NOT_A_PERSON = regex.compile(
    r"[ -]+(?:hospital|clinic|institution|college|building|practice|tradition|tree|company|school|trust|ward)"
)

STREET = Alternatives(
    r"\b(?:[A-Z]{1,2}[-/])?\d{1,4}[A-Za-z]?,? (?:[A-Z][\p{L}.]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane"
    r"|Ln|Drive|Dr"
    r"|Close|Court|Ct|Crescent|Boulevard|Blvd|Terrace|Gardens|Grove|Square|Way|Nagar|Colony|Marg|Cross|Chowk"
    r"|Sector|Society|Layout|Vihar|Enclave|Peth|Wadi|Gali)\b"
)
HOME = regex.compile(
    r"\b(?:(?:Flat|House|Plot|Door|Apartment|Apt|Room|Qtr|Quarter|H\.?)\s*(?:[Nn]o\b\.?|#)|Flat|Apt\.?"
    r"|Apartment)\s*"
    r"\d{1,5}[A-Za-z]?\b"
)
INDIAN_PIN = regex.compile(
    r"(?:\b[Pp][Ii][Nn](?: ?[Cc]ode)?\W{0,3}|\b[A-Z][\p{L}]+,? ?-? ?)([1-9]\d{2} ?\d{3})(?![\d,])"
)
AMERICAN_ZIP = regex.compile(r"\b(?:[A-Z]{2}|[Zz][Ii][Pp](?: [Cc]ode)?:?) (\d{5}(?:-\d{4})?)\b")
BRITISH_POSTCODE = regex.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")


@rule("P09")
def great_age(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An exact age from 90 up, of one patient; people in general and old houses pass."""
    people = [Span(*match.span()) for match in reading.find(any_of(*listed("one_person")))]
    for match in reading.find(AGE):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        is_one = bool(reading.one_patient) or _within(people, sentence)
        is_clinical = bool(reading.care) and not OWN_FAMILY.search(reading.low, *sentence)
        if is_one and is_clinical and not NOT_A_PERSON.match(reading.low, match.end()):
            yield Hit(span)


def _within(spans: list[Span], sentence: Span) -> bool:
    """Whether one of them, which are in order, begins in the sentence."""
    place = bisect_left(spans, Span(sentence.start, sentence.start))
    return place < len(spans) and spans[place].start < sentence.end


@rule("P11")
def address(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A street, a home or a postal code in a patient's story; the doctor's own clinic passes."""
    if not reading.one_patient:
        return
    own = _plain(around.author.clinic_address)
    for span in _addresses(reading, around):
        if _plain(reading.text[span.start : span.end]) not in own:
            yield Hit(span)


def _addresses(reading: Reading, around: Around) -> Iterator[Span]:
    for pattern in (STREET, HOME):
        yield from (Span(*match.span()) for match in reading.find(pattern, capitals=True))
    if around.is_india:
        yield from (Span(*match.span(1)) for match in reading.find(INDIAN_PIN, capitals=True))
    elif around.pack == "US":
        yield from (Span(*match.span(1)) for match in reading.find(AMERICAN_ZIP, capitals=True))
    else:
        yield from (Span(*match.span()) for match in reading.find(BRITISH_POSTCODE, capitals=True))


def _plain(words: str) -> str:
    return "".join(c for c in words.lower() if c.isalnum())
