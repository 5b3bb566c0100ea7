"""Promises of cure and boasts."""

from collections.abc import Iterator

import regex

from portal.checks.reading import LOOKS_BACK, Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

GUARANTEE_PATTERN = regex.compile(
    r"\b100 ?(?:%|percent|per cent) ?(?:\p{L}+ ){0,2}(?:cure|cured|cures|success|successful|results?|safe"
    r"|effective|relief"
    r"|recovery|painless"
    r"|guarantee|guaranteed|permanent|ilaa?j|asar|asardar|theek|thik|fayda|faayda|faida|safal|aaram|khatam"
    r"|gua?rantee|satisfaction guaranteed)\b|\b(?:cures?|relief|results?|success) (?:for sure|100 ?%)"
    r"|\b100 ?(?:%|percent|प्रतिशत|फीसदी|फ़ीसदी|परसेंट) (?:[\p{L}\p{M}]+ ){0,2}(?:असर|असरदार|कारगर|इलाज|ठीक"
    r"|फायदा|फ़ायदा|सफल"
    r"|सफलता|सुरक्षित|गारंटी|राहत|आराम|रिज़ल्ट|रिजल्ट|छुटकारा)(?![\p{L}\p{M}])"
    # A miracle that is sold, not that of birth.
    r"|\bmirac(?:le|ulous)(?!s? (?:of|that|on|worker))\b(?= (?:\p{L}+ )?(?:cure|treatment|remedy|drug|pill"
    r"|therapy"
    r"|medicine|diet|result|healing|oil|powder|herb|product|drink|recovery))"
    r"|\b(?:no|zero) risks?\b(?! (?:of|to get|that|when|for those))"
    r"|\b(?:permanent|lasting) solution (?:for|to) (?:your |all )?(?!a temporary)"
    r"|\b(?:always|completely|totally|entirely|absolutely|fully|100 ?%) (?:painless|pain[- ]free"
    r"|risk[- ]free|safe and painless)\b"
    r"|\b(?:assured|sure[- ]?shot|confirmed) (?:cure|results?|success|relief|ilaa?j)\b"
)
NEUTRAL_GUARANTEE = regex.compile(
    r"\b(?:employment|constitution|rights?|law|act|scheme|government|rural|mgnrega|minimum|income"
    r"|bank) (?:\p{L}+ )?$"
    r"|\b(?:if|whether|unless|until|when) (?:you|they|there|it|one|she|he)(?: (?:have|has|had|is|are|was"
    r"|were))? $"
    r"|\b(?:had|have had|reported|experienced) (?:almost )?$"
)
# "A guaranteed way to ruin your sleep" promises nothing good.
GUARANTEED_HARM = regex.compile(
    r" (?:way|recipe|method) (?:to|for) (?:ruin|spoil|wreck|harm|hurt|damage|fail|catch|get (?:sick|ill)"
    r"|lose sleep|make (?:it|things) worse)\b"
)

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
    r"|ivf centre|lab|team of doctors)"
)
SUPERLATIVE = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}]){PRAISE}\s(?:[\p{{L}}'-]+\s){{0,2}}{PRACTICE}s?\b(?! (?:agree|say|recommend"
    rf"|for you\b|can\b))"
    r"|\bbetter than any (?:\p{L}+ )?(?:doctor|surgeon|clinic|hospital|dentist|specialist)s?\b"
    r"|\bbetter than (?:dr\b\.?|doctor|other|any other|all other|most)(?: \p{L}+){0,2}"
    r"|\bbetter than (?:our competitors|the competition|the (?:one|clinic|hospital|practice|surgery|doctor)s?"
    r" (?:down|across|next|round|over))\b"
    # "Best practice" and "top surgery" are something else.
    r"|\bwe (?:are|have been)(?: voted| named)? (?:the |\p{L}+['’]s )?(?:leading|best|finest|top"
    r"|most trusted) (?:\p{L}+ )?(?:surgery|practice)\b"
    r"|(?<![\p{L}\p{M}])(?:सबसे अच्छा|सबसे अच्छे|नंबर 1|नंबर वन|सर्वश्रेष्ठ)(?![\p{L}\p{M}])"
)
NOT_OURS = regex.compile(r"\b(?:find|choose|ask|see|your|the search for|how to)\b[^.!?]{0,20}$")
ONLY_CAN = regex.compile(r"only (?:a|your|doctors|specialists|physicians|treatment (?:is|for))\b")

CURES = (
    r"(?:cures?|cured|curing|heals?|healed|healing|eradicates?|eliminates?|get rid of|gets rid of"
    r"|rid yourself of"
    r"|say goodbye to|end your|ends|free(?:dom)? from|permanently treats?|finish(?:es)?)"
)
CURED = (
    r"(?:cured|curable|cure|healed|cured permanently|gone|reversed|ka ilaj|ka ilaaj|se mukti|se chhutkara"
    r"|khatam|theek|thik|gayab|nijaat|nijat)"
)
CURED_IN_HINDI = r"(?:का इलाज|का पक्का इलाज|से मुक्ति|से छुटकारा|से निजात|ठीक|खत्म|ख़त्म|जड़ से)"
# Words that only sellers use: no offer is needed beside them.
SURELY_CURED = regex.compile(
    r"[ ,]+(?:[\p{L}-]+[ ,]+){0,4}(?:ka |ki |ko )?(?:pakka|shartiya|permanent|guaranteed|sthayi"
    r"|sure[- ]?shot|jadd? se|ramban"
    r"|100 ?%|miracle|instant) (?:[\p{L}-]+ )?(?:ilaa?j|upay|upchar|cure|solution|treatment|khatam|khatm"
    r"|theek|thik|mitaye"
    r"|chhutkara|relief)\b"
    r"|[ ,]+(?:[\p{L}\p{M}]+[ ,]+){0,4}(?:पक्का इलाज|शर्तिया इलाज|शर्तिया|स्थायी इलाज|रामबाण|जड़ से|छुटकारा"
    r"|गारंटी)(?![\p{L}\p{M}])"
)
# Of the schedule: improvement of height, memory, vision, bust and pleasure.
IMPROVED = regex.compile(
    r"\b(?:increase|increases|improve|improves|boost|boosts|enhance|enhances|enlarge|enlarges|restore"
    r"|restores|gain"
    r"|grow|badhaye|badhayein) (?:your |the |bust |breast )?(?:[\p{L}-]+,? ){0,2}?(?:height|memory|eyesight"
    r"|vision|bust|breasts?|breast size"
    r"|sex(?:ual)? (?:power|pleasure|performance|stamina|desire|drive)|stamina in bed|libido|potency)\b"
    r"|\b(?:height|yaddasht|sex power|mardana taaqat|mardana takat) (?:badhaye|badhayein|badhao|badhana)\b"
    r"|(?<![\p{L}\p{M}])(?:कद|लंबाई|याददाश्त|यौन शक्ति|मर्दाना ताकत|मर्दाना ताक़त) (?:बढ़ाएं|बढ़ाएँ|बढ़ाये"
    r"|बढ़ाएगी)(?![\p{L}\p{M}])"
)
SOLD = regex.compile(
    r"\b(?:our|my|we|capsules?|tablets?|oil|powder|tonic|drops|medicine|treatment|formula|syrup|herbal"
    r"|ayurvedic|kit|dawa"
    r"|\d+ (?:inch|inches|cm|days|weeks|months))\b|(?<![\p{L}\p{M}])(?:दवा|तेल|चूर्ण|हमारी"
    r"|हमारे)(?![\p{L}\p{M}])"
)
OFFER = regex.compile(
    r"\b(?:our|my|we|i|us|this|these|clinic|herbal|ayurvedic|homeopathic|homoeopathic|medicine|drink"
    r"|powder|tea|oil|package"
    r"|permanently|completely|forever|in (?:just )?\d+ (?:days?|weeks?|months?)|without surgery|call|book"
    r"|come|visit"
    r"|hamare?|hamari|dawa)\b|(?<![\p{L}\p{M}])(?:हमारे|हमारी|हमारा|दवा|क्लिनिक)(?![\p{L}\p{M}])"
)
NEUTRAL = regex.compile(
    r"\b(?:trial|study|studies|rates?|research|researchers|scientists|one day|no cure|hope|fundrais\w+"
    r"|charity|can early"
    r"|search for|towards? a|working on|drug[- ]resistant|by dots|government)\b"
)

BRAND_PRAISE = regex.compile(
    r"\b(?:recommend|recommends|recommended|i use|we use|i love|my favou?rite|switch to|buy|try|go for"
    r"|trust|i prefer|i suggest"
    r"|prescribe|order|get your|must[- ]have|best)\b"
)
CODE = regex.compile(
    r"\b(?:use|apply|with|enter)(?: my| our| the)? (?:promo |discount |coupon )?code\b(?:[:\s]+[\p{L}\d]+)?"
    r"|\bpromo code\b(?:[:\s]+[\p{L}\d]+)?"
)
AFFILIATE = regex.compile(
    r"\b(?:my |our )?affiliate links?\b|\blinks? (?:below )?(?:is|are) (?:an )?affiliate\b"
)
PAYING_LINK = regex.compile(
    r"\b(?:amzn\.to|amzn\.in|fkrt\.it)/|\bbit\.ly/\S*aff|[?&](?:tag|ref|aff|affid|affiliate)="
    r"|utm_campaign=affiliate"
)
BRAND_WITHIN = 6


@rule("C01")
def guarantee(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A sure result, in English and Hindi; warnings against such promises pass."""
    spans = {Span(*match.span()) for match in reading.find(any_of(*listed("guarantees")))}
    spans |= {Span(*match.span()) for match in reading.find(GUARANTEE_PATTERN)}
    for span in outermost(spans):
        is_told = reading.is_cautioned(span) or reading.is_reported(span)
        is_harm = GUARANTEED_HARM.match(reading.low, span.end)
        if not is_told and not is_harm and not NEUTRAL_GUARANTEE.search(reading.before(span.start)):
            yield Hit(span)


@rule("C02")
def superlative(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A boast whose object is the doctor, the clinic or the treatment on offer."""
    for match in reading.find(SUPERLATIVE):
        span = Span(*match.span())
        is_advice = NOT_OURS.search(reading.before(span.start)) or ONLY_CAN.match(reading.low, span.start)
        if not is_advice and not reading.is_cautioned(span):
            yield Hit(span)


# "Kidney stones? We dissolve them in 21 days."
CURED_AS_SAID = regex.compile(
    r"\b(?:we|our \p{L}+|this \p{L}+) (?:\p{L}+ ){0,3}?(?:cures?|heals?|dissolves?|eliminates?|removes?"
    r"|ends?|reverses?) (?:and (?:cures?|heals?|ends?) )?(?:it|them|this|yours)\b"
)
SAID_WITHIN = 4


@rule("C03")
def cure_of_listed_disease(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A claim to cure a condition of the schedule to the Drugs and Magic Remedies Act."""
    conditions = [Span(*match.span()) for match in reading.find(any_of(*listed("scheduled_conditions")))]
    for condition in conditions:
        found = _claim_before(reading, condition) or _claim_behind(reading, condition)
        if found and _is_claimed(reading, found):
            yield Hit(found)
    for match in reading.find(CURED_AS_SAID):
        span = Span(*match.span())
        ahead = [condition for condition in conditions if condition.end <= span.start]
        if reading.near(span, ahead, SAID_WITHIN) and _is_claimed(reading, span):
            yield Hit(span)
    for match in reading.find(IMPROVED):
        span = Span(*match.span())
        if SOLD.search(reading.low, *reading.sentence_of(span)) and _is_claimed(reading, span):
            yield Hit(span)


def _is_claimed(reading: Reading, span: Span) -> bool:
    neutral = NEUTRAL.search(reading.low, *reading.sentence_of(span))
    return not neutral and not reading.is_cautioned(span)


CLAIM_BEFORE = regex.compile(rf"\b{CURES}\s(?:[\p{{L}}'-]+,?\s){{0,6}}$")
CLAIM_BEHIND = regex.compile(
    rf"\s(?:[\p{{L}}'-]+\s){{0,4}}{CURED}\b"
    rf"|\s(?:[\p{{L}}\p{{M}}]+\s){{0,4}}{CURED_IN_HINDI}(?![\p{{L}}\p{{M}}])"
)


# "टीबी का इलाज पूरा करें": the word for cure is the word for treatment.
TREATED_TO_THE_END = regex.compile(
    r" (?:पूरा|समय पर|बीच में|जारी|नियमित|छोड़|मुफ़्त|मुफ्त|poora|pura|samay par|beech mein|jaari|niyamit|chhod)"
)


def _claim_before(reading: Reading, condition: Span) -> Span | None:
    sentence = reading.sentence_of(condition)
    begin = max(sentence.start, condition.start - LOOKS_BACK)
    match = CLAIM_BEFORE.search(reading.low[begin : condition.start])
    return Span(begin + match.start(), condition.end) if match else None


def _claim_behind(reading: Reading, condition: Span) -> Span | None:
    """ "Diabetes can be cured" alone teaches; with an offer in the same sentence it sells."""
    sentence = reading.sentence_of(condition)
    if surely := SURELY_CURED.match(reading.low, condition.end, sentence.end):
        return Span(condition.start, surely.end())
    match = CLAIM_BEHIND.match(reading.low, condition.end, sentence.end)
    if match and TREATED_TO_THE_END.match(reading.low, match.end(), sentence.end):
        return None
    if match and OFFER.search(reading.low, sentence.start, sentence.end):
        return Span(condition.start, match.end())
    return None


@rule("C07")
def endorsement(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A brand that is recommended, a code, or a link that pays."""
    praise = [Span(*match.span()) for match in reading.find(BRAND_PRAISE)]
    for match in reading.find(any_of(*listed("brands"))):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        here = [one for one in praise if sentence.start <= one.start < sentence.end and one.end <= span.start]
        is_brand = reading.text[span.start].isupper()
        if is_brand and reading.near(span, here, BRAND_WITHIN) and not _is_denied(reading, here):
            yield Hit(span)
    for pattern in (CODE, AFFILIATE):
        yield from (Hit(Span(*match.span())) for match in reading.find(pattern))
    yield from (Hit(link) for link in paying_links(reading))


def paying_links(reading: Reading) -> Iterator[Span]:
    """Links that earn somebody money when they are followed."""
    return (link for link in reading.links if PAYING_LINK.search(reading.low, *link))


def _is_denied(reading: Reading, praise: list[Span]) -> bool:
    return all(reading.is_cautioned(span) for span in praise)
