"""How much of a medicine and how often: what a doctor says to one person, not to everybody."""

from collections.abc import Iterator
from functools import cache

import regex

from portal.checks.reading import Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

COUNT = (
    r"(?:\d+(?:[.,]\d+)?|half an?|half|one|two|three|four|five|ten|a|an|ek|do|teen|aadh[ai]|एक|दो|तीन|आधी)"
)
NUMBER_AND_UNIT = (
    rf"{COUNT}(?: of (?:a|the))? ?(?:mg|mcg|µg|g|gm|ml|iu|units?|tablets?|tabs?|capsules?|caps?|drops?"
    r"|puffs?|tsp"
    r"|teaspoons?|tablespoons?|tbsp|sachets?|ampoules?|sprays?|lozenges?|pills?|patch(?:es)?"
    r"|suppositor(?:y|ies)|spoons?|spoonfuls?|chammach|goli|goliyan|milligrams?|गोली"
    r"|चम्मच)(?![\p{L}\p{M}])"
)
OFTEN = (
    r"repeat(?:ed)? (?:after|in|every|if|once|twice)|after (?:\d+|four|six|eight|twelve) hours|one each"
    r"|stat\b|(?:once|twice|thrice) (?:a|per|in a) (?:day|week|month|night)|(?:every|each) (?:other "
    r"|alternate )?(?:\d+|two|three|four|six|eight|twelve|few)?[ -]?(?:hours?|hrs|days?|nights?|mornings?"
    r"|evenings?|weeks?|meals?|time)|nightly|hourly|weekly|fortnightly|as needed|when(?:ever)? (?:it hurts"
    r"|needed|required)|with (?:food|meals|breakfast|dinner|milk|water)|on an empty stomach|first thing"
    r"|before (?:breakfast|lunch|dinner|bed|sleep|sleeping)|after (?:breakfast|lunch|dinner)|for (?:one"
    r"|two|three|four|five|six|seven|ten|fourteen|a|\d+) (?:days?|weeks?|months?|nights?)|morning (?:and"
    r"|&) (?:night|evening)|(?:ek|do|teen) (?:baar|bar|time|goli)"
    r"|(?:once|twice|thrice|(?:one|two|three|four|\d) times) (?:a |per )?(?:day|daily|week)|(?:once|twice"
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
# What stands behind a drug: "Dolo 650 twice a day", "once daily for three days", "1-0-1", "le lo".
STRENGTH_AND_TIMES = regex.compile(rf" ?\d{{1,4}}\b[^.!?\n]{{0,40}}?(?:\b(?:{OFTEN})\b|{OFTEN_IN_HINDI})")
TIMES = regex.compile(rf"[^.!?\n]{{0,40}}?(?:\b(?:{OFTEN})\b|{OFTEN_IN_HINDI})")
TIMES_IN_HINDI = regex.compile(rf"[^.!?।\n]{{0,40}}?{OFTEN_IN_HINDI}")
BY_HOURS = regex.compile(r"\b[^.!?\n]{0,40}?\b[0-2½]-[0-2½]-[0-2½]\b")
GIVEN_IN_HINDI = regex.compile(
    r" (?:\p{L}+ ){0,3}?(?:le lo|le lijiye|le lein|lelo|kha lo|kha lijiye|kha lein|khao|lijiye|lein|de do"
    r"|de dijiye"
    r"|dijiye|dein|daalein)\b"
)
NOT_A_DRUG = regex.compile(
    r"\b(?:water|salt|sodium|sugar|fibre|fiber|protein|caffeine|fat|cholesterol|alcohol|fruit|vegetables?"
    r"|milk|steps|potassium|oils?|ghee|butter|honey|tea|coffee|spices?|turmeric|seeds|nuts"
    r"|less than|at most|no more than|limit|recommended daily|rda)\b"
)
TAKE_BEFORE = regex.compile(
    r"\b(?:take|start|use|pop|swallow|try|give(?: (?:him|her|them|your \p{L}+|the (?:child|baby|kids?)))?)"
    r" (?:[\p{L}\d-]+ ){0,3}$"
)
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
    for span in _named_doses(reading):
        if not _overlaps(span, found) and not _is_told(reading, span):
            found.append(span)
            yield Hit(span)
    for span in _taken(reading):
        sentence = reading.sentence_of(span)
        is_advised = ADVISED.search(reading.low, *sentence) or TOLD_OF.search(reading.before(span.start))
        if not is_advised and not _overlaps(span, found) and not _is_told(reading, span):
            yield Hit(span)


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(one.start < span.end and span.start < one.end for one in others)


def _drugs(reading: Reading) -> list[Span]:
    """By name, or by how the word ends: it tells the family, so that no list needs to have them all."""
    found = {
        Span(*match.span()) for match in reading.find(any_of(*listed("drugs"), *listed("drugs_for_short")))
    }
    found |= {word for word in reading.words if reading.low[word.start : word.end].endswith(_endings())}
    return outermost(found)


@cache
def _endings() -> tuple[str, ...]:
    return tuple(f"{ending}{several}" for ending in listed("drug_endings") for several in ("", "s"))


def _named_doses(reading: Reading) -> Iterator[Span]:
    for drug in _drugs(reading):
        has_strength = reading.text[drug.end - 1].isdigit()
        for pattern in (TIMES if has_strength else STRENGTH_AND_TIMES, BY_HOURS):
            if match := pattern.match(reading.low, drug.end):
                yield Span(drug.start, match.end())
                break
    for match in reading.find(any_of(*listed("drugs_in_hindi"))):
        if behind := TIMES_IN_HINDI.match(reading.low, match.end()):
            yield Span(match.start(), behind.end())


def _taken(reading: Reading) -> Iterator[Span]:
    """ "Take aspirin", "aspirin le lo"."""
    for drug in _drugs(reading):
        before = reading.before(drug.start)
        if match := TAKE_BEFORE.search(before):
            yield Span(drug.start - len(before) + match.start(), drug.end)
        elif behind := GIVEN_IN_HINDI.match(reading.low, drug.end):
            yield Span(drug.start, behind.end())


FORBIDDEN = regex.compile(
    r"\b(?:do not|don't|never|avoid|shouldn't|should not|must not|cannot|can't) (?:\p{L}+ ){0,3}$"
)
# "People who take statins" are told of, not told to.
TOLD_OF = regex.compile(
    r"\b(?:who|people|patients|adults|children|if you|when you|you|they|we|i|he|she|participants|to|women"
    r"|men|parents|doctors|that|or) $"
)


def _is_told(reading: Reading, span: Span) -> bool:
    """Whether it is forbidden, told of others, or what a study gave."""
    return bool(
        FORBIDDEN.search(reading.before(span.start))
        or reading.is_cautioned(span)
        or reading.is_reported(span)
    )
