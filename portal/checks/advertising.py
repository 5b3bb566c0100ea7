"""Ways of drawing patients that the rules of the profession restrict."""

from collections.abc import Iterator
from functools import cache

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

BEFORE_AFTER = regex.compile(
    r"\bbefore ?(?:and|&|/|-|vs\.?|to) ?after\b(?!\s+(?:the |your |a |an |each |every |any )?(?:meals?"
    r"|food|eating|exercise"
    r"|surgery|operation|procedure|birth|delivery|childbirth|pregnancy|chemotherapy|dialysis|sleep|school"
    r"|work|touching"
    r"|handling|cooking|sex|treatment|using|the toilet|bath|travel))"
    r"|\b(?:see|swipe|look|photos?|pictures?|pics?|images?)\b[^.!?\n]{0,40}\bbefore (?:the )?(?:surgery"
    r"|operation"
    r"|treatment|procedure) and after (?:the )?(?:surgery|operation|treatment|procedure)\b"
    r"|\bbefore & after\b|\bb4 (?:and|&|n) after\b|\bbefore n after\b|\bpe?hle (?:aur|and|&|/|-|vs) ?(?:ab"
    r"|baad)\b"
    r"|\bpe?hle aur (?:uske )?baad\b|(?<![\p{L}\p{M}])पहले और बाद(?![\p{L}\p{M}])"
)
TWO_PICTURES = 2
COSMETIC_WITHIN = 12

TESTIMONIAL = regex.compile(
    r"\b(?:my|our|a|one) (?:happy |satisfied )?patients? (?:says?|said|writes?|wrote|told (?:me|us)"
    r"|shares?|speaks?)\b"
    r"|\b(?:leave|write|give|post|drop)(?: us| me| our clinic)?(?: an?| your)? (?:\d star |5[- ]star "
    r"|five[- ]star |good |google |kind )*"
    r"reviews?\b|\breview us\b|\brate us\b|\b(?:5|five)[- ]star (?:review|rating)s?\b|\btestimonials?\b"
    r"|\bwhat (?:our|my) patients say\b|\bhear (?:it )?from (?:our|my) patients\b"
    r"|\bshare your experience (?:with|at|of) (?:us|our|my)\b"
    r"|[“\"](?:thank you|thanks),? (?:so much,? )?(?:doctor|doc|dr)\b[^”\"]{0,200}[”\"]"
    r"|[“\"][^“”\"\n]{0,160}\b(?:best doctor|(?:saved|changed) (?:my|her|his|our) life|highly recommend"
    r"|recommend (?:him|her|dr)"
    r"|thank you,? (?:doctor|dr|doc)|grateful to (?:doctor|dr|the doctor)|so happy with (?:my|the) (?:result"
    r"|treatment))"
    r"[^“”\"\n]{0,160}[”\"]"
    r"|\bpatient (?:reviews|testimonials|success stor(?:y|ies))\b"
    # Whoever is quoted stands behind the words: "…" - a happy patient of ours.
    r"|[“\"][^“”\"\n]{3,200}[”\"]\s*-?\s*(?:says |said |by |from )?(?:an?|one|our"
    r"|my|another) (?:\p{L}+ )?patient\b"
)

INDUCEMENT = regex.compile(
    r"\bdiscounts?\b|\bpe?hle \d+ (?:patients?|log|mareez)\b|\bmuft (?:check-?up|jaanch|consultation"
    r"|paramarsh)\b|\b\d{1,2} ?% off\b|\bflat \d+ ?% off\b|(?:[£$₹€]|\brs\.?) ?\d[\d,]* off\b"
    r"|\bblack friday (?:offer|deal|sale)s?\b|\bfree for (?:the )?(?:first|next) \d*"
    r"|\bfirst \d+ patients? (?:get|free)"
    r"|\boffer (?:ends|valid|expires|closes)\b|\b(?:limited|special|festive|diwali|monsoon"
    r"|exclusive)(?:[- ]time)? (?:offer|price|package)s?\b"
    r"|\blucky draw\b|\brefer (?:and|&|a friend and) (?:earn|win|get)\b|\brefer a friend\b|\bbuy (?:one"
    r"|1) get (?:one|1)\b|\bcash ?back\b"
    r"|\bgift (?:voucher|card|hamper)s?\b|\bvouchers?\b|\bcoupons?\b|\bfree (?:consultation|gift"
    r"|whitening|cleaning|hydrafacial|session)s?\b"
    r"|\b(?:two|2|three|3) for (?:the price of )?(?:one|1|two|2)\b"
    r"(?! (?:day|week|month|year|hour|minute|and))"
    r"|\bhalf price\b|\bwin a\b|(?<![\p{L}\p{M}])(?:छूट|मुफ़्त परामर्श|मुफ्त परामर्श"
    r"|लकी ड्रॉ)(?![\p{L}\p{M}])"
)
AGAINST_INDUCEMENT = regex.compile(
    r"\b(?:government|ayushman|jan aushadhi|scheme|railway|senior citizens?' fare)\b"
)

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
    r"|khane ke (?:baad|bad)|sote (?:samay|waqt)"
)
OFTEN_IN_HINDI = r"(?:दिन में (?:एक|दो|तीन|चार|\d) बार|सुबह[- ,]*शाम|रोज़?|रात को|खाने के बाद|खाली पेट)"
DOSE = regex.compile(rf"\b{NUMBER_AND_UNIT}[^.!?\n]{{0,40}}?(?:\b(?:{OFTEN})\b|{OFTEN_IN_HINDI})")
# "Dolo 650 twice a day", "azithromycin once daily for three days".
BY_NAME = r"\b(?:{drugs}) ?\d{{1,4}}\b[^.!?\n]{{0,40}}?(?:\b(?:{often})\b|{in_hindi})"
NOT_A_DRUG = regex.compile(
    r"\b(?:water|salt|sodium|sugar|fibre|fiber|protein|caffeine|fat|cholesterol|alcohol|fruit|vegetables?"
    r"|milk|steps|potassium"
    r"|less than|at most|no more than|limit|recommended daily|rda)\b"
)
DRUG_HERE = r"(?:[\p{L}\d-]+ ){0,3}"
ADVISED = regex.compile(
    r"\b(?:ask|consult|talk to|check with|see|speak to) (?:your|a|the) (?:doctor|gp|physician|pharmacist)"
    r"|as prescribed"
    r"|prescribed by|on prescription|without (?:asking|a prescription|consulting|advice)|your doctor"
)

SHARE = r"(?:like|share|follow|tag|comment|subscribe)"
BOUGHT = regex.compile(
    r"\bfollow[- ](?:for|4)[- ]follow\b|\b(?:f4f|l4l|follow back|followback|like[- ]for[- ]like)\b"
    rf"|\bgiveaway\b|\b{SHARE}(?:,? (?:and|&)? ?{SHARE}){{0,4}}+[^.!?\n]{{0,40}}\b(?:to win|and win|to enter"
    rf"|win a|for a chance)\b"
    r"|\btag \d+ (?:friends|people)\b|\bbuy (?:followers|likes)\b"
)


@rule("C04")
def before_and_after(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Before and after, of a body: words beside a cosmetic or surgical term, or two pictures."""
    terms = [Span(*match.span()) for match in reading.find(any_of(*listed("cosmetic")))]
    is_pair = len(around.draft.pictures) >= TWO_PICTURES
    for match in reading.find(BEFORE_AFTER):
        span = Span(*match.span())
        if is_pair or reading.near(span, terms, COSMETIC_WITHIN):
            yield Hit(span)


@rule("C05")
def testimonial(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A patient's praise, or a wish for it."""
    for match in reading.find(TESTIMONIAL):
        if not reading.is_cautioned(Span(*match.span())):
            yield Hit(Span(*match.span()))


@rule("C06")
def inducement(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A price, a gift or a game that draws patients."""
    for match in reading.find(INDUCEMENT):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        is_public = AGAINST_INDUCEMENT.search(reading.low, sentence.start, sentence.end)
        if not is_public and not reading.is_cautioned(span):
            yield Hit(span)


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
    return regex.compile(BY_NAME.format(drugs=drugs, often=OFTEN, in_hindi=OFTEN_IN_HINDI))


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


@rule("C09")
def sex_determination(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An offer to tell or choose a baby's sex; the notice that the law asks clinics to show passes."""
    for match in reading.find(any_of(*listed("sex_determination"))):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        # "Sex determination. It is a crime": the notice may end in the next sentence.
        behind = reading.sentence_of(Span(sentence.end, sentence.end))
        if not any_of(*listed("law_notices")).search(reading.low, sentence.start, behind.end):
            yield Hit(span)


@rule("C12")
def bought_engagement(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Followers and likes for favours."""
    for match in reading.find(BOUGHT):
        if not reading.is_cautioned(Span(*match.span())):
            yield Hit(Span(*match.span()))


@rule("C13", reads="post")
def surgery_on_video(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A video together with words of the operating room."""
    if any(picture.kind == "video" for picture in around.draft.pictures):
        match = next(reading.find(any_of(*listed("surgical"))), None)
        if match:
            yield Hit(Span(*match.span()))
