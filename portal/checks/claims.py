"""Promises of cure, and praise of products."""

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
    r"|guarantee|guaranteed|permanent|ilaa?j|asar|asardar|kaamyaab\p{L}*|kamyab\p{L}*|theek|thik|fayda"
    r"|faayda|faida|safal|aaram|khatam"
    r"|gua?rantee|satisfaction guaranteed)\b|\b(?:cures?|relief|results?|success) (?:for sure|100 ?%)"
    r"|\b100 ?(?:%|percent|प्रतिशत|फीसदी|फ़ीसदी|परसेंट) (?:[\p{L}\p{M}]+ ){0,2}(?:असर|असरदार|कारगर|इलाज|ठीक"
    r"|फायदा|फ़ायदा|सफल"
    r"|सफलता|कामयाबी|कामयाब|सुरक्षित|गारंटी|राहत|आराम|रिज़ल्ट|रिजल्ट|छुटकारा)(?![\p{L}\p{M}])"
    # A miracle that is sold, not that of birth.
    r"|\bmirac(?:le|ulous)(?!s? (?:of|that|on|worker))\b(?= (?:\p{L}+ )?(?:cure|treatment|remedy|drug|pill"
    r"|therapy"
    r"|medicine|diet|result|healing|oil|powder|herb|product|drink|recovery))"
    r"|\b(?:no|zero) risks?\b(?! (?:of|to get|that|when|for those))"
    r"|\bhamesha ke liye (?:door|alvida|gayab|band|mukti|chhutkara|azaadi|aaraa?m)\b"
    r"|\bbina kisi (?:khatre|risk|takleef|nuksaa?n|side effect|dard)\b|\bpakk[ai] (?:waada|vaada|wada"
    r"|guarantee|bharosa)\b"
    r"|\bwe promise(?=:| you| that)\b|\byou(?:'ll| will)? never (?:need|suffer|feel|see"
    r"|have)\b[^.!?\n]{0,40}\bagain\b"
    r"|\b(?:every|each)(?: single)? patient \p{L}+ (?:\p{L}+ )?cured\b|\bzero recurrence\b"
    r"|\bmoney[- ]back\b|\bpais[ae] waa?pas\b"
    r"|\b(?:vision|relief|freedom|pain[- ]free|cured|results?)(?: \p{L}+)? for life\b"
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

CURES = (
    r"(?:cures?|cured|curing|heals?|healed|healing|eradicates?|eliminates?|get rid of|gets rid of"
    r"|rid yourself of"
    r"|say goodbye to|wipes? out|banish(?:es)?|roots? out|uproots?|knocks? out|put an end to|end your|ends"
    r"|free(?:dom)? from|permanently treats?|finish(?:es)?)"
)
CURED = (
    r"(?:cured|curable|cure|healed|cured permanently|gone|reversed|ka (?:safal |poora |ayurvedic )?ilaa?j"
    r"|se mukti|se chhutkara"
    r"|(?:gal|ghul|nikal|mit) ja\p{L}+|door ho\p{L}*|khatam|khatm|theek|thik|gayab|nijaat|nijat)"
)
CURED_IN_HINDI = r"(?:का (?:सफल |पूरा |आयुर्वेदिक )?इलाज|का पक्का इलाज|से मुक्ति|से छुटकारा|से निजात|ठीक|खत्म|ख़त्म|जड़ से)"
# Words that only sellers use: no offer is needed beside them.
SURELY_CURED = regex.compile(
    r"[ ,]+from (?:the|its|their) roots?\b|[ ,]+(?:[\p{L}-]+[ ,]+){0,4}(?:ka |ki |ko )?(?:pakka|shartiya"
    r"|permanent|guaranteed|sthayi"
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
    r"|hamar[aei]|hamare|nuskha|dawa)\b|(?<![\p{L}\p{M}])(?:हमारे|हमारी|हमारा|दवा|क्लिनिक)(?![\p{L}\p{M}])"
)
NEUTRAL = regex.compile(
    r"\b(?:trial|study|studies|rates?|research|researchers|scientists|one day|no cure|hope|fundrais\w+"
    r"|charity|can early"
    r"|search for|towards? a|working on|drug[- ]resistant|by dots|government)\b"
)

BRAND_PRAISE = regex.compile(
    r"\b(?:recommend|recommends|recommended|i use|we use|i love|my favou?rite|switch to|buy|try|go for"
    r"|trust|i prefer|i suggest"
    r"|prescribe|order|get your|must[- ]have|best|obsessed with|swear by|loving|my go-to|can't live without"
    r"|the only|sirf)\b"
)
# "… hi lijiye", "… is my favourite": praise that comes after the brand.
PRAISE_BEHIND = regex.compile(
    r"\b(?:lijiye|kharidein|kharidiye|pilayein|try karein|hi (?:lijiye|lo|lein|lena|lene|kharidein"
    r"|use kar\p{L}+)|recommend kart[ia]|is (?:simply |just )?(?:the best"
    r"|my favou?rite|a must|what i use|all i use)|i recommend|so should you|works wonders|are the best"
    r"|beats)\b"
)
CODE = regex.compile(
    r"\bat checkout\b|\b(?:tap|click|use|shop|order|buy)\b[^.!?\n]{0,20}\b(?:my|our) (?:link|code)\b"
    r"|\b(?:my|our) (?:link|code)\b[^.!?\n]{0,30}\b(?:\d+ ?%|off|discount)"
    r"|\b(?:use|apply|with|enter)(?: my| our| the)? (?:promo |discount |coupon )?code\b(?:[:\s]+[\p{L}\d]+)?"
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
    r" (?:पूरा|समय पर|बीच में|जारी|नियमित|छोड़|मुफ़्त|मुफ्त|poora|pura|samay par|beech mein|jaari|niyamit"
    r"|chhod)"
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
    behind = [Span(*match.span()) for match in reading.find(PRAISE_BEHIND)]
    for match in reading.find(any_of(*listed("brands"))):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        here = [one for one in praise if sentence.start <= one.start < sentence.end and one.end <= span.start]
        here += [one for one in behind if span.end <= one.start < sentence.end]
        is_brand = reading.text[span.start].isupper()
        if is_brand and reading.near(span, sorted(here), BRAND_WITHIN) and not _is_denied(reading, here):
            yield Hit(span)
    for pattern in (CODE, AFFILIATE):
        yield from (Hit(Span(*match.span())) for match in reading.find(pattern))
    yield from (Hit(link) for link in paying_links(reading))


def paying_links(reading: Reading) -> Iterator[Span]:
    """Links that earn somebody money when they are followed."""
    return (link for link in reading.links if PAYING_LINK.search(reading.low, *link))


def _is_denied(reading: Reading, praise: list[Span]) -> bool:
    return all(reading.is_cautioned(span) for span in praise)
