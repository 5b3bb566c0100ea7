"""Names of people in a patient's story."""

from bisect import bisect_left
from collections.abc import Iterator

import regex

from portal.checks import recognisers
from portal.checks.contacts import host_of
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.story import places
from portal.checks.values import Piece
from portal.checks.words import any_of, listed, one_of

NAME = r"\p{Lu}[\p{Ll}\p{M}]+"
HONORIFIC = regex.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Master|Baby|Shri|Sri|Smt|Shrimati|Kumari|Km|Mohd|Md)\b\.?\s+(?:{NAME}"
    rf"|\p{{Lu}}(?:\.|\b))(?:\s+(?:\p{{Lu}}\.\s*)?{NAME})?"
    r"|(?<![\p{L}\p{M}])(?:श्रीमती|श्री|कुमारी|सुश्री)\s+(?!कृष्ण|राम\b)[\p{L}\p{M}]+(?:\s+(?:कुमार|सिंह"
    r"|देवी|शर्मा|वर्मा"
    r"|यादव|पाटील|पटेल|गुप्ता|मिश्रा|जोशी|शाह|खान)(?![\p{L}\p{M}]))?"
    r"|(?<=(?<![\p{L}\p{M}])(?:मरीज़|मरीज|रोगी|पेशेंट) )[\p{L}\p{M}]+ (?:कुमार|सिंह"
    r"|देवी|शर्मा|वर्मा"
    r"|यादव|पाटील|पटेल|गुप्ता|मिश्रा|जोशी|शाह|खान)"
    r"(?![\p{L}\p{M}])"
)
# Whoever bears one of the common family names, or is spoken of with respect.
IN_DEVANAGARI = regex.compile(
    r"(?<=(?<![\p{L}\p{M}])(?:मरीज़|मरीज|रोगी|पेशेंट),? )(?!(?:वे|वह|जो|भी|ही|को|ने|की|का|के|थे|था|थी|है"
    r"|हैं|से|जिन)(?![\p{L}\p{M}]))[\p{L}\p{M}]{2,}(?=,? (?:जो|जिनका|जिनकी|जिन्हें"
    r"|जिन्होंने)(?![\p{L}\p{M}]))"
    r"|(?<![\p{L}\p{M}])[\p{L}\p{M}]{2,} (?:कुमार|सिंह|देवी|शर्मा|वर्मा|यादव|पाटील|पाटिल|पटेल|गुप्ता"
    r"|मिश्रा|जोशी|शाह|खान|शेख|अंसारी|जाधव|शिंदे|पवार|मोरे|कदम|गायकवाड़|गायकवाड|देशमुख|कुलकर्णी|देशपांडे"
    r"|चव्हाण|भोसले|साळुंखे|तिवारी|त्रिपाठी|पांडे|पाण्डेय|दुबे|चौबे|शुक्ला|अग्रवाल|जैन|चौधरी|चौहान|राठौर"
    r"|राठौड़|ठाकुर|राजपूत|मीणा|गुर्जर|सैनी|कुशवाहा|मौर्य|पासवान|बेगम|बाई|ताई|भाई|काका)(?! (?:जयंती"
    r"|अस्पताल|कॉलेज|विश्वविद्यालय|स्मारक|पुरस्कार))"
    r"(?![\p{L}\p{M}])"
)
# "ganpat kaka mhatre": as it is typed on a telephone.
RESPECT_IN_SMALL = regex.compile(
    r"(?<![\p{L}\p{M}])(\p{Ll}{3,}) (?:tai|bai|ben|bhai|bhau|kaka|kaki|chacha|chachi|mama|mami|uncle|aunty"
    r"|auntie|dada|dadi|ji|saheb|sahab)(?: (?!ko\b|ka\b|ki\b|ke\b|ne\b|aaj\b|kal\b|se\b|ab\b|is\b|was\b"
    r"|has\b|and\b|who\b)\p{Ll}{3,})?(?![\p{L}\p{M}])"
)
TWO_CAPITALS = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])({NAME})\s+(?:\p{{Lu}}\.\s*)?({NAME})(?![\p{{L}}\p{{M}}])"
)
AFTER_A_CUE = regex.compile(
    rf"(?:\b[Pp]atient,?|\b[Nn]amed|\b[Cc]alled|\b[Nn]ame (?:is|was)|\b[Pp]t\.?)\s+({NAME}(?:\s+{NAME})?)"
)
# Typed without capitals, or in nothing else: both halves have to be names that we know.
IN_ONE_CASE = regex.compile(
    r"(?<![\p{L}\p{M}])(?:(\p{Ll}{3,}) (\p{Ll}{3,})|(\p{Lu}{3,}) (\p{Lu}{3,}))(?![\p{L}\p{M}])"
)
ONE_WITH_AGE = regex.compile(rf"(?<![\p{{L}}\p{{M}}])({NAME}),? (?:\(\d{{1,3}}\)|\d{{1,3}}(?=[,\s]))")
# "Savita Tai", "Rakesh bhai Solanki", "Mohanlal Gupta ji": the word of respect stands behind the name.
RESPECT_BEHIND = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}]){NAME} (?:[Tt]ai|[Bb]ai|[Bb]en|[Bb]hai|[Bb]hau|Devi|[Kk]aka|[Uu]ncle|[Aa]unty?"
    rf"|[Aa]untie|Begum|Ammal?)(?: {NAME})?(?![\p{{L}}\p{{M}}])"
    rf"|(?<![\p{{L}}\p{{M}}]){NAME} {NAME} [Jj]i\b"
)
# Whom a doctor praises, mourns or shows to readers: a name that no list has is one here.
PRAISED = regex.compile(
    r"\b(?:RIP|[Rr]est in peace,?|[Mm]eet|[Pp]roud of|[Dd]elighted for|[Hh]appy for|[Rr]esult for|[Ll]ose"
    r"|[Ll]ost"
    r"|[Gg]oodbye to|[Bb]raveheart|[Ff]ighter|[Ww]arrior|[Ss]urvivor|[Kk]eep|[Pp]ray for|[Pp]rayers for"
    r"|[Tt]hinking of|[Ll]ittle|[Ww]ish|[Ww]ishing|[Gg]et well soon,?"
    r"|[Ss]hout ?out to|[Ww]ell done,?(?: to)?|[Ww]elcome home,?|[Hh]appy birthday(?: to)?,?)"
    rf" ({NAME} {NAME})(?![\p{{L}}\p{{M}}])"
)
# "Hector Villanueva rang the bell": what is done by nobody but a patient.
ACTS_AS_A_PATIENT = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}])({NAME} {NAME}) (?:has |just |finally )?(?:rang the bell|walked (?:home|out)"
    rf"|went home"
    r"|goes home|is (?:back )?home|underwent|survived|was (?:admitted|discharged|operated|diagnosed)"
    r"|recovered"
    r"|pulled through|finished (?:his|her)|completed (?:his|her)|beat (?:cancer|leuk|covid|the odds)"
    r"|(?:got|had|lost|needed) (?:his|her))(?![\p{L}\p{M}])"
)
COLLEAGUE_BEFORE = regex.compile(
    r"(?:(?<![\p{L}\p{M}])(?:डॉ|डॉक्टर|डा|प्रो|नर्स|सिस्टर)|\b(?:dr|prof|professor|doctor|nurse|sister"
    r"|surgeon|author|speaker|by|et al|dean|minister"
    r"|president|actor|colleagues?|team|resident|intern|fellow|consultant|anaesthetist|matron|midwife|sir"
    r"|dame|lord|physio(?:therapist)?|dieti[ct]ian|receptionist|pharmacist|psychologist|counsellor"
    r"|technician|manager|caretaker|cleaner|captain|coach|mayor"
    r"|secretary|paramedic|student|researcher|dentist|registrar|trainee|volunteer|midwives|coordinator"
    r"|assistant"
    r"|lady|prince|princess|pope|swami|baba|guru|chef|comedian|writer|poet|novelist|scientist|physicist"
    r"|explorer"
    r"|lecture of|talk by|paper by|study by|led by|interview with|named after|called after|book by|senator|mp"
    r"|actress|singer|cricketer|footballer|king|queen|saint|st)\b\.?,?\s*)$"
)
CALLED_SO = regex.compile(
    r"\b(?:cow|dog|cat|horse|pet|device|machine|drug|book|film|song|app|project|study|trial"
    r"|campaign) (?:is |was )?$"
)
ROLE_BEHIND = regex.compile(
    r" (?:of|from) (?:the )?(?:\p{L}+ ){0,2}(?:office|council|department|corporation|club|society|company"
    r"|bank|police"
    r"|ministry|board|foundation|union|trust)\b"
    r"|,? (?:our|the|your|hon\p{L}*) (?:mayor|minister|president|chief guest|guest|mla|mp|chairman"
    r"|chairperson"
    r"|principal|commissioner|collector|trustee|sponsor)\b|"
    r"(?:\s\p{L}+)?\s+(?:and (?:colleagues|co-?authors|team|others)|et al|reports?|reported|writes?|wrote"
    r"|argues?|argued|finds?|found that|showed|published|presents|explains|speaks|spoke|will (?:speak|talk"
    r"|present|join)|joins us|talks|hosts|leads|led|runs|chairs|coordinates)\b"
    r"|(?:\s\p{L}+)?\s*,?\s*\(?(?:mbbs|md|ms\b|dnb|mch|dm\b|frcs|mrcp|phd|rn\b|our (?:nurse|receptionist"
    r"|colleague"
    r"|physiotherapist)"
    r"|(?:the )?(?:nurse|physiotherapist|dietician|dietitian|researcher|author|professor|surgeon|actor"
    r"|cricketer))"
)
THING_BEHIND = regex.compile(
    r"(?:['’]s)?\s+(?:hospitals?|clinic|institute|medical|college|trust|foundation|university|syndrome"
    r"|disease|test|sign"
    r"|score|scale|procedure|road|street|nagar|memorial|award|et al|centre|center|criteria|classification"
    r"|law|act|station|airport|stadium|hall|school|temple|church|mosque|ward|building|block|lane|avenue|chowk"
    r"|marg|prize|lecture|fellowship|manoeuvre|maneuver|reflex|fracture|palsy|lymphoma|tumou?r|stage|grade"
    r"|device"
    r"|operation|repair|technique|stent|catheter|index|equation|formula|rule|triad|contracture|ulcer)\b"
)
# Whoever described a disease, and the patients of the textbooks.
OF_HISTORY = regex.compile(
    r"\b(?:1[0-8]\d\d|19[0-3]\d)\b|\b\d{2}th century\b|\b(?:first described|described|discovered|invented"
    r"|pioneered"
    r"|coined|founder|founded|history of medicine|nobel)\b"
)
# "The first transplant was done in 1967": the patients of such a day are in the books, too.
OF_A_FIRST = regex.compile(
    r"\b(?:the|world's|its|their|whose|britain's|india's"
    r"|america's) (?:very )?first (?:\p{L}+ ){0,2}(?:patient|human|person|transplant|operation"
    r"|vaccin\p{L}+|baby"
    r"|surgery"
    r"|injection)\b"
)
IN_THE_BOOKS = regex.compile(r"\b(?:1[5-8]\d\d|19[0-7]\d)\b")
# "The actor told the BBC": told in public, where the news is linked or named.
TOLD_IN_PUBLIC = regex.compile(
    r"\b(?:reported|reports|told|tells|announced|revealed|shared|statement|interview|spoke|opened up|says"
    r"|said|news"
    r"|biography|memoir|documentary|wrote)\b"
)
# A year alone tells little; an age, a day or a code tells who it is.
AGE_DATE_OR_CODE = regex.compile(
    r"\b\d{1,3}[ -]?(?:years?|yrs?|y/o|yo)\b|\(\d{1,3}\)|,? \d{1,3},|\b(?!(?:19|20)\d\d\b)\d{4,}\b"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b(?:on|since) \d{1,2}"
    r"|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
NEAR = 8
# "Mrs. S. Kadam was … We put in two stents": a title says that it is a person, so that more may lie between.
NEAR_A_TITLE = 16


@rule("P01")
def patient_name(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A person's name close to a word of the consulting room; colleagues and namesakes of things pass.

    An age, a place or a date in the same sentence makes it worse.
    """
    towns = list(places(reading))
    is_news = _links_to_news(reading)
    is_history = bool(OF_A_FIRST.search(reading.low) and IN_THE_BOOKS.search(reading.low))
    for span in sorted(set(_names(reading))):
        sentence = reading.sentence_of(span)
        is_told = OF_HISTORY.search(reading.low, *sentence) or (
            is_news and TOLD_IN_PUBLIC.search(reading.low, *sentence)
        )
        has_patient = _has_one_patient(reading, sentence) or _is_told_on(reading, sentence)
        is_public = is_history or (is_told and not has_patient)
        is_titled = bool(HONORIFIC.match(reading.text, span.start))
        is_near = has_patient or reading.near(span, reading.care, NEAR_A_TITLE if is_titled else NEAR)
        if is_near and not is_public and not _is_spared(reading, span, around):
            rest = reading.low[sentence.start : span.start] + " " + reading.low[span.end - 1 : sentence.end]
            placed = any(sentence.start <= place.start < sentence.end for place in towns)
            yield Hit(span, "context" if placed or AGE_DATE_OR_CODE.search(rest) else "default")


def _names(reading: Reading) -> Iterator[Span]:
    given, family, no_names = one_of("given_names"), one_of("family_names"), one_of("not_names")
    titled = [Span(*match.span()) for match in reading.find(HONORIFIC, capitals=True)]
    for match in reading.find(RESPECT_BEHIND, capitals=True):
        if match.group().split()[0].lower() not in no_names and not _touches(Span(*match.span()), titled):
            titled = sorted([*titled, Span(*match.span())])
    for pattern in (PRAISED, ACTS_AS_A_PATIENT):
        for match in reading.find(pattern, capitals=True):
            is_name = not no_names & set(match.group(1).lower().split())
            if is_name and not _touches(Span(*match.span(1)), titled):
                titled = sorted([*titled, Span(*match.span(1))])
    yield from titled
    pairs: list[Span] = []
    # Overlapping, for "Call Linda Brown".
    for match in TWO_CAPITALS.finditer(reading.text, overlapped=True):
        first, last = (reading.low[match.start(number) : match.end(number)] for number in (1, 2))
        is_name = first in given or (last in family and first not in no_names)
        is_name = is_name and last not in one_of("not_family_names")
        if is_name and not (pairs and match.start() < pairs[-1].end):
            pairs.append(Span(*match.span()))
    known = sorted(titled + pairs)
    yield from (pair for pair in pairs if not _touches(pair, titled))
    for pattern in (AFTER_A_CUE, ONE_WITH_AGE):
        for match in reading.find(pattern, capitals=True):
            span = Span(*match.span(1))
            first = reading.low[span.start : span.end].split()[0]
            # "Patient Matters" is a title; "patient Farida" is a person.
            is_told = pattern is AFTER_A_CUE and match.group()[0].islower()
            is_name = first in given or (is_told and first not in no_names)
            if is_name and not _touches(span, known):
                yield span
    for match in IN_ONE_CASE.finditer(reading.text, overlapped=True):
        first, last = match.group().lower().split(" ")
        span = Span(*match.span())
        if first in given and last in family - no_names and not _touches(span, known):
            yield span
    for match in reading.find(RESPECT_IN_SMALL):
        span = Span(*match.span())
        if match.group(1) in given - no_names and not _touches(span, known):
            yield span
    for match in reading.find(IN_DEVANAGARI):
        span = Span(*match.span())
        if not _touches(span, known):
            yield span
    yield from _names_of_the_model(reading, known)


def _names_of_the_model(reading: Reading, known: list[Span]) -> Iterator[Span]:
    """Names that no list has, where an operator has installed a language model."""
    for span in recognisers.people_in(reading.text):
        first = reading.low[span.start : span.end].split()[:1]
        if first and first[0] not in one_of("not_names") and not _touches(span, known):
            yield span


def _touches(one: Span, others: list[Span]) -> bool:
    """Whether it overlaps one of the others, which are in order and apart."""
    place = bisect_left(others, one)
    return any(
        one.start < other.end and other.start < one.end for other in others[max(0, place - 1) : place + 1]
    )


def _is_spared(reading: Reading, span: Span, around: Around) -> bool:
    words = reading.low[span.start : span.end]
    own = {part for part in around.author.full_name.lower().replace(".", " ").split() if part != "dr"}
    parts = set(words.split())
    return (
        (bool(own) and parts <= own | {"mr", "mrs", "ms", "mr.", "mrs.", "ms."})
        or (bool(around.author.clinic_name) and words in around.author.clinic_name.lower())
        or bool(COLLEAGUE_BEFORE.search(reading.before(span.start)))
        or bool(CALLED_SO.search(regex.sub(r"(?:called|named) $", "", reading.before(span.start))))
        or bool(ROLE_BEHIND.match(reading.low, span.end))
        or bool(THING_BEHIND.match(reading.low, span.end))
        or bool(any_of(*listed("known_people")).search(words))
    )


def _has_one_patient(reading: Reading, sentence: Span) -> bool:
    """Whether the doctor speaks of a patient here, and not of somebody in the news or in history."""
    place = bisect_left(reading.one_patient, Span(sentence.start, sentence.start))
    return place < len(reading.one_patient) and reading.one_patient[place].start < sentence.end


SHE_OR_HE = regex.compile(r"\b(?:he|she|him|her|his)\b")
TOLD_ON_FOR = 3


def _is_told_on(reading: Reading, sentence: Span) -> bool:
    """ "The last one was Derek Ainsworth. … I had to tell him": the next sentences tell."""
    for _ in range(TOLD_ON_FOR):
        if sentence.end >= len(reading.text):
            return False
        sentence = reading.sentence_of(Span(sentence.end, sentence.end))
        if SHE_OR_HE.search(reading.low, *sentence) and _has_one_patient(reading, sentence):
            return True
    return False


def _links_to_news(reading: Reading) -> bool:
    hosts = {host_of(reading.low[link.start : link.end]) for link in reading.links}
    papers = listed("news_domains")
    return any(host == paper or host.endswith(f".{paper}") for host in hosts for paper in papers)
