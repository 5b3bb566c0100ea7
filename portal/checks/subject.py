"""Of whom a text speaks: the ways in which doctors tell of one person who is ill.

Each pattern is read in small letters, but for the first, in which M and F are sexes.
"""

import regex

from portal.checks.alternatives import Alternatives

# "91F with a fracture", "45/M, came with fits".
BY_AGE_AND_SEX = Alternatives(
    r"(?<![\w₹$£€.,/-])\d{1,3} ?/? ?[MF]\b(?=\s*(?:,|:|-|\||with\b|w/|admitted|presented|presents|came|c/o"
    r"|k/c/o|h/o|p/w|pt\b|operated|post|diagnosed))"
    r"|(?<![\w-])\d{1,3} ?(?:yr|yrs|y/o|yo)\b(?: ?old)?\s*(?:[MmFf]\b|male|female|man|woman|lady|gentleman)"
)
# "She was discharged": it is one person, and ill.
BY_PRONOUN = Alternatives(
    r"\b(?:he|she) (?:was|is|had been|has been|got) (?:\p{L}+ly )?(?:admitted|discharged|diagnosed|operated"
    r"|treated|referred|rushed|brought|intubated|ventilated|transfused)\b"
    r"|\b(?:he|she) (?:came|presented|walked in|collapsed|recovered|delivered) (?:to|with|after|from|in)\b"
    r"|\b(?:i|we) (?:have |just )?(?:operated|treated|admitted|diagnosed|delivered|discharged|saw"
    r"|looked after|cared for) (?:on |upon )?(?:an?|this|one|her|him|my)\b"
    r"|\b(?:operated|saw|met|treated|looked after) (?:on |upon )?an? \d"
    # "A 94 y/o fighter in my ward", "is on my operating table".
    r"|\b\d{1,3}(?:[- ]years?[- ]old| ?y/?o)\b[^.!?\n]{0,60}\b(?:in|into|on|to) (?:my|our) (?:ward|icu|opd"
    r"|theatre|operating table|table|clinic)\b"
    r"|\b(?:is|he's|she's) (?:now |still |himself |herself )?(?:in (?:my|our|the) (?:ccu|hdu|itu)\b"
    r"|on (?:my|our) (?:operating )?table|in (?:my|our) (?:ward"
    r"|icu))\b"
    r"|\b(?:my|our) (?:first|second|third|bravest|toughest|favou?rite|sickest) (?:ever )?patient\b"
    r"|\b(?:got|has|had|received) (?:his|her) (?:biopsy|scan|mri|ct|blood|test|lab|pathology|x-ray)"
    r" (?:results?|reports?)\b"
    r"|\byou (?:were|are) (?:such )?an? (?:\p{L}+ )?patient (?:today|of (?:mine|ours))\b"
    r"|\ba \d{1,3}[- ]years?[- ]old\b[^.!?\n]{0,60}\b(?:was )?(?:admitted|underwent|operated|brought"
    r"|presented)\b"
)
ILLNESS = (
    r"(?:stroke|heart attack|seizure|fit|fall|bleed|h(?:a)?emorrhage|cardiac arrest|m\.?i\.?|baby|scan|biopsy"
    r"|c-section)"
)
TREATMENT = (
    r"(?:surgery|operation|transplant|replacement|bypass|angioplasty|stent|pacemaker|chemo|chemotherapy"
    r"|radiotherapy|dialysis|c-section|delivery|discharge)"
)
# "She had her stroke", "since his valve replacement", "he coded".
BY_ILLNESS = Alternatives(
    rf"\b(?:he|she) (?:\p{{L}}+ly )?(?:had|suffered|got|survived) (?:an?|her|his) (?:\p{{L}}+ )?"
    rf"(?:{ILLNESS}|{TREATMENT})\b"
    rf"|\b(?:his|her) (?:[\p{{L}}-]+ ){{0,2}}{TREATMENT}\b"
    r"|\bwho (?:had|suffered|survived) (?:his|her) |\brang the bell\b|\b(?:last|final|first) chemo\b"
    r"|\bwe (?:lost|saved|revived) (?:him|her)\b"
    r"|\b(?:he|she) (?:coded|arrested|flatlined|gave birth|went into labou?r|was thrombolysed)\b"
)
# Myomectomy, rhinoplasty, craniotomy: no list has them all.
OPERATION = regex.compile(r"\b\p{L}{3,}(?:ectomy|plasty|otomy|ostomy|opexy|desis)\b")
NOT_ONE = (
    r"(?:portal|participation|education|information|groups?|leaflets?|lists?|care|safety|support|experience"
    r"|feedback|app|forum|rights|charter|surveys?|transport|numbers|base|population|centre|center|community"
    r"|satisfaction|advocates?|stories|days?|week|records?|journey|line|flow|load)"
)
# "A frail patient", "our little patient"; "a new patient" is nobody yet.
BY_DESCRIPTION = Alternatives(
    r"\b(?:my|our|this|that|an?|another) (?!(?:new|typical|single|average|good|difficult|potential|nhs)\b)"
    rf"(?:[\p{{L}}-]+ ){{1,2}}?patient\b(?!['’-]|s\b| {NOT_ONE}\b)(?= (?:who|was|had|came|with|of|at|in|from"
    r"|on|today|yesterday|lives|named|called)\b|[.,!:])"
    r"|\bhome visit (?:to|for) (?:the|an?|our|my)\b"
    r"|\b(?:patient|pt)\.? (?:resides|lives|stays|lived|died|coded|gave birth|survived|collapsed)\b"
)
# One person's way to the door: people in the plural come to the clinic all the time.
BY_ARRIVAL = Alternatives(
    r"(?<!\b(?:patients|people|they|we|you|who|all|many|families|students|visitors|children|colleagues"
    r"|nurses|team|i) )"
    r"\b(?:walked|came|limped|was (?:brought|rushed|wheeled|carried|flown|transferred|referred))"
    r" (?:back )?(?:in|into|to) (?:us|me|(?:our|my|the) (?:opd|icu|nicu|er|ed|casualty|a&e|ward|clinic"
    r"|cath lab|surgery|emergency))\b"
    r"|\b(?:walked|limped|staggered|came|was (?:rushed|brought|wheeled)) into (?:casualty|a&e|emergency"
    r"|opd|labou?r ward)\b"
    r"|(?<!\b(?:patients|people|they|we|you|who|all|many|families|children) )\bcame in with an?\b"
    r"|\b(?:went home|goes home|going home|discharged) from (?:our|my) (?:nicu|icu|ward|hospital|unit)\b"
)
OF_AGE_IN_HINDI = (
    r"(?:साल|वर्ष|बरस|saal|sal|varsh) (?:के|की|का|ke|ki|ka) (?!उम्र|आयु|बाद|बच्चों|umr|umar|baad|bachchon"
    r"|bachon|log)"
)
BY_AGE_IN_HINDI = Alternatives(
    rf"\b\d{{1,3}} {OF_AGE_IN_HINDI}(?:[\p{{L}}\p{{M}}]+ ){{0,4}}(?:ko|ne|की|को|ने)(?![\p{{L}}\p{{M}}])"
    r"|\b\d{1,3} (?:वर्षीय|varshiya)\b"
    r"|(?<![\p{L}\p{M}])(?:मरीज़|मरीज|रोगी|पेशेंट) (?:ने|को|की|का|के)(?! लिए)(?![\p{L}\p{M}])"
    r"|\b(?:hamare|hamari|hamara|mere|meri|mera|ek|is|iss|us) (?:\p{L}+ )?(?:mareez|mariz|patient|pt)\b(?!s)"
    r"|\b(?:mareez|mariz|patient|pt) (?:ne|ko|icu mein|bharti)\b"
)

IN_CAPITALS = (BY_AGE_AND_SEX,)
IN_SMALL = (BY_PRONOUN, BY_ILLNESS, BY_DESCRIPTION, BY_ARRIVAL, BY_AGE_IN_HINDI)
