"""Ways of drawing patients that the rules of the profession restrict."""

from collections.abc import Iterator

import regex

from portal.checks.reading import Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.subject import OPERATION
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
    r"|\bb4 ?(?:and|&|n|/|-|vs)? ?after\b"
    r"|\b(?:day|week|month) ?(?:0|1|zero|one) ?(?:vs\.?|versus|to|and|&|-|/|→|➡️?) ?(?:day|week|month) ?\d+"
    r"|\bfrom this\b[^.!?\n]{0,15}\bto this\b|\bthen\b[^\p{L}\n]{1,6}(?:and |vs\.? )?now\b(?!:? (?:our"
    r"|the) (?:surgery|clinic|hospital|building|practice))"
    r"|\b(?:swipe|see|look at|check out)\b[^.!?\n]{0,60}\b(?:weeks?|months?|days|sessions?) later\b"
    r"|\b(?:hair|smile|nose|skin|face|body|lip|breast|jaw|teeth|transplant) (?:\p{L}+ )?(?:transformation"
    r"|makeover)s?\b"
    r"|\b\p{L}+ se pe?hle aur\b[^.!?\n]{0,30}\b(?:ke )?baa?d\b|(?<![\p{L}\p{M}])पहले और अब(?![\p{L}\p{M}])"
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

# Whoever speaks, for what a doctor passes on.
SPEAKER = (
    r"(?:patients?|lady|ladies|gentleman|gentlemen|mum|mom|mother|father|dad|client|clients|parents?|couple"
    r"|wife"
    r"|husband|daughter|mareez|family)"
)
PASSED_ON = regex.compile(
    rf"\b(?:one of )?(?:my|our) (?:[\p{{L}}-]+ ){{0,2}}{SPEAKER} (?:says?|said|told|tells|wrote|writes"
    rf"|messaged|texted|sent)"
    r"[^.!?\n\"“]{0,30}[\"“]"
    rf"|[\"“][^“”\"\n]{{3,200}}[\"”]\s*-\s*(?:[\p{{L}}'-]+ ){{0,3}}{SPEAKER}\b"
    r"|(?:[⭐★🌟]\ufe0f? ?){3,}\s*[\"“]"
    r"|[\"“][^“”\"\n]{0,120}\b(?:five|5)[- ]?stars?\b|[\"“][^“”\"\n]{10,200}[\"”]\s*(?:thank you"
    r"|thanks),? (?!to (?:all|every))"
    r"|\b(?:mareez|patients?) (?:kehte|kehta|kehti|bole|bola|boli|likhte|likhti)\b"
    r"|(?<![\p{L}\p{M}])(?:मरीज़|मरीज|मरीज़ों|मरीजों) (?:ने )?(?:कहते|कहा|लिखा|बताया)(?![\p{L}\p{M}])"
)
# Stars and reviews that are wished for, at whatever site.
WISHED_FOR = regex.compile(
    r"\b(?:drop|leave|give|rate|post|write|hit)\b[^.!?\n]{0,30}\b(?:(?:five|5) ?-?stars?|stars on"
    r"|google review)"
    r"|\b(?:google|practo|justdial|trustpilot|yelp|healthgrades|doctify)\b[^.!?\n]{0,25}\b(?:reviews?"
    r"|ratings?|stars?)"
    r" (?:zaroo?r |jaroo?r |zarur )?(?:de|dein|dena|dijiye|do|likhein|karein|help|means|please)\b"
    r"|\b(?:leave|post|share|tell|write|put)\b[^.!?\n]{0,40}\bon (?:yelp|google|practo|trustpilot"
    r"|healthgrades|doctify)\b"
    r"|\breviews?\b[^\n]{0,80}\bon (?:google|yelp|practo|trustpilot|facebook)\b"
    r"|\b(?:five|5) ?-?stars? (?:zaroo?r )?(?:de|dein|dena|dijiye|do)\b"
    r"|\b(?:google|practo) (?:par|pe|pr) [^.!?\n]{0,20}\b(?:anubhav|feedback|likh\p{L}+)\b"
    r"|(?:गूगल|google|practo)[^।!?\n]{0,25}(?:रिव्यू|रेटिंग|स्टार)"
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
    r"|\b(?:consultation|check-?up|opd|scan|paramarsh) (?:bi?lkul )?(?:free|muft)\b"
    r"|[£$₹] ?\d[\d,]* (?:\p{L}+ ){0,3}special\b"
    r"|\b(?:seats?|slots?) (?:are )?limited\b[^.!?\n]{0,30}|\(reg(?:ular|ularly)?\.? [£$₹]"
    r"|\boffer (?:[\p{L}\d]+ ){1,4}(?:tak|till|until)\b|\bsirf (?:₹ ?|rs\.? ?)?\d{2,5}(?:/-)? (?:mein|me"
    r"|rupaye|rupees|rs)\b"
    r"|\bbogo\b|\bsave (?:up to )?(?:[£$₹€]|rs\.?) ?\d|\b(?:refer|bring) a (?:friend|neighbou?r|colleague"
    r"|family member)\b"
    r"|\bfirst \d+ (?:people|callers|bookings|customers)(?: only| get)\b"
    r"|\b(?:republic day|independence day|new year|valentine(?:'s)?(?: day)?|summer|winter|eid|holi|navratri"
    r"|women's day"
    r"|mother's day|father's day|christmas|spring|weekend) (?:special )?(?:offer|deal|sale|discount"
    r"|package)s?\b"
    r"|(?:[£$₹€]|\brs\.?) ?\d[\d,]*(?: only|/-)?\b[^.!?\n]{0,50}\((?:worth|mrp|usually|was)\b"
    r"|(?<![\p{L}\p{M}])(?:पहले \d+ (?:मरीज़ों|मरीजों|लोगों|रोगियों)|सीमित समय|विशेष छूट"
    r"|भारी छूट)(?![\p{L}\p{M}])"
    r"|\bhalf price\b|\bwin a\b|(?<![\p{L}\p{M}])(?:छूट|मुफ़्त परामर्श|मुफ्त परामर्श"
    r"|लकी ड्रॉ)(?![\p{L}\p{M}])"
)
AGAINST_INDUCEMENT = regex.compile(
    r"\b(?:government|ayushman|jan aushadhi|scheme|railway|senior citizens?' fare)\b"
)

SHARE = r"(?:like|share|follow|tag|comment|subscribe)"
BOUGHT = regex.compile(
    r"\bfollow[- ](?:for|4)[- ]follow\b|\b(?:f4f|l4l|follow back|followback|like[- ]for[- ]like)\b"
    rf"|\bgiveaway\b|\b{SHARE}(?:,? (?:and|&)? ?{SHARE}){{0,4}}+[^.!?\n]{{0,40}}\b(?:to win|and win|to enter"
    rf"|win a|for a chance|be entered|drawing|raffle|prizes?|jee?t\p{{L}}+|inaam)\b"
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
    patterns = (TESTIMONIAL, PASSED_ON, WISHED_FOR)
    for span in outermost(Span(*match.span()) for pattern in patterns for match in reading.find(pattern)):
        if not reading.is_cautioned(span):
            yield Hit(span)


@rule("C06")
def inducement(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A price, a gift or a game that draws patients."""
    for match in reading.find(INDUCEMENT):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        is_public = AGAINST_INDUCEMENT.search(reading.low, sentence.start, sentence.end)
        if not is_public and not reading.is_cautioned(span):
            yield Hit(span)


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
        found = (next(reading.find(pattern), None) for pattern in (any_of(*listed("surgical")), OPERATION))
        match = next(filter(None, found), None)
        if match:
            yield Hit(Span(*match.span()))
