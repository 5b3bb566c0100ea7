"""How much of a medicine and how often: what a doctor says to one person, not to everybody."""

from collections.abc import Iterator
from functools import cache

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import listed

NUMBER_AND_UNIT = (
    r"\d+(?:[.,]\d+)? ?(?:mg|mcg|µg|g|gm|ml|iu|units?|tablets?|tabs?|capsules?|caps?|drops?|puffs?|tsp"
    r"|teaspoons?)\b"
)
OFTEN = (
    r"(?:once|twice|thrice|(?:one|two|three|four|\d) times) (?:a |per )?(?:day|daily|week)|(?:once|twice"
    r"|thrice) (?:daily|weekly)"
    r"|every (?:\d+|four|six|eight|twelve) hours|(?:every|each) (?:morning|night|day)|at (?:night"
    r"|bedtime)|daily"
    r"|\b(?:bd|od|tds|qid|bid|tid|hs|sos)\b|before (?:food|meals)|after (?:food|meals)|for \d+ days"
    r"|per day|a day|din (?:mein|me) (?:ek|do|teen|char|\d) (?:baar|bar)|subah[- ,]+(?:dopahar[- ,]+)?sha?am"
    r"|roz(?:ana)?|raat ko"
    r"|\bq ?\d{1,2} ?h\b|every \d+ ?(?:hrs?|h)\b|x ?\d+ (?:days|d)\b|\bprn\b|khali pet|\d+ din"
    r"|khane ke (?:baad|bad)|sote (?:samay|waqt)"
)
OFTEN_IN_HINDI = r"(?:दिन में (?:एक|दो|तीन|चार|\d) बार|सुबह[- ,]*शाम|रोज़?|रात को|खाने के बाद|खाली पेट)"
DOSE = regex.compile(rf"\b{NUMBER_AND_UNIT}[^.!?\n]{{0,40}}?(?:\b(?:{OFTEN})\b|{OFTEN_IN_HINDI})")
# "Dolo 650 twice a day", "azithromycin once daily for three days".
BY_NAME = r"\b(?:{drugs}) ?\d{{1,4}}\b[^.!?\n]{{0,40}}?(?:\b(?:{often})\b|{in_hindi})"
NOT_A_DRUG = regex.compile(
    r"\b(?:water|salt|sodium|sugar|fibre|fiber|protein|caffeine|fat|cholesterol|alcohol|fruit|vegetables?"
    r"|milk|steps|potassium|oils?|ghee|butter|honey|tea|coffee|spices?|turmeric|seeds|nuts"
    r"|less than|at most|no more than|limit|recommended daily|rda)\b"
)
DRUG_HERE = r"(?:[\p{L}\d-]+ ){0,3}"
ADVISED = regex.compile(
    r"\b(?:ask|consult|talk to|check with|see|speak to) (?:your|a|the) (?:doctor|gp|physician|pharmacist)"
    r"|as prescribed"
    r"|prescribed by|on prescription|without (?:asking|a prescription|consulting|advice)|your doctor"
)


@rule("C08")
def dose(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """How much of a drug and how often, or "take" with a drug, told to everybody."""
    found = []
    for match in reading.find(DOSE):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        if not NOT_A_DRUG.search(reading.low, *sentence) and not _is_told(reading, span):
            found.append(span)
            yield Hit(span)
    for match in reading.find(_dose_by_name()):
        span = Span(*match.span())
        if not any(one.start < span.end and span.start < one.end for one in found[-3:]):
            found.append(span)
            if not _is_told(reading, span):
                yield Hit(span)
    for match in reading.find(_dose_in_hindi()):
        span = Span(*match.span())
        is_new = not any(one.start < span.end and span.start < one.end for one in found)
        if is_new and not _is_told(reading, span):
            found.append(span)
            yield Hit(span)
    for match in reading.find(_take()):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        is_advised = ADVISED.search(reading.low, sentence.start, sentence.end)
        is_new = not any(one.start < span.end and span.start < one.end for one in found)
        is_advised = is_advised or TOLD_OF.search(reading.before(span.start))
        if is_new and not is_advised and not _is_told(reading, span):
            yield Hit(span)


FORBIDDEN = regex.compile(
    r"\b(?:do not|don't|never|avoid|shouldn't|should not|must not|cannot|can't) (?:\p{L}+ ){0,3}$"
)
# "People who take statins" are told of, not told to.
TOLD_OF = regex.compile(
    r"\b(?:who|people|patients|adults|children|if you|when you|you|they|we|participants|to) $"
)


def _is_told(reading: Reading, span: Span) -> bool:
    """Whether it is forbidden, told of others, or what a study gave."""
    return bool(
        FORBIDDEN.search(reading.before(span.start))
        or reading.is_cautioned(span)
        or reading.is_reported(span)
    )


@cache
def _dose_by_name() -> "regex.Pattern[str]":
    drugs = "|".join(regex.escape(drug) for drug in sorted(listed("drugs"), key=len, reverse=True))
    by_hours = rf"|\b(?:{drugs})\b[^.!?\n]{{0,40}}?\b[0-2½]-[0-2½]-[0-2½]\b"
    return regex.compile(BY_NAME.format(drugs=drugs, often=OFTEN, in_hindi=OFTEN_IN_HINDI) + by_hours)


@cache
def _dose_in_hindi() -> "regex.Pattern[str]":
    drugs = "|".join(regex.escape(drug) for drug in listed("drugs_in_hindi"))
    return regex.compile(
        rf"(?<![\p{{L}}\p{{M}}])(?:{drugs})(?![\p{{L}}\p{{M}}])[^.!?।\n]{{0,40}}?{OFTEN_IN_HINDI}"
    )


@cache
def _take() -> "regex.Pattern[str]":
    drugs = "|".join(regex.escape(drug) for drug in sorted(listed("drugs"), key=len, reverse=True))
    return regex.compile(rf"\b(?:take|start|use|pop|swallow) {DRUG_HERE}(?:{drugs})\b")
