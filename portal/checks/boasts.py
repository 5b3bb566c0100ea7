"""Praise of one's own practice above others."""

from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

PRAISE = (
    r"(?:best|no\.? ?1|no\.? ?one|number (?:one|1)|# ?1|top(?: ?\d+)?|topmost|leading|finest"
    r"|most (?:trusted|loved|visited|preferred|recommended|awarded|respected|popular|sought[- ]after"
    r"|reputed)"
    r"|most experienced|safest|only"
    r"|world[- ]class|world[- ]famous|renowned|unmatched|unrivalled|greatest|most advanced|sabse accha"
    r"|sabse achha)"
)
PRACTICE = (
    r"(?:doctor|doc|daktar|surgeon|clinic|hospital|\p{L}+ologist|\p{L}+iatrist|\p{L}+iatrician|orthodontist"
    r"|cardiologist|dermatologist|dentist|orthop(?:a)?edic"
    r"|orthop(?:a)?edician"
    r"|neurologist|p(?:a)?ediatrician|gyn(?:a)?ecologist|ophthalmologist|urologist|oncologist"
    r"|psychiatrist|physician"
    r"|specialist|treatment|centre|center|physiotherapist|eye care|dental care|icu|nursing home"
    r"|gps?|ivf centre|lab|team of doctors)"
)
SUPERLATIVE = Alternatives(
    rf"(?<![\p{{L}}\p{{M}}-]){PRAISE}\s(?:[\p{{L}}'-]+\s){{0,2}}{PRACTICE}s?\b(?! (?:agree|say|recommend"
    rf"|for you\b|can\b|we have\b|there is\b|available\b|known\b))"
    r"(?![^.!?\n]{0,40}\bis (?:an?|the one|your|you|sleep|prevention)\b)"
    r"|\bbetter than any (?:\p{L}+ )?(?:doctor|surgeon|clinic|hospital|dentist|specialist)s?\b"
    r"|\bbetter than (?:dr\b\.?|doctor|other|any other|all other|most)(?: \p{L}+){0,2}"
    r"|\bbetter than (?:our competitors|the competition|the (?:one|clinic|hospital|practice|surgery|doctor)s?"
    r" (?:down|across|next|round|over))\b"
    # "Best practice" and "top surgery" are something else.
    r"|\bwe (?:are|have been)(?: voted| named)? (?:the |\p{L}+['’]s )?(?:leading|best|finest|top"
    r"|most trusted) (?:\p{L}+ )?(?:surgery|practice)\b"
    r"|(?<![\p{L}\p{M}])(?:सबसे अच्छा|सबसे अच्छे|नंबर 1|नंबर वन|सर्वश्रेष्ठ)(?![\p{L}\p{M}])"
)
# Words that boast of a team or a service; "the best team" is only thanks.
BOAST = Alternatives(
    r"\b(?:leading|most trusted|most experienced|most advanced|top[- ]rated|highest[- ]rated|premier|foremost"
    r"|no\.? ?1|number one|finest|biggest|largest) (?:[\p{L}'-]+ ){0,3}(?:team|service|gps?|provider|practice"
    r"|surgery|facility|unit|clinics?|hospitals?|cent(?:er|re)s?|doctors?|surgeons?)\b(?! (?:say|agree"
    r"|recommend))"
    r"|\b(?:unrivall?ed|unmatched|unparalleled|unbeatable|second to none|like no other|in a class of (?:our"
    r"|its) own"
    r"|(?:number one|no\.? ?1) in (?:\p{L}+ ){0,3}(?:care|treatment|surgery|health)|aur kahin nahi"
    r"|kahin aur nahi"
    r"|(?:nobody|no one|no other \p{L}+)\b[^.!?\n]{0,40}\b(?:does (?:it|this)|has|have|gets?|offers?"
    r"|gives?) better|others still|nowhere else)\b"
    r"|\b(?:sabse (?:\p{L}+ (?:aur )?)?|sab se (?:\p{L}+ (?:aur )?)?)(?:[\p{L}'-]+ ){0,3}(?:hospital|clinic"
    r"|cent(?:er|re)|doctor|daktar|aspatal|surgeon|specialist|ilaa?j|team|lab)\b"
    r"|(?<![\p{L}\p{M}])(?:सबसे (?:बड़ा|बड़े|बेहतरीन|बेहतर|अनुभवी|भरोसेमंद|बढ़िया)|सर्वोत्तम|बेहतरीन)"
    r" (?:[\p{L}\p{M}]+ ){0,4}(?:अस्पताल|क्लिनिक|डॉक्टर|सेंटर|केंद्र|इलाज|विशेषज्ञ|टीम)(?![\p{L}\p{M}])"
)
# Above all others in so many words: the comparison itself says who is meant.
ABOVE_OTHERS = Alternatives(
    r"\b(?:nobody|no one|no other \p{L}+|no \p{L}+ (?:in|around)|few|not many"
    r"|none)\b[^.!?\n]{0,60}\b(?:\p{L}{3,}er|more \p{L}+|better|as \p{L}+|like"
    r"|the way) (?:[\p{L}'-]+ ){0,3}(?:than|as|like|the way)? ?(?:we|us|our|me|i|mine|ours"
    r"|dr \p{L}+)(?: do| does| are| can)?\b"
    r"|\b(?:second to none|unrivall?ed|unmatched|unparalleled|unbeatable|peerless|in a league of (?:our"
    r"|its|his|her) own|head and shoulders above|a cut above|par excellence|without equal|beats? (?:all"
    r"|every|any) other)\b"
    r"|\b(?:hamare|hamari|hamara|mere|inke|unke|dr\.? \p{L}+) jais[aei] (?:[\p{L}'-]+ ){0,3}?(?:kahin|koi"
    r"|kisi|dusr[aei]|aur|poore)\b[^.!?\n]{0,30}\b(?:nahin?|na)\b|\b(?:kahin"
    r"|koi) (?:aur )?(?:[\p{L}'-]+ ){0,3}(?:muqabla|mukabla|barabari|takkar) nahin?\b"
    r"|\b(?:nambar|number|no\.?|#) ?(?:ek|1|one) (?:doctor|daktar|hospital|clinic|surgeon|team|lab"
    r"|cent(?:er|re)|dentist|\p{L}+ologist)\b|\b(?:city|town|area|ilake|sheher|shahar|shehar|state"
    r"|district|zile)(?:'s)? (?:ka |ke |ki |mein )?(?:sabse|no\.? ?1|number one|best|top|finest)\b"
    r"|\b(?:the )?(?:best|finest|top|leading|safest|gentlest|fastest|kindest|cheapest|most \p{L}+|no\.? ?1"
    r"|only) (?:[\p{L}'-]+ ){0,4}(?:in|of|across) (?:the )?(?:city|town|area|district|region|state|country"
    r"|county|india|uk|britain|england|usa|america|world|asia|north|south|east|west|whole)\b"
    r"|\bonly (?:[\p{L}'-]+ ){0,2}(?:clinic|hospital|doctor|surgeon|cent(?:er|re)|practice|surgery"
    r"|\p{L}+ologist|team|lab|dentist|place|unit) (?:\p{L}+ ){0,3}(?:in|within|around|near|for miles"
    r"|to (?:offer|do|have|provide)|that (?:offers?|does|has)|offering|with)\b"
    r"|\bvoted (?:the |as |your )?(?:\p{L}+'?s )?(?:best|no\.? ?1|number one|top|favou?rite)\b|\b(?:keep"
    r"|wear|retain|hold) the (?:crown|top spot|number one)\b|\b(?:nobody|no one|none) (?:in|around|near"
    r"|for) [^.!?\n]{1,40}\b(?:the way|like|as well as|better than) (?:we|us|our|i|me)\b"
    r"|\b(?:far|much|way|clearly|simply|truly) (?:better|superior|ahead|above) (?:to |than |of )(?:all "
    r"|any |every |most )?(?:other|others|rest|competitors?|competition|corporate|the rest|any)\b"
    r"|\bbetter than (?:what )?(?:they|others|any other|the others|anyone|anywhere)\b|\b(?:outperforms?"
    r"|superior to|ahead of) (?:all |any |every |the )?(?:other|others|rest|competitors?|competition)\b"
    r"|(?<![\p{L}\p{M}])(?:हमारे जैसा|हमारे जैसी|इनके जैसा)[^।!?\n]{0,40}(?:कोई|कहीं)[^।!?\n]{0,20}नहीं"
    r"|(?<![\p{L}\p{M}])(?:शहर|जिले|ज़िले|इलाके|राज्य|देश|भारत) (?:का|की|के|में) (?:सबसे|नंबर|बेस्ट|टॉप"
    r"|सर्वश्रेष्ठ)(?![\p{L}\p{M}])"
)
PRACTICE_HERE = regex.compile(
    r"\b(?:we|we're|our|us|my|i|i'm|me|mine|hum|hamara|hamare|hamari|yahan|clinic|hospital|practice"
    rf"|surgery|dr)\b|\b{PRACTICE}s?\b|(?<![\p{{L}}\p{{M}}])(?:हमार[ाेी]|अस्पताल|क्लिनिक|डॉक्टर"
    r"|सेंटर)(?![\p{L}\p{M}])"
)
OURS = regex.compile(
    r"\b(?:we|we're|our|us|my|i|i'm|hum|hamara|hamare|hamari|yahan)\b|\b(?:clinic|hospital|cent(?:er|re)|care"
    r"|service|team|practice|surgery)\b|['’]s "
)
# "Second to none!", as a sentence of its own, is said of whoever speaks.
PRAISED_ALONE = regex.compile(
    r"\W*(?:simply |truly )?(?:second to none|unrivall?ed|unmatched|unbeatable|par excellence)\W*"
)
NOT_OURS = regex.compile(r"\b(?:find|choose|ask|see|your|the search for|how to)\b[^.!?]{0,20}$")
ONLY_CAN = regex.compile(r"only (?:a|your|doctors|specialists|physicians|treatment (?:is|for))\b")


@rule("C02")
def superlative(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A boast whose object is the doctor, the clinic or the treatment on offer."""
    found: list[Span] = []
    for match in reading.find(SUPERLATIVE):
        span = Span(*match.span())
        is_advice = NOT_OURS.search(reading.before(span.start)) or ONLY_CAN.match(reading.low, span.start)
        if not is_advice and not reading.is_cautioned(span):
            found.append(span)
            yield Hit(span)
    for match in reading.find(BOAST):
        span = Span(*match.span())
        is_advice = NOT_OURS.search(reading.before(span.start))
        is_new = not any(one.start < span.end and span.start < one.end for one in found)
        is_ours = OURS.search(reading.low, *reading.sentence_of(span))
        if is_new and is_ours and not is_advice and not reading.is_cautioned(span):
            found.append(span)
            yield Hit(span)
    for match in reading.find(ABOVE_OTHERS):
        span = Span(*match.span())
        is_new = not any(one.start < span.end and span.start < one.end for one in found)
        is_ours = PRACTICE_HERE.search(reading.low, *reading.sentence_of(span)) or PRAISED_ALONE.fullmatch(
            reading.low, *reading.sentence_of(span)
        )
        is_advice = NOT_OURS.search(reading.before(span.start)) or ONLY_CAN.match(reading.low, span.start)
        if is_new and is_ours and not is_advice and not reading.is_cautioned(span):
            yield Hit(span)
