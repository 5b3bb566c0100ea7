"""A patient's story: dates, and small facts that together tell who it is."""

from bisect import bisect_left
from collections.abc import Callable, Iterator

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.subject import TREATMENT
from portal.checks.values import Piece
from portal.checks.words import any_of, listed, one_of

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
MONTH_IN_HINDI = (
    r"(?:जनवरी|फरवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर"
    r"|दिसंबर|दिसम्बर)"
)
FEAST = (
    r"(?:diwali|deepawali|holi|eid|dussehra|dasara|navratri|ganesh chaturthi|onam|pongal|raksha bandhan|rakhi"
    r"|makar sankranti|baisakhi|janmashtami|karva chauth|christmas|new year(?:'s)?|easter(?: sunday| monday)?"
    r"|thanksgiving|halloween|hanukkah|bonfire night|mother's day|father's day|valentine's|super bowl sunday)"
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
    # Feasts name a day without "on", too: "Dussehra morning", "the night of Eid".
    rf"|\b{FEAST} (?:morning|afternoon|evening|night|day|eve|ke din|ki raat|ki subah)\b|\b(?:on|night of"
    rf"|eve of) {FEAST}\b"
    rf"|\b\d{{1,2}} {MONTH_IN_HINDI}(?: \d{{4}})?(?![\p{{L}}\p{{M}}])"
)
WEEKDAY = regex.compile(r"\b(?:on|this) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
HAPPENED = regex.compile(
    r"\b(?:walked into|coded|gave birth|went home|had (?:a|an|his|her)|admitted|discharged|operated"
    r"|delivered|died|passed away|collapsed|rushed|came|presented|walked in"
    r"|brought in|diagnosed)\b"
)
SHE_OR_HE = regex.compile(r"\b(?:he|she|his|her|him)\b")

# "POD 2 (17/11)": the day of the operation beside its date.
DAY_AFTER = regex.compile(r"\b(?:pod|post[- ]?op(?:erative)?(?: day)?|day) ?#?\d{1,2}\b")

AGE = regex.compile(
    r"(?<=, )\d{2}(?=, )|\b\d{1,3}[ -]?(?:years?|yrs?)[ -]?old\b|\b\d{1,3} ?(?:y/o|yo)\b|\baged? \d{1,3}\b"
    r"|\b\d{2} ?/? ?[mf]\b|\b\d{1,3} (?:saal|sal|varsh|साल|वर्ष) (?:ki|ke|ka|की|के|का)(?! (?:umr|umar|उम्र"
    r"|आयु|baad|बाद))"
    r"|\b\d{1,3} (?:varshiya|वर्षीय)"
)
FROM_A_PLACE = regex.compile(r"\b(?:from|of|in|near) ((?:\p{Lu}[\p{Ll}\p{M}]+)(?: \p{Lu}[\p{Ll}\p{M}]+)?)")
# Towns come before their "of" in Hindi: "Satara ke", "पुणे की".
OF_A_PLACE = regex.compile(r"\b((?:\p{Lu}[\p{Ll}]+)) (?:ke|ki|ka|se|mein)\b")
# No list has all that people do; behind an age such a word is what one person does.
WORKS = regex.compile(
    r"\b\d{1,3}(?:[- ]years?[- ]old| ?y/?o) (?:\p{L}+ ){0,2}?"
    r"(?!(?:smoker|drinker|mother|father|daughter|sister|brother|grand\p{L}+|teenager|youngster|woman|man"
    r"|gentleman"
    r"|non-smoker|survivor|never|other|vegetarian|another|fighter|warrior)\b)"
    r"(\p{L}{2,}(?:er|or|ist|ian|eer|man|woman|maid))(?= (?:from|with|who|of|in)\b)"
)
FACTS_AT_LEAST = 2
# "A 42-year-old headmaster from Wai with …": so much of one that it needs no word of the consulting room.
SPEAKS_FOR_ITSELF = 3

# To whom somebody wishes a good recovery, that one was ill.
WISHED_WELL = regex.compile(
    r"\b(?:get well soon|(?:speedy|quick|full) recovery|(?:your|tumhar[aie]|aapk[aie]|teri|tera) (?:\p{L}+ )?"
    rf"{TREATMENT})\b"
)
HANDLE = regex.compile(r"(?<![\w@.])@[\w.]{2,30}(?!@)")
SECOND_PERSON = regex.compile(
    r"\b(?:you|your|yours|aap|aapki|aapka|aapke|apki|apka|apke)\b|(?<![\p{L}\p{M}])(?:आप|आपका|आपकी"
    r"|आपके)(?![\p{L}\p{M}])"
)
ANSWERS_SOMEONE = regex.compile(
    r"\s*(?:@\w|dear (?:mr|mrs|ms|\p{L}+,)|thank you,? (?:mr|mrs|ms|@)|reply to"
    r"|(?:hi|hello|dear|sorry to hear (?:that|this),?) (?!all|every|friends|folks|team|doc|dr|there)"
    r"\p{L}+[,.!])"
)
CARE_OF_YOU = regex.compile(
    r"\b(?:your (?:\p{L}+ )?(?:treatment|surgery|operation|report|results?|visit|appointment|condition"
    r"|diagnosis"
    r"|scan|biopsy|dose|medicines?|prescription|implant|review|delivery|test|symptoms|stay|blood pressure"
    r"|sugar"
    r"|insurance|a1c|hba1c|ecg|labs|bloods|blood work|cholesterol|inr|levels?|tablets?|notes|wound|x-ray"
    r"|blood thinners?|smear|jab|follow-up)"
    r"|your \p{L}+(?:ectomy|plasty|oscopy|gram|graphy)|prescribed (?:for )?your?"
    r"|an? (?:\p{L}+ )?patient today"
    r"|treated you|seen you|saw you|operated (?:on )?you|being our patient|our patient|your records?"
    r"|as your doctor|keep taking|stop taking|continue (?:taking|with your)|we (?:started|stopped) (?:you|it"
    r"|last)"
    r"|we (?:gave|offered|advised|prescribed|told|explained to) you"
    r"|when you (?:came|were|saw|visited|attended|rang|called)|you(?:'ve| have)? (?:came|visited|attended"
    r"|were"
    r" (?:admitted|treated|seen|offered|given|advised|told)|missed|declined|refused|been our|should take"
    r"|should stop|can stop|need to (?:take|stop)|must (?:take|stop)))\b"
    # "Aapki report dekh li hai", "आपका ऑपरेशन".
    r"|\b(?:aapki|aapka|aapke|apki|apka|apke|tumhari) (?:\p{L}+ )?(?:report|dawa|dawai|sugar|bp|operation"
    r"|surgery"
    r"|ilaa?j|scan|test|bimari|angioplasty|goli|takleef|jaanch|treatment|appointment|x-ray)\b"
    r"|\b(?:aap|ap) (?:\p{L}+ ){0,2}(?:dawa|dawai|goli|tablet|dose|insulin)\b"
    r"|(?<![\p{L}\p{M}])(?:आपकी|आपका|आपके) (?:[\p{L}\p{M}]+ )?(?:रिपोर्ट|दवा|दवाई|शुगर|बीपी|ऑपरेशन|सर्जरी"
    r"|इलाज"
    r"|जाँच|जांच|बीमारी|गोली)(?![\p{L}\p{M}])"
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
    needed = FACTS_AT_LEAST if reading.one_patient else SPEAKS_FOR_ITSELF
    kinds: list[Callable[[Reading], Iterator[Span]]] = [_ages, places, _work, _rare, _events]
    firsts = [found for kind in kinds if (found := next(kind(reading), None))]
    if len(firsts) >= needed and (reading.one_patient or _are_told_of_one(reading, firsts)):
        yield from (Hit(span) for span in firsts)


def _are_told_of_one(reading: Reading, facts: list[Span]) -> bool:
    """Whether the facts stand in one sentence, and an age is among them."""
    sentence = reading.sentence_of(facts[0])
    is_together = all(sentence.start <= fact.start < sentence.end for fact in facts)
    return is_together and next(_ages(reading), None) in facts


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
    for match in reading.find(OF_A_PLACE, capitals=True):
        if reading.low[match.start(1) : match.end(1)] in towns:
            yield Span(*match.span(1))
    yield from (Span(*match.span()) for match in reading.find(any_of(*listed("small_places"))))


def _work(reading: Reading) -> Iterator[Span]:
    yield from (Span(*match.span()) for match in reading.find(any_of(*listed("occupations"))))
    yield from (Span(*match.span(1)) for match in reading.find(WORKS))


def _rare(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(any_of(*listed("rare_diseases"))))


def _events(reading: Reading) -> Iterator[Span]:
    return (Span(*match.span()) for match in reading.find(any_of(*listed("events"))))


@rule("P18")
def somebody_tagged(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Somebody's handle beside a patient's story; the doctor's own handles pass."""
    own = {handle.lower().lstrip("@") for handle in around.author.handles}
    for match in reading.find(HANDLE):
        sentence = reading.sentence_of(Span(*match.span()))
        is_told = reading.one_patient or WISHED_WELL.search(reading.low, *sentence)
        if is_told and match.group().strip("@.") not in own:
            yield Hit(Span(*match.span()))


@rule("P19")
def public_answer(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An answer to one person that speaks of their treatment, or says that they are a patient."""
    if piece.kind != "reply" and not ANSWERS_SOMEONE.match(reading.low):
        return
    for match in reading.find(CARE_OF_YOU):
        if SECOND_PERSON.search(reading.low):
            yield Hit(Span(*match.span()))
