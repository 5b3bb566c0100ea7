"""Emergencies that a post speaks of without saying where to turn."""

from collections.abc import Iterator

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Pack, Piece
from portal.checks.words import any_of, listed

# The body's own alarms, however they are described.
PAIN = (
    r"(?:pain|pains|pressure|tightness|heaviness|discomfort|squeezing|crushing|burning|ache|dabav|dard"
    r"|bhaari\p{L}*)"
)
SIGN_OF_DANGER = Alternatives(
    rf"\b{PAIN} (?:\p{{L}}+ ){{0,5}}?chest\b|\bchest (?:\p{{L}}+ ){{0,2}}?{PAIN}\b|\b(?:elephant|weight"
    r"|stone|brick) (?:is |was |sitting )*on (?:my|your|the|his|her) chest\b|\b(?:seene|chhati"
    rf"|chaati) (?:mein|me) (?:\p{{L}}+ ){{0,2}}?{PAIN}\b"
    r"|\b(?:face|mouth|smile) (?:\p{L}+ )?(?:droop\p{L}*|slips?|sags?|falls? to one side|dropped"
    r"|crooked)\b|\b(?:one|left|right) (?:side|arm|leg) (?:\p{L}+ ){0,3}?(?:weak|numb|limp|won't move"
    r"|goes dead|paralysed|paralyzed)\b|\b(?:weakness|numbness) (?:of|in|on|down) (?:\p{L}+ )?one side\b"
    r"|\b(?:speech|words) (?:\p{L}+ ){0,3}?(?:slurred|garbled|muddled|jumbled)\b|\b(?:worst"
    r"|thunderclap) headache\b|\b(?:lips|fingers|skin|face) (?:\p{L}+ ){0,2}?(?:turn(?:s|ed|ing)?|go(?:es"
    r"|ing)?|went) blue\b|\b(?:stopped|stops|struggl\p{L}+|fighting|gasping) (?:breathing|to breathe"
    r"|for (?:breath|air))\b"
    r"|\b(?:throat|tongue|lips) (?:\p{L}+ ){0,2}?(?:swell\p{L}*|closing|closes)\b|\b(?:swallow\p{L}*|ate"
    r"|drank) (?:\p{L}+ ){0,4}?(?:battery|bleach|poison|pesticide|magnets?|rat poison|phenyl|acid)\b"
    r"|\b(?:soak\p{L}*|bleed\p{L}*) (?:through|a pad|heavily|won't stop|that (?:won't|will not) stop)\b"
    r"|\b(?:life|living) (?:is(?:n't| not)?|feels) (?:\p{L}+ )?(?:not worth|pointless|worthless"
    r"|meaningless|unbearable)\b|\b(?:thoughts?|thinking|idea) (?:of|about) (?:ending|suicide|dying|death"
    r"|not being here|harming)\b|\b(?:wish(?:es|ed)? (?:i|he|she|they) (?:was|were|had) (?:dead|never))\b"
    r"|\b(?:baby|bump) (?:\p{L}+ ){0,2}?(?:stopped|stops|not|isn't|less) mov\p{L}+\b"
)
HELP: dict[Pack, str] = {
    "IN": "In an emergency call 112. Tele-MANAS listens day and night: 14416.",
    "IN-strict": "In an emergency call 112. Tele-MANAS listens day and night: 14416.",
    "GB": "In an emergency call 999. For advice call 111. Samaritans: 116 123.",
    "US": "In an emergency call 911. In a crisis call or text 988.",
}


@rule("E01")
def emergency_without_direction(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """An emergency is spoken of, and nobody is told where to turn."""
    if piece.kind != "text" or any_of(*listed("directions")).search(reading.low):
        return
    found = (
        next(reading.find(pattern), None) for pattern in (any_of(*listed("emergencies")), SIGN_OF_DANGER)
    )
    if match := next(filter(None, found), None):
        yield Hit(Span(*match.span()), suggestion=f"Add: “{HELP[around.pack]}”")
