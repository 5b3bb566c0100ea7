"""Praise of one's own practice above others."""

from collections.abc import Iterator

import regex

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

PRAISE = (
    r"(?:best|no\.? ?1|no\.? ?one|number (?:one|1)|# ?1|top(?: ?\d+)?|topmost|leading|finest|most trusted"
    r"|most experienced|safest|only"
    r"|world[- ]class|world[- ]famous|renowned|unmatched|unrivalled|greatest|most advanced|sabse accha"
    r"|sabse achha)"
)
PRACTICE = (
    r"(?:doctor|surgeon|clinic|hospital|\p{L}+ologist|\p{L}+iatrist|\p{L}+iatrician|orthodontist"
    r"|cardiologist|dermatologist|dentist|orthop(?:a)?edic"
    r"|orthop(?:a)?edician"
    r"|neurologist|p(?:a)?ediatrician|gyn(?:a)?ecologist|ophthalmologist|urologist|oncologist"
    r"|psychiatrist|physician"
    r"|specialist|treatment|centre|center|physiotherapist|eye care|dental care|icu|nursing home"
    r"|gps?|ivf centre|lab|team of doctors)"
)
SUPERLATIVE = regex.compile(
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
BOAST = regex.compile(
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
OURS = regex.compile(
    r"\b(?:we|we're|our|us|my|i|i'm|hum|hamara|hamare|hamari|yahan)\b|\b(?:clinic|hospital|cent(?:er|re)|care"
    r"|service|team|practice|surgery)\b|['’]s "
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
            yield Hit(span)
