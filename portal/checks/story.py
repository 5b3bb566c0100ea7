"""A patient's story: dates, and small facts that together tell who it is."""

from bisect import bisect_left
from collections.abc import Callable, Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.calendar_days import DATE, LONG_AGO, WEEKDAY
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.subject import TREATMENT
from portal.checks.values import Piece
from portal.checks.words import any_of, listed, one_of

HAPPENED = regex.compile(
    r"\b(?:walked into|coded|gave birth|went home|had (?:a|an|his|her)|admitted|discharged|operated"
    r"|delivered|died|passed away|collapsed|rushed|came|presented|walked in"
    r"|brought in|brought to|diagnosed|wheeled|referred|turned up|arrived|underwent|operated|saw|met"
    r"|treated|fell|broke|bled|texted"
    r"|told|caught|found|gay[aie]|aay[aie]|hu[aie]|la[ye]e|kiya|put in|did|performed|gave|opened"
    r"|removed)\b|(?<![\p{L}\p{M}])(?:आए|आया|आई|आयी|हुआ|हुई|लाए|किया)(?![\p{L}\p{M}])"
)
SHE_OR_HE = regex.compile(r"\b(?:he|she|his|her|him)\b")

# "POD 2 (17/11)": the day of the operation beside its date.
DAY_AFTER = regex.compile(r"\b(?:pod|post[- ]?op(?:erative)?(?: day)?|day) ?#?\d{1,2}\b")

AGE = Alternatives(
    r"(?<=, )\d{2}(?=, )|\b\d{1,3}[- ](?:day|week|month)s?[- ]old\b|\b(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty)(?:[- ]\p{L}+)?[- ]years?[- ]old\b|\b(?:one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|\p{L}{3,5}teen)[- ](?:day|week|month|year)s?[- ]old\b"
    r"|\bage[: ] ?\d{1,3}\b|\b(?:turned|turns|just turned|is only|was only|was just"
    r"|is just) \d{1,2}\b(?! ?(?:%|per|weeks|months|days|hours|minutes))|\bborn (?:at|on) \d{2} weeks\b"
    r"|\b\d{1,3}[ -]?(?:years?|yrs?)[ -]?old\b|\b\d{1,3} ?(?:y/o|yo)\b|\baged? \d{1,3}\b"
    r"|\b\d{2} ?/? ?[mf]\b|\b\d{1,3} (?:saal|sal|varsh|साल|वर्ष) (?:ki|ke|ka|की|के|का)(?! (?:umr|umar|उम्र"
    r"|आयु|baad|बाद))"
    r"|\b\d{1,3} (?:varshiya|वर्षीय)"
)
# Whoever lives there need not come "from" a town that we know.
LIVES_IN = Alternatives(
    r"\b(?:lives (?:in|at|near)|living (?:in|near)|resident of|native of|r/o|hails from|belongs to"
    r"|residing (?:in|at)|house in"
    r"|farm (?:in|near|at)|shop (?:in|at|near)|(?:here|down|up|over|back|out) (?:in|at|near)"
    r"|all the way from|far as|outside|school (?:here )?(?:in|at)|school in|works (?:in"
    r"|at) (?:the )?)\s?((?:\p{Lu}[\p{L}\p{M}]+)(?: \p{Lu}[\p{L}\p{M}]+)?)"
    r"|(\b\p{Lu}[\p{Ll}]+) (?:taluka|tehsil|district|village|county|gaon|gaav)\b"
)
IN_SMALL_LETTERS = regex.compile(r"\bfrom (\p{Ll}+)\b")
TOWN_IN_HINDI = regex.compile(
    r"(?<![\p{L}\p{M}])(?:पुणे|मुंबई|नागपुर|नासिक|नाशिक|सातारा|सांगली|कोल्हापुर|सोलापुर|बारामती|दिल्ली"
    r"|लखनऊ|कानपुर|वाराणसी|प्रयागराज|पटना|गया|रांची|जयपुर|जोधपुर|कोटा|भोपाल|इंदौर|ग्वालियर|जबलपुर|रायपुर"
    r"|अहमदाबाद|सूरत|राजकोट|देहरादून|मेरठ|आगरा|गोरखपुर|चंडीगढ़|अमृतसर|लुधियाना|[\p{L}\p{M}]+ (?:गांव|गाँव"
    r"|जिले|ज़िले|तहसील)) (?:के|की|का|से|में)(?![\p{L}\p{M}])"
)
# One of few: the count itself tells who it is.
ONE_OF_FEW = Alternatives(
    r"\b(?:only|first|second|third|\d{1,2}(?:st|nd|rd|th)) (?:known |reported |recorded |such |documented "
    r"|ever )?(?:case|patient|person|child|baby|woman|man|adult)s? (?:ever )?(?:of|in|with|to|worldwide"
    r"|reported)\b(?! (?:every|each))"
    r"|\b(?:one|1) in (?:an? |\d |every )?(?:million|crore|lakh|billion|\d{1,3},\d{3},\d{3})\b"
    r"|\b(?:fewer than|less than|only|under|barely|about|just) (?:\d{1,3}|a dozen|ten|twenty|fifty"
    r"|a hundred) (?:people|cases|patients|families|children) (?:in|on|worldwide|ever|known|reported)\b"
    r"|\b(?:extremely|very|ultra|super|exceptionally|vanishingly) rare\b"
)
# What happened to all the neighbours, too.
IN_AN_EVENT = regex.compile(
    r"\b(?:in|after|at|during|from|by|when) (?:the|last [\p{L}']+|yesterday's|that"
    r"|this [\p{L}']+) (?:[\p{L}'-]+ ){0,3}?(?:blaze|fire|blast|explosion|crash|collapse|derailment"
    r"|stampede|pile-?up|shooting|floods?|landslide|earthquake|cyclone|riots?|hurricane|tornado|stabbing"
    r"|firing|accident)\b"
)
FROM_A_PLACE = regex.compile(r"\b(?:from|of|in|near) ((?:\p{Lu}[\p{Ll}\p{M}]+)(?: \p{Lu}[\p{Ll}\p{M}]+)?)")
# Towns come before their "of" in Hindi: "Satara ke", "पुणे की".
OF_A_PLACE = regex.compile(r"\b((?:\p{Lu}[\p{Ll}]+)) (?:ke|ki|ka|se|mein)\b")
# No list has all that people do; behind an age such a word is what one person does.
WORKS = Alternatives(
    r"\b\d{1,3}(?:[- ]years?[- ]old| ?y/?o) (?:\p{L}+ ){0,2}?"
    r"(?!(?:smoker|drinker|mother|father|daughter|sister|brother|grand\p{L}+|teenager|youngster|woman|man"
    r"|gentleman"
    r"|non-smoker|survivor|never|other|vegetarian|another|fighter|warrior)\b)"
    r"(\p{L}{2,}(?:er|or|ist|ian|eer|man|woman|maid))(?= (?:from|with|who|of|in)\b)"
)
EMPLOYED = Alternatives(
    r"(?<=[, (])an? (?:[\p{L}-]+ ){0,2}?\p{L}{3,}(?:er|or|ist|ian|eer|man|woman|maid|clerk|guard|cook"
    r"|keeper|wallah|wala|wali|sevika) (?:from|of|at) (?!the\b|a\b|our\b)\p{L}"
    r"|\b(?:works|worked|working|employed) (?:as|at|for) (?:an?|the|our)\b|\bretired (?!from|in|at|and"
    r"|hurt)\p{L}+\b|\bby profession\b|\b(?:runs|owns|owner of|manages) (?:an?|the|our) "
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
# "@rohan, whose angioplasty went well", "so proud of @meera".
ABOUT_A_HANDLE = regex.compile(
    r"@[\w.]+,? (?:whose|who (?:was|is|had|has|got|went|came|underwent|survived)|had|has had|got|underwent"
    r"|survived|is (?:home|recovering|back))\b"
    r"|\b(?:happy|proud|pray|prayers|praying|delighted|thrilled|wish(?:es|ing)?|good luck|well done"
    r"|thinking|strength|love|cheer\p{L}*) (?:to |for |of |with )?@"
    r"|\b(?:operated|operating) on @|\b(?:treated|stented|delivered|diagnosed|discharged|admitted|saved) @"
    r"|@[\w.]+(?:'s)? (?:new |first )?(?:\p{L}+ )?(?:surgery|operation|transplant|angioplasty|bypass"
    r"|delivery|chemo|scan|treatment|recovery)\b"
)
SECOND_PERSON = regex.compile(
    r"\b(?:you|your|yours|aap|aapki|aapka|aapke|apki|apka|apke)\b|(?<![\p{L}\p{M}])(?:आप|आपका|आपकी"
    r"|आपके)(?![\p{L}\p{M}])"
)
ANSWERS_SOMEONE = regex.compile(
    r"\s*(?:@\w|dear (?:mr|mrs|ms|\p{L}+,)|thank you,? (?:mr|mrs|ms|@)|reply to"
    r"|(?:hi|hello|dear|sorry to hear (?:that|this),?) (?!all|every|friends|folks|team|doc|dr|there)"
    r"\p{L}+[,.!])"
)
CARE_OF_YOU = Alternatives(
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
    r"|\byou (?:no-?showed|cancelled|canceled|skipped|turned down|agreed|signed|asked (?:us|me) for"
    r"|left before|walked out|didn't (?:show|come|attend|take))\b|\b(?:we|i) (?:\p{L}+ )?(?:refilled"
    r"|renewed|prescribed|changed|examined|checked|scanned|referred|ordered|booked|filled|treated"
    r"|wrote) (?:you\b|your\b)"
    r"|\byour (?:adderall|insulin|statins?|antibiotics?|steroids?|pills?|meds|medication|inhalers?"
    r"|stitches|cast|plaster|mri|ct|ultrasound|pregnancy|pain|rash|lump|file|chart|referral|refills?)\b"
    r"|\bas (?:explained|discussed|agreed|i said|we said|advised)\b[^.!?\n]{0,40}\b(?:came|saw|visit"
    r"|appointment|clinic|consult\p{L}*)\b"
    r"|\b(?:dawa|dawai|goli|tablet|medicine) (?:lo|lein|lijiye|khao|khaiye|band|chalu|jaari|le lo)\b"
    r"|\b(?:maine|humne) (?:\p{L}+ )?(?:likhi|likha|di|diya|batayi|bataya|dekhi|dekha)\b|\b(?:report|test"
    r"|scan|sugar|bp|ecg|echo)s? [^.!?\n]{0,20}\b(?:aapki|aapka|aapke|apki|apka|apke)\b"
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
        if not LONG_AGO.search(match.group()) and _speaks_of_one(reading, Span(*match.span())):
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
    for match in reading.find(LIVES_IN, capitals=True):
        group = 1 if match.group(1) else 2
        if reading.low[match.start(group) : match.end(group)].split()[0] not in no_towns:
            yield Span(*match.span(group))
    for match in reading.find(IN_SMALL_LETTERS):
        if match.group(1) in towns and reading.text[match.start(1)].islower():
            yield Span(*match.span(1))
    for pattern in (TOWN_IN_HINDI, any_of(*listed("small_places"))):
        yield from (Span(*match.span()) for match in reading.find(pattern))


def _work(reading: Reading) -> Iterator[Span]:
    yield from (Span(*match.span()) for match in reading.find(any_of(*listed("occupations"))))
    yield from (Span(*match.span(1)) for match in reading.find(WORKS))
    yield from (Span(*match.span()) for match in reading.find(EMPLOYED))


def _rare(reading: Reading) -> Iterator[Span]:
    for pattern in (any_of(*listed("rare_diseases")), ONE_OF_FEW):
        yield from (Span(*match.span()) for match in reading.find(pattern))


def _events(reading: Reading) -> Iterator[Span]:
    for pattern in (any_of(*listed("events")), IN_AN_EVENT):
        yield from (Span(*match.span()) for match in reading.find(pattern))


@rule("P18")
def somebody_tagged(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Somebody's handle beside a patient's story; the doctor's own handles pass."""
    own = {handle.lower().lstrip("@") for handle in around.author.handles}
    for match in reading.find(HANDLE):
        sentence = reading.sentence_of(Span(*match.span()))
        is_told = (
            reading.one_patient
            or WISHED_WELL.search(reading.low, *sentence)
            or (ABOUT_A_HANDLE.search(reading.low, *sentence) and _is_cared_for(reading, sentence))
        )
        if is_told and match.group().strip("@.") not in own:
            yield Hit(Span(*match.span()))


def _is_cared_for(reading: Reading, sentence: Span) -> bool:
    return any(sentence.start <= one.start < sentence.end for one in reading.care)


@rule("P19")
def public_answer(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An answer to one person that speaks of their treatment, or says that they are a patient."""
    if piece.kind != "reply" and not ANSWERS_SOMEONE.match(reading.low):
        return
    for match in reading.find(CARE_OF_YOU):
        if SECOND_PERSON.search(reading.low):
            yield Hit(Span(*match.span()))
