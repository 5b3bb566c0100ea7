"""Names of people in a patient's story."""

from collections.abc import Iterator

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

NAME = r"\p{Lu}[\p{Ll}\p{M}]+"
HONORIFIC = regex.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Master|Baby|Shri|Sri|Smt|Shrimati|Kumari|Km)\b\.?\s+(?:{NAME}"
    rf"|\p{{Lu}}\.)(?:\s+{NAME})?"
    r"|(?<![\p{L}\p{M}])(?:श्रीमती|श्री|कुमारी)\s+[\p{L}\p{M}]+"
)
TWO_CAPITALS = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])({NAME})\s+(?:\p{{Lu}}\.\s*)?({NAME})(?![\p{{L}}\p{{M}}])"
)
AFTER_A_CUE = regex.compile(
    rf"(?:\b[Pp]atient,?|\b[Nn]amed|\b[Cc]alled|\b[Nn]ame (?:is|was)|\b[Pp]t\.?)\s+({NAME}(?:\s+{NAME})?)"
)
ONE_WITH_AGE = regex.compile(rf"(?<![\p{{L}}\p{{M}}])({NAME}),? (?:\(\d{{1,3}}\)|\d{{1,3}}(?=[,\s]))")
COLLEAGUE_BEFORE = regex.compile(
    r"(?:\b(?:dr|prof|professor|doctor|nurse|sister|surgeon|author|speaker|by|et al|dean|minister"
    r"|president|actor"
    r"|actress|singer|cricketer|king|queen|saint|st)\b\.?\s*)$"
)
ROLE_BEHIND = regex.compile(
    r"\s*,?\s*(?:mbbs|md|ms\b|dnb|mch|dm\b|frcs|mrcp|phd|rn\b|our (?:nurse|receptionist|colleague"
    r"|physiotherapist)"
    r"|(?:the )?(?:nurse|physiotherapist|dietician|dietitian|researcher|author|professor|surgeon|actor"
    r"|cricketer))"
)
THING_BEHIND = regex.compile(
    r"(?:['’]s)?\s+(?:hospitals?|clinic|institute|medical|college|trust|foundation|university|syndrome"
    r"|disease|test|sign"
    r"|score|scale|procedure|road|street|nagar|memorial|award|et al|centre|center|criteria|classification"
    r"|law|act)\b"
)
AGE_OR_PLACE = regex.compile(
    r"\b\d{1,3}[ -]?(?:years?|yrs?|y/o|yo)\b|\(\d{1,3}\)|,? \d{1,3},|\bfrom \p{L}+|\b\d{4,}\b"
    r"|\b(?:on|since) \d{1,2}|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
NEAR = 8


@rule("P01")
def patient_name(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A person's name close to a word of the consulting room; colleagues and namesakes of things pass.

    An age, a place or a date in the same sentence makes it worse.
    """
    cues = reading.clinical + reading.one_patient
    for span in sorted(set(_names(reading))):
        if reading.near(span, cues, NEAR) and not _is_spared(reading, span, around):
            sentence = reading.sentence_of(span)
            rest = reading.low[sentence.start : span.start] + " " + reading.low[span.end - 1 : sentence.end]
            yield Hit(span, "context" if AGE_OR_PLACE.search(rest) else "default")


def _names(reading: Reading) -> Iterator[Span]:
    given, family = set(listed("given_names")), set(listed("family_names"))
    titled = [Span(*match.span()) for match in reading.find(HONORIFIC, capitals=True)]
    yield from titled
    pairs = []
    for match in reading.find(TWO_CAPITALS, capitals=True):
        first, last = match.group(1).lower(), match.group(2).lower()
        if first in given or (last in family and first not in set(listed("not_names"))):
            pairs.append(Span(*match.span()))
    known = titled + pairs
    yield from (pair for pair in pairs if not any(_overlap(pair, one) for one in titled))
    for pattern in (AFTER_A_CUE, ONE_WITH_AGE):
        for match in reading.find(pattern, capitals=True):
            span = Span(*match.span(1))
            first = match.group(1).split()[0].lower()
            # "Patient Matters" is a title; "patient Farida" is a person.
            is_told = pattern is AFTER_A_CUE and match.group()[0].islower()
            is_name = first in given or (is_told and first not in set(listed("not_names")))
            if is_name and not any(_overlap(span, one) for one in known):
                yield span


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _is_spared(reading: Reading, span: Span, around: Around) -> bool:
    words = reading.low[span.start : span.end]
    own = {part for part in around.author.full_name.lower().replace(".", " ").split() if part != "dr"}
    parts = set(words.split())
    return (
        (bool(own) and parts <= own | {"mr", "mrs", "ms", "mr.", "mrs.", "ms."})
        or (bool(around.author.clinic_name) and words in around.author.clinic_name.lower())
        or bool(COLLEAGUE_BEFORE.search(reading.low[: span.start]))
        or bool(ROLE_BEHIND.match(reading.low, span.end))
        or bool(THING_BEHIND.match(reading.low, span.end))
        or bool(any_of(*listed("known_people")).search(words))
    )
