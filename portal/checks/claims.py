"""Promises of cure."""

from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.reading import LOOKS_BACK, Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

GUARANTEE_PATTERN = Alternatives(
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
    r"|\b(?:no|zero|0 ?%|without any|without the slightest|minus the) (?:risk|danger"
    r"|downtime and no risk)\b(?=[,.!]| (?:procedure|treatment|surgery|at all|whatsoever|involved"
    r"|guarantee))"
    r"|\bor you (?:(?:don't|do not|won't|will not|never) (?:pay|owe)|pay nothing)\b|\bpay only (?:if|when"
    r"|after) (?:it works|you(?: are|'re)? (?:cured|better|satisfied|pain[- ]free))\b"
    r"|\bno (?:results?|cure|relief),? no (?:fees?|pay|payment|charge)\b|\b(?:i|we) promise you\b"
    r"|\bmoney[- ]back\b|\bpais[ae] waa?pas\b"
    r"|\b(?:vision|relief|freedom|pain[- ]free|cured|results?)(?: \p{L}+)? for life\b"
    r"|\b(?:permanent|lasting) solution (?:for|to) (?:your |all )?(?!a temporary)"
    r"|\b(?:always|completely|totally|entirely|absolutely|fully|100 ?%) (?:painless|pain[- ]free"
    r"|risk[- ]free|safe and painless)\b"
    r"|\b(?:assured|sure[- ]?shot|confirmed) (?:cure|results?|success|relief|ilaa?j)\b"
)
# Sure by number: every one of them, and none that failed.
OUTCOME = (
    r"(?:cured?|healed|fixed|sorted|pain[- ]?free|symptom[- ]?free|fully recover(?:s|ed)?|relieved"
    r"|walk(?:s|ing|ed)? (?:out|home|away|without|again)|go(?:es|ne)? home (?:\p{L}+ )?(?:cured|happy|well"
    r"|pain[- ]free)"
    r"|conceived?|pregnant|off (?:insulin|medicines|tablets|glasses)|theek|thik|safal|kaamyaab|a success"
    r"|successful)"
)
# What one wishes for every patient is no promise.
WISHED = (
    r"(?![^.!?\n]{0,50}\b(?:deserves?|should|may|might|can|could|must|needs?|wants?|rights?|who|if|not|never"
    r"|hopes?|different\p{L}*|cannot|can't|won't)\b)"
)
UNIVERSAL = Alternatives(
    r"\b(?:ten out of ten|five out of five|(\d{1,4}) out of \1|(\d{1,4})/\2|all \d+(?: of (?:our|my"
    r"|them))?|each and every|every single|every|each|all(?: of)? (?:our|my|the)|har) (?:one of )?(?:our "
    r"|my )?(?:patients?|mareez|cases?|surger(?:y|ies)|operations?|person|couples?"
    rf"|one)\b{WISHED}[^.!?\n]{{0,40}}?\b{OUTCOME}\b"
    r"|\bnot (?:a single|one(?: single)?) (?:\p{L}+ )?(?:failure|complication|failed case|infection"
    r"|recurrence|relapse|unhappy patient|side effect)\b"
    r"|\b(?:zero|0|no|nil) (?:complications?|failures?|relapses?|recurrences?|chance of (?:failure"
    r"|recurrence|relapse)|scars?,? no (?:pain|risk))\b(?! (?:rate|so far|were|was|in (?:the"
    r"|this) (?:study|trial)))"
    r"|\b(?:has |have |had )?(?:never|not once) (?:once )?(?:failed|lost a patient|had a (?:failure"
    r"|complication|bad result))\b|\b(?:simply |just )?(?:cannot|can't|can not|won't|will not"
    r"|never) (?:possibly )?(?:go wrong|fail|come back|return)\b"
    r"|\b(?:hundred|cent|100) ?(?:per ?cent|percent|%|feesdi|fisdi|pratishat"
    r"|fee sadi) (?:\p{L}+ ){0,2}(?:sure|assured|chance|certain|satisfaction|relief|cure|success|safe"
    r"|effective|guarantee)\b"
    r"|\b(?:kabhi|kabi) (?:fail|vaapas|wapas|wapis|dobara) nahin?\b|\b(?:dobara|wapas|phir se|phir kabhi"
    r"|kabhi) nahi(?:n)? (?:hoga|hogi|aayega|aayegi|lautega|lautegi)\b|\b(?:result|ilaa?j|fayda|faida"
    r"|aaram) (?:pakka|pakki|guaranteed|sure|100)\b"
    r"|\b(?:never|no need to|don't (?:need|have) to) (?:take|need|use|see|visit) (?:\p{L}+ ){0,3}(?:again"
    r"|ever)\b|\b(?:gone|free|cured|fixed|solved|sorted|over) (?:for ever|forever|for good"
    r"|once and for all)\b|\bonce and for all\b"
    r"|\b(?:not|never|\p{L}+n't|'ve not)(?: \p{L}+)? had (?:one|a single|any"
    r"|even one) (?:\p{L}+ )?(?:complication|failure|infection|relapse|recurrence|problem|bad result)s?\b"
    r"|\b(?:completely|totally|absolutely|perfectly|entirely|fully|utterly|bilkul|ekdum) (?:safe|harmless"
    r"|surakshit)\b|\bnothing (?:can|could|will|ever) (?:go|goes|went) wrong\b"
    r"|(?<![\p{L}\p{M}])हमेशा के लिए (?:खत्म|ख़त्म|छुट्टी|मुक्ति|गायब|दूर|अलविदा|बंद|आराम|निजात"
    r"|समाप्त)(?![\p{L}\p{M}])|(?<![\p{L}\p{M}])(?:पूरी तरह|बिल्कुल|बिलकुल) सुरक्षित(?![\p{L}\p{M}])"
    r"|(?<![\p{L}\p{M}])(?:कभी (?:वापस|दोबारा|फेल) नहीं|दोबारा नहीं होगा|फिर कभी नहीं"
    r"|एक भी (?:केस )?फेल नहीं)(?![\p{L}\p{M}])"
)
# "Every child is better off outdoors" speaks of no treatment of ours.
TREATED_HERE = regex.compile(
    r"\b(?:our|my|we|us|this|with (?:our|my)|come in|come to|book|call|zapped|just one|one (?:shot|visit"
    r"|session|sitting)|with me|promise|injections?|laser|surger(?:y|ies)|operations?|treatments?"
    r"|therap(?:y|ies)|procedures?|packages?|medicines?|patients?|mareez|ilaa?j|dawa)\b"
    r"|(?<![\p{L}\p{M}])(?:इलाज|दवा|हमार[ाेी])(?![\p{L}\p{M}])"
)
SAFE = ("safe", "harmless", "surakshit", "सुरक्षित")
OWN = regex.compile(
    r"\b(?:our|we|we've|my|hamar[aei]|with (?:us|me))\b|(?<![\p{L}\p{M}])हमार[ाेी](?![\p{L}\p{M}])"
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
CURED_IN_HINDI = (
    r"(?:का (?:सफल |पूरा |आयुर्वेदिक )?इलाज|का पक्का इलाज|से मुक्ति|से छुटकारा|से निजात|ठीक|खत्म|ख़त्म"
    r"|जड़ से)"
)
# Everyday words for an end, which campaigns and good advice use too: a claim where something is on offer.
ENDS = (
    r"(?:frees? (?:you|yourself|me) (?:from|of)|(?:good ?|bye[- ]?)bye to|defeats?|beats?|conquers?|kills?"
    r"|destroys?|dissolves?|melts?|clears?"
    r"|wins? over|(?:the )?end of|no more|escape(?:s)?|breaks? free of"
    r"|throw away (?:your )?(?:\p{L}+ )?(?:for|against))"
)
ENDED = (
    r"(?:disappears?|vanish(?:es)?|go(?:es)? away|melts? away|dissolves?|shrinks? away|is history"
    r"|are history|[- ]?free in \d+|[- ]?free for (?:life|ever)|[- ]?free again"
    r"|mukti?|chhu manta?r|chhoomantar|se aa?zaa?di|ko (?:haraye|harayein|bhagaye|bhagayein|mitaye"
    r"|mitayein|alvida))"
)
# A campaign against a disease sells nothing.
TOGETHER = regex.compile(r"\b(?:let us|let's|together|campaign|volunteers?|awareness|we can all)\b")
ON_OFFER = regex.compile(
    r"\b(?:our|my) (?:[\p{L}\d-]+ ){0,3}?(?:programmes?|programs?|treatments?|therap(?:y|ies)|medicines?"
    r"|package|plan|courses?|formula|kit|oil|drops|powder|tea|tonic|injections?|laser|clinic|method"
    r"|protocol|capsules?|tablets?|diet|sessions?)\b"
    r"|\b(?:call|book|visit|dm|order|enrol|enroll|join|whatsapp|ring) (?:us|now|today|me|your|for)\b"
    r"|\b(?:herbal|ayurvedic|homeopathic|homoeopathic|desi|natural) (?:\p{L}+ )?(?:medicine|formula|oil"
    r"|powder|drops|treatment|dawa|nuskha|remedy|kit|tea)\b"
    r"|\bin (?:just |only )?(?:\d+|two|three|four|six|seven|ten|twelve) (?:days|weeks|sessions|sittings"
    r"|months)\b[^.!?\n]{0,40}\bwith (?:us|our|my)\b|\bhamar[aeiy] (?:\p{L}+ )?(?:dawa|ilaa?j|clinic"
    r"|nuskha|treatment|kit|tel)\b"
)
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
IMPROVED = Alternatives(
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


@rule("C01")
def guarantee(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A sure result, in English and Hindi; warnings against such promises pass."""
    spans = {Span(*match.span()) for match in reading.find(any_of(*listed("guarantees")))}
    spans |= {Span(*match.span()) for match in reading.find(GUARANTEE_PATTERN)}
    for match in reading.find(UNIVERSAL):
        span = Span(*match.span())
        # "Safe" is said of walks and tablets too: only of one's own it is a promise.
        offered = OWN if match.group().endswith(SAFE) else TREATED_HERE
        if offered.search(reading.low, *reading.sentence_of(span)):
            spans.add(span)
    for span in outermost(spans):
        is_told = reading.is_cautioned(span) or reading.is_reported(span)
        is_harm = GUARANTEED_HARM.match(reading.low, span.end)
        if not is_told and not is_harm and not NEUTRAL_GUARANTEE.search(reading.before(span.start)):
            yield Hit(span)


# "Kidney stones? We dissolve them in 21 days."
CURED_AS_SAID = Alternatives(
    r"\b(?:we|our \p{L}+|this \p{L}+) (?:\p{L}+ ){0,3}?(?:cures?|heals?|dissolves?|eliminates?|removes?"
    r"|ends?|reverses?) (?:and (?:cures?|heals?|ends?) )?(?:it|them|this|yours)\b"
)
SAID_WITHIN = 4


@rule("C03")
def cure_of_listed_disease(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A claim to cure a condition of the schedule to the Drugs and Magic Remedies Act."""
    conditions = [Span(*match.span()) for match in reading.find(any_of(*listed("scheduled_conditions")))]
    for condition in conditions:
        found = (
            _claim_before(reading, condition)
            or _claim_behind(reading, condition)
            or _ended(reading, condition)
        )
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


CLAIM_BEFORE = regex.compile(rf"\b{CURES}\s(?:[\p{{L}}\d'-]+,?\s){{0,6}}$")
END_BEFORE = regex.compile(rf"\b{ENDS}\s(?:[\p{{L}}'-]+,?\s){{0,4}}$")
END_BEHIND = regex.compile(rf"[\s-](?:[\p{{L}}'-]+\s){{0,3}}{ENDED}(?![\p{{L}}\p{{M}}])")
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


def _ended(reading: Reading, condition: Span) -> Span | None:
    """ "Goodbye to piles", "makes epilepsy disappear": where a treatment is on offer in the same sentence."""
    sentence = reading.sentence_of(condition)
    # "Book today" may be the next sentence.
    behind = reading.sentence_of(Span(sentence.end, sentence.end))
    is_offered = ON_OFFER.search(reading.low, sentence.start, behind.end)
    if not is_offered or TOGETHER.search(reading.low, *sentence):
        return None
    begin = max(sentence.start, condition.start - LOOKS_BACK)
    if before := END_BEFORE.search(reading.low[begin : condition.start]):
        return Span(begin + before.start(), condition.end)
    match = END_BEHIND.match(reading.low, condition.end, sentence.end)
    return Span(condition.start, match.end()) if match else None
