"""A patient's story: dates, and small facts that together tell who it is."""

from bisect import bisect_left
from collections.abc import Callable, Iterator

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed, one_of

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
DATE = regex.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b(?:,? \d{{4}})?|\b{MONTH} \d{{1,2}}(?:st|nd|rd"
    rf"|th)?\b(?:,? \d{{4}})?"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|\b(?:yesterday|day before yesterday|last night|kal raat|kal)\b|(?<![\p{L}\p{M}])कल(?![\p{L}\p{M}])"
    r"|\b(?:dob|date of birth|born on)\b\W{0,3}[\w/.-]+"
    r"|\blast (?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\bon (?:diwali|holi|eid|christmas(?: eve| day)?|new year(?:'s)?(?: eve| day)?|republic day"
    r"|independence day"
    r"|thanksgiving|good friday|boxing day)\b"
)
WEEKDAY = regex.compile(r"\b(?:on|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
HAPPENED = regex.compile(
    r"\b(?:admitted|discharged|operated|delivered|died|passed away|collapsed|rushed|came|presented|walked in"
    r"|brought in|diagnosed)\b"
)
SHE_OR_HE = regex.compile(r"\b(?:he|she|his|her|him)\b")

# "POD 2 (17/11)": the day of the operation beside its date.
DAY_AFTER = regex.compile(r"\b(?:pod|post[- ]?op(?:erative)?(?: day)?|day) ?#?\d{1,2}\b")

AGE = regex.compile(
    r"(?<=, )\d{2}(?=, )|\b\d{1,3}[ -]?(?:years?|yrs?)[ -]?old\b|\b\d{1,3} ?(?:y/o|yo)\b|\baged? \d{1,3}\b"
    r"|\b\d{2} ?/? ?[mf]\b"
)
FROM_A_PLACE = regex.compile(r"\b(?:from|of|in|near) ((?:\p{Lu}[\p{Ll}\p{M}]+)(?: \p{Lu}[\p{Ll}\p{M}]+)?)")
FACTS_AT_LEAST = 2

HANDLE = regex.compile(r"(?<![\w@.])@[\w.]{2,30}(?!@)")
SECOND_PERSON = regex.compile(
    r"\b(?:you|your|yours)\b|(?<![\p{L}\p{M}])(?:आप|आपका|आपकी"
    r"|आपके)(?![\p{L}\p{M}])"
)
ANSWERS_SOMEONE = regex.compile(
    r"\s*(?:@\w|dear (?:mr|mrs|ms|\p{L}+,)|thank you,? (?:mr|mrs|ms|@)|reply to"
    r"|(?:hi|hello|dear|sorry to hear (?:that|this),?) (?!all|every|friends|folks|team|doc|dr|there)"
    r"\p{L}+[,.!])"
)
CARE_OF_YOU = regex.compile(
    r"\b(?:your (?:treatment|surgery|operation|report|results?|visit|appointment|condition|diagnosis|scan"
    r"|biopsy|dose"
    r"|medicines?|prescription|implant|delivery|test|symptoms|stay|blood pressure|sugar|insurance)"
    r"|your \p{L}+(?:ectomy|plasty)|prescribed (?:for )?your?|an? (?:\p{L}+ )?patient today"
    r"|treated you|seen you|saw you|operated (?:on )?you|being our patient|our patient|your records?"
    r"|as your doctor|you (?:came|visited|were admitted|were treated|missed|should take|should stop))\b"
)


def _speaks_of_one(reading: Reading, span: Span) -> bool:
    """Whether one patient is the subject here: in this sentence, or in the post with "she" or "he" here."""
    sentence = reading.sentence_of(span)
    place = bisect_left(reading.one_patient, Span(sentence.start, sentence.start))
    here = reading.one_patient[place : place + 1]
    here = [one for one in here if one.start < sentence.end]
    pronoun = SHE_OR_HE.search(reading.low, sentence.start, sentence.end)
    acted = HAPPENED.search(reading.low, sentence.start, sentence.end)
    return (
        bool(here) or bool(pronoun and (acted or reading.one_patient)) or _is_in_hospital(reading, sentence)
    )


def _is_in_hospital(reading: Reading, sentence: Span) -> bool:
    return bool(
        DAY_AFTER.search(reading.low, *sentence)
        and any_of(*listed("clinical")).search(reading.low, *sentence)
    )


@rule("P08")
def exact_date(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A day on which something happened to one patient; days for people in general pass."""
    for match in reading.find(DATE):
        if _speaks_of_one(reading, Span(*match.span())):
            yield Hit(Span(*match.span()))
    for match in reading.find(WEEKDAY):
        sentence = reading.sentence_of(Span(*match.span()))
        acted = HAPPENED.search(reading.low, sentence.start, sentence.end)
        if acted and _speaks_of_one(reading, Span(*match.span())):
            yield Hit(Span(*match.span()))


@rule("P10")
def sum_of_facts(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Two or more of age, place, work, rare illness and event, all of one patient."""
    if not reading.one_patient:
        return
    kinds: list[Callable[[Reading], Iterator[Span]]] = [_ages, places, _work, _rare, _events]
    firsts = [found for kind in kinds if (found := next(kind(reading), None))]
    if len(firsts) >= FACTS_AT_LEAST:
        yield from (Hit(span) for span in firsts)


def _ages(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(AGE))


def places(reading: Reading) -> Iterator[Span]:
    """Towns, and wherever somebody is "from"."""
    towns, no_towns = one_of("towns"), one_of("not_places")
    for match in reading.find(FROM_A_PLACE, capitals=True):
        words = reading.low[match.start(1) : match.end(1)]
        first = words.split()[0]
        # A small town is on no list; "from" says that it is one.
        is_small = (
            match.group().startswith("from") and first not in no_towns and first not in one_of("given_names")
        )
        if words in towns or first in towns or is_small:
            yield Span(*match.span(1))
    yield from (Span(*match.span()) for match in reading.find(any_of(*listed("small_places"))))


def _work(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(any_of(*listed("occupations"))))


def _rare(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(any_of(*listed("rare_diseases"))))


def _events(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(any_of(*listed("events"))))


@rule("P18")
def somebody_tagged(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Somebody's handle beside a patient's story; the doctor's own handles pass."""
    own = {handle.lower().lstrip("@") for handle in around.author.handles}
    for match in reading.find(HANDLE):
        if reading.one_patient and match.group().strip("@.") not in own:
            yield Hit(Span(*match.span()))


@rule("P19")
def public_answer(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An answer to one person that speaks of their treatment, or says that they are a patient."""
    if piece.kind != "reply" and not ANSWERS_SOMEONE.match(reading.low):
        return
    for match in reading.find(CARE_OF_YOU):
        if SECOND_PERSON.search(reading.low):
            yield Hit(Span(*match.span()))
