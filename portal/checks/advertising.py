"""Ways of drawing patients that the rules of the profession restrict."""

from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.subject import OPERATION
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

BEFORE_AFTER = Alternatives(
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
# One picture beside the other, each of its own time.
SIDE_BY_SIDE = Alternatives(
    r"\b(?:first|left|top|1st|upper|old) (?:photo|picture|pic|image|slide|side"
    r"|one)\b[^\n]{0,120}\b(?:second|right|bottom|2nd|lower|last|new|next) (?:photo|picture|pic|image"
    r"|slide|side|one)\b"
    r"|\b(?:on )?the left\b[^\n]{0,120}\b(?:on )?the right\b|\b(?:swipe|scroll"
    r"|slide)\b[^\n]{0,80}\b(?:difference|result|results|reveal|glow ?up|transformation|after|now|change"
    r"|today)\b"
    r"|\b(?:notice|see|spot|look at|check out|can you see) the (?:difference|change|transformation)\b"
    r"|\b(?:the )?(?:before|after)s?\b[^\n]{0,60}\b(?:the )?(?:after|before)s?\b(?= (?:photo|picture|pic"
    r"|shot|image|look)s?)"
    r"|\b(?:week|month|day|session|sitting|visit) (?:\d+|one|zero)\b[^\n.]{0,40}\b(?:week|month|day"
    r"|session|sitting|visit) (?:\d+|\p{L}+)\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov"
    r"|dec)\p{L}* (?:vs\.?|to|→|->|➡) (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"|\b(?:pehle|pahle|phle)\b[^\n.]{0,50}\b(?:ab|baad|bad mein|aaj)\b"
    r"|(?<![\p{L}\p{M}])पहले[^।\n]{0,50}(?<![\p{L}\p{M}])(?:अब|बाद में|आज)(?![\p{L}\p{M}])"
    r"|\bthen, [^.\n]{0,30}\bnow\b|\b(?:these|those|the) two (?:smiles|photos|pictures|pics|faces|noses"
    r"|images|selfies|scans)\b"
    r"|\b(?:guess|spot|how many) (?:the )?(?:weeks|months|difference|years|sessions)\b|\b(?:was"
    r"|were) like this\b[^\n]{0,60}\bnow\b|\bkaya ?palat\b|\b(?:pre|before)[- ]?(?:op"
    r"|treatment)?\b ?(?:and|&|/|vs\.?|→|->) ?(?:post|after)[- ]?(?:op|treatment)?\b(?! (?:meals?|food"
    r"|exercise|workout))"
)
# Of a picture it must be, or of one patient: "eat before, walk after" is advice.
SHOWN = regex.compile(
    r"\b(?:photos?|pictures?|pics?|images?|slides?|swipe|scroll|look|see|patient'?s?|her|his|my|our|result"
    r"|results|sittings?|sessions?)\b|📸|👉|➡|(?<![\p{L}\p{M}])(?:मरीज़?|तस्वीर|फोटो)(?![\p{L}\p{M}])"
)
TWO_PICTURES = 2
COSMETIC_WITHIN = 12

INDUCEMENT = Alternatives(
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
    r"|\bbogo\b|\bsave (?:up to )?(?:[£$₹€]|rs\.?) ?\d|\brefer a (?:friend|neighbou?r|colleague"
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
FOR_LESS = r"(?:fees?|price|cost|rate|charges?|keemat|kimat|daam|fees|bill|mrp)"
WHAT_IS_SOLD = (
    r"(?:check-?ups?|consultations?|opd|scans?|ecgs?|x-?rays?|tests?|whitening|cleaning|scaling|sessions?"
    r"|sittings?|visits?|packages?|follow-?ups?|botox|fillers?|lasers?|braces|implants?|lipid profile"
    r"|sugar tests?|sugar check|echo|tmt|hba1c|exams?|physicals?|smears?|screening|jaanch|janch"
    r"|hydrafacial|facial|aligners?|ultrasound|consult|appointment|treatment|surgery)"
)
# A price that falls, a thing that comes on top, a door that closes: whatever the words around it are.
SWEETENED = Alternatives(
    r"\b(?:half|aadhi|adhi|aadhe|slashed|reduced|lowered|discounted|introductory|special|unbeatable|lowest"
    r"|rock[- ]bottom|throwaway) (?:of )?(?:the |our |your )?(?:usual |normal |regular "
    rf"|opening )?{FOR_LESS}\b(?! of\b)"
    rf"|\b{FOR_LESS} (?:is |are |mein |me |par |pe )?(?:halved|waived|maaf|slashed|half|aadh[aie]|kam"
    r"|dropped|cut by|reduced by|reduced to)\b|\b(?:waiv(?:e|ing)|halv(?:e|ing)|slash(?:ing)?"
    rf"|knock(?:ing)?) (?:the |our |your |all )?(?:\p{{L}}+ )?{FOR_LESS}\b"
    r"|\b(?:\d{1,2} ?(?:%|percent|per cent|pratishat)|half|twenty percent|fifty percent|a third"
    r"|a quarter) (?:off|less|chhoot|chhut|chhoot|discount|reduction|kam)\b|(?:[£$₹€]"
    r"|\brs\.?) ?\d[\d,]* (?:less|discount|cheaper|chhoot)\b"
    r"|\b(?:knock|take|get|save|shave) (?:\p{L}+ )?(?:[£$₹€]? ?\d[\d,]*|ten|fifteen|twenty|thirty|fifty"
    r"|hundred) ?(?:quid|pounds?|dollars?|bucks|rupees|rs|percent|per cent|%)? off\b|\b(?:quote|mention"
    r"|show|say|use|tell us) (?:this post |the (?:code|word) |code |this ad "
    r"|this message )?(?:\p{L}{3,}\d* )?(?:when|while) you (?:ring|call|book|come|visit|arrive)\b"
    r"|(?:[£$₹€]|\brs\.?|\binr) ?\d[\d,]*(?:/-)?(?: \p{L}+)? (?:down from|\(?was"
    r"|ki jagah|ke bajay)\b|\b(?:ki jagah|ke bajay|down from) (?:the usual )?(?:[£$₹€]|rs\.?|inr) ?\d"
    r"|\b\d[\d,]* (?:rupaye |rs |rupees )?ki jagah\b"
    r"|\b(?:two|2|three|3|four|4) (?:\p{L}+ ){0,3}for the price of (?:one|two|three|1|2|3)\b"
    r"|\brefer (?:two|three|\d|your|some) (?:friends|people|neighbou?rs|families)\b|\b(?:consultation"
    r"|visit|opd|appointment) (?:is|will be|gets?) (?:waived|free)\b"
    r"|\b(?:two|2|three|3) (?:\p{L}+ ?){1,2},? (?:for |at )?(?:one|1|single) (?:price|fee)\b|\b(?:you|one"
    r"|first) pays?,? (?:she|he|they|second|the other|your \p{L}+) (?:plays?|gets?|is free|goes free"
    r"|enjoys?)\b"
    r"|(?<!\b(?:chai|tea|coffee|water|biscuits|samosas?|cake|lunch|breakfast|snacks|drinks"
    r"|parking) )\b(?:is|are|comes?|goes|hers|his|theirs|second|next|one|it's|that's|first|consult\p{L}*"
    r"|visit) on (?:us|the house)\b|\bour treat\b"
    r"|\b(?:free|muft|complimentary|gratis|no charge"
    rf"|bilkul free) (?:\p{{L}}+ ){{0,3}}?{WHAT_IS_SOLD}(?: \p{{L}}+)? (?:with|for (?:every|each|all"
    r"|the first|new)|when you|if you|on (?:every|booking|your)|worth|till|until|this (?:week|weekend"
    r"|month)|today only|only)\b"
    rf"|\b{WHAT_IS_SOLD} (?:bi?lkul |ekdum )?(?:muft|free|complimentary)\b(?! (?:from"
    r"|at (?:the )?(?:government|phc|civil)|under|on the nhs|for (?:everyone|all|children|pregnant)|of"
    r"|to (?:all|every)))|\bke saath (?:\p{L}+ ){0,4}(?:muft|free)\b"
    r"|\b(?:sirf|only|just|pehle|pahle|first) (?:the )?(?:first )?\d{1,4} (?:logon|log|mareezon|patients?"
    r"|people|bookings?|callers?|families|women|couples|registrations?) (?:ke liye|ko|only|get|will get"
    r"|pay|free|muft)\b|\bfor the first (?:\d+|ten|twenty|fifty|hundred)\b"
    r"|\b(?:dhamaka|dhamaal|maha ?bachat|bachat|mahabachat|loot lo|bumper|mega sale|flash sale|early bird"
    r"|happy hours?|price drop|combo|buy now|pay later|no[- ]cost emi|scratch card|loyalty (?:card|points)"
    r"|reward points|earn points|raffle|door prize|goodie bag|freebies?|giveaway)\b"
    r"|\b(?:bring|tag along|come with) (?:a |an |your |along a )(?:friend|mum|mom|sister|spouse|partner"
    r"|neighbou?r|colleague|wife|husband|mother|family)\b[^\n]{0,60}\b(?:free|off|half|on us|save|pay|get"
    r"|both of you|muft|discount|complimentary)\b"
    r"|\b(?:pay|paying) (?:only )?(?:for )?(?:one|1|half|just|only) (?:and |& )?(?:get|[£$₹]|rs|\d)"
    r"|\b(?:get|kids?|children|second|third|partner) (?:\p{L}+ )?(?:goes |go |is |are |comes? "
    r"|treated )(?:absolutely )?free\b|\bat no (?:extra )?(?:cost|charge) (?:with|when|if|until|till"
    r"|this)\b"
    r"|\b(?:hurry|jaldi kar\p{L}+|jaldi aa\p{L}+|limited (?:slots|seats|spots|places)"
    r"|spots? (?:are )?(?:filling|limited)|last few (?:slots|spots|places)|ends (?:sunday|monday|tonight"
    r"|this|on the)|offer)\b[^.!?\n]{0,60}(?:[£$₹€] ?\d|\brs\.? ?\d|\bfree\b|\bmuft\b|\boff\b|\bprice)"
    r"|(?<![\p{L}\p{M}])(?:मुफ़्त|मुफ्त|फ्री) (?:[\p{L}\p{M}]+ )?(?:चेकअप|जाँच|जांच|ईसीजी|सलाह|इलाज"
    r"|दवा)[^।\n]{0,40}(?:सिर्फ|केवल|पहले|साथ|तक)|(?:सिर्फ|केवल|पहले) \d+ (?:लोगों|मरीज़ों|मरीजों)"
    r"|(?<![\p{L}\p{M}])(?:आधी कीमत|आधे दाम|आधी फीस|धमाका ऑफर|बंपर ऑफर|भारी डिस्काउंट"
    r"|डिस्काउंट)(?![\p{L}\p{M}])"
)
AGAINST_INDUCEMENT = regex.compile(
    r"\b(?:government|ayushman|jan aushadhi|scheme|railway|senior citizens?' fare)\b"
)

SHARE = r"(?:like|share|follow|tag|comment|subscribe)"
BOUGHT = Alternatives(
    r"\b(?:i|we)(?:'ll| will)? (?:always )?follow (?:you|u|everyone|all)? ?back\b|\bfollow (?:me|us"
    r"|this page) and (?:i|we)\b|\b(?:like|follow|comment|share) ?(?:for|4|=) ?(?:like|follow|comment"
    r"|share)s?\b|\bsub(?:scribe)? ?(?:for|4) ?sub\b|\bfollow train\b|\bgain followers\b"
    r"|\bfollow karo,? (?:follow )?(?:back )?(?:hum|main|lo)\b"
    r"|\bfollow[- ](?:for|4)[- ]follow\b|\b(?:f4f|l4l|follow back|followback|like[- ]for[- ]like)\b"
    rf"|\bgiveaway\b|\b{SHARE}(?:,? (?:and|&)? ?{SHARE}){{0,4}}+[^.!?\n]{{0,40}}\b(?:to win|and win|to enter"
    rf"|win a|for a chance|be entered|drawing|raffle|prizes?|jee?t\p{{L}}+|inaam)\b"
    r"|\btag \d+ (?:friends|people)\b|\bbuy (?:followers|likes)\b"
)


@rule("C04")
def before_and_after(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Before and after, of a body: words beside a cosmetic or surgical term, or two pictures."""
    terms = [Span(*match.span()) for match in reading.find(any_of(*listed("cosmetic")))]
    found: list[Span] = []
    is_pair = len(around.draft.pictures) >= TWO_PICTURES
    for match in reading.find(BEFORE_AFTER):
        span = Span(*match.span())
        if is_pair or reading.near(span, terms, COSMETIC_WITHIN):
            found.append(span)
            yield Hit(span)
    for match in reading.find(SIDE_BY_SIDE):
        span = Span(*match.span())
        is_new = not any(one.start < span.end and span.start < one.end for one in found)
        if is_new and reading.near(span, terms, COSMETIC_WITHIN) and SHOWN.search(reading.low):
            yield Hit(span)


@rule("C06")
def inducement(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A price, a gift or a game that draws patients."""
    patterns = (INDUCEMENT, SWEETENED)
    for span in outermost(Span(*match.span()) for pattern in patterns for match in reading.find(pattern)):
        sentence = reading.sentence_of(span)
        is_public = AGAINST_INDUCEMENT.search(reading.low, sentence.start, sentence.end)
        if not is_public and not reading.is_cautioned(span):
            yield Hit(span)


BOY = (
    r"(?:boys?|sons?|male|males|beta|bete|ladka|ladke|putra|prince|king|blue|xy|laddu|ladoo|laddoo|pedha"
    r"|peda)"
)
GIRL = (
    r"(?:girls?|daughters?|female|females|beti|betiyan|ladki|putri|princess|queen|pink|xx|jalebi|barfi"
    r"|rasgulla)"
)
BOY_OR_GIRL = regex.compile(
    rf"\b(?:{BOY} (?:\p{{L}}+ )?(?:or|ya|/|vs\.?) (?:an? )?(?:\p{{L}}+ )?{GIRL}|{GIRL} (?:\p{{L}}+ )?(?:or"
    rf"|ya|/|vs\.?) (?:an? )?(?:\p{{L}}+ )?{BOY})\b|\b(?:his or hers|gender|baby's sex|sex of (?:the|your"
    r"|my) (?:baby|child|bump|foetus|fetus|little one))\b"
)
# What is done to tell, and where; "whether a boy or a girl, vaccinate" tells nothing.
TOLD_BEFORE_BIRTH = regex.compile(
    r"\b(?:know|find out|tell|tells|told|see|shows?|check|reveal\p{L}*|confirm|choose|choosing|want"
    r"|select\p{L}*|plan\p{L}*|pick|guess|predict\p{L}*|dm|come|call|book|ishara|hint|signal|pata"
    r"|jaan\p{L}*|chah\p{L}+|bata\p{L}+)\b"
)
BEFORE_BIRTH = regex.compile(
    r"\b(?:scans?|ultrasound|sonograph\p{L}*|4d|3d|5d|nipt|weeks|week|womb|bump|unborn|expecting"
    r"|pregnan\p{L}+|ivf|embryos?|conceiv\p{L}+|blood test|machine|pet mein|garbh\p{L}*|before birth"
    r"|anomaly|heartbeat)\b"
)


@rule("C09")
def sex_determination(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An offer to tell or choose a baby's sex; the notice that the law asks clinics to show passes."""
    told = {Span(*match.span()) for match in reading.find(any_of(*listed("sex_determination")))}
    told |= {
        Span(*match.span())
        for match in reading.find(BOY_OR_GIRL)
        if _is_told_early(reading, Span(*match.span()))
    }
    for span in outermost(told):
        sentence = reading.sentence_of(span)
        # "Sex determination. It is a crime": the notice may end in the next sentence.
        behind = reading.sentence_of(Span(sentence.end, sentence.end))
        if not any_of(*listed("law_notices")).search(reading.low, sentence.start, behind.end):
            yield Hit(span)


def _is_told_early(reading: Reading, span: Span) -> bool:
    """Whether it is told or chosen before birth, in this sentence or the next."""
    sentence = reading.sentence_of(span)
    behind = reading.sentence_of(Span(sentence.end, sentence.end))
    here = (sentence.start, behind.end)
    return bool(TOLD_BEFORE_BIRTH.search(reading.low, *here) and BEFORE_BIRTH.search(reading.low, *here))


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
