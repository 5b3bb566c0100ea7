"""Whether a sentence warns of a claim, denies it, or reports what a study found, instead of making it."""

import regex

from portal.checks.words import any_of, listed

# "No surgery, 100% cure" is no denial: only words that carry a "no" over may stand between.
CARRIES_OVER = (
    r"a|an|the|any|such|thing|things|as|is|are|be|been|ever|true|truly|really|offer|offers|promise|promises"
    r"|promised|claim|claims|guarantee|guarantees|say|says|can|could|will|would|should|you|we|i|one|doctor"
    r"|doctors|treatment|treatments|medicine|medicines|drug|drugs|pill|diet|there|to|of|or|for|in|that|known"
    r"|believe|trust|who|honest|good|method|vaccine|give|gives|single|quick|easy|simple|magic|magical|miracle"
    r"|guaranteed|permanent|instant|sure|sure-shot|complete|total|scientific|proven|surgeon|clinic|hospital"
    r"|yet|still"
    r"|currently|possible|always|completely|totally|entirely|expect|look|chase|fall|anyone|anybody|by"
    r"|food|causes|cause|treats|prevents|koi|aisa|aisi|ki|ka|ke|कोई|ऐसा|ऐसी|की|का|के"
)
# "Nahi to" is "or else".
NO = (
    r"(?:\b(?:no|not|never|cannot|nobody|nothing|none|neither|nor|isn't|aren't|don't|doesn't|didn't|can't"
    r"|won't|wouldn't|without|rarely|seldom|hardly|nahin?(?! to\b))\b|\bn't\b|नहीं(?! तो))"
)
DENIED = regex.compile(rf"{NO}[ ](?:(?:{CARRIES_OVER})[ ,\"“”']{{1,3}}){{0,8}}[\"“”']?$")
# "No treatment for this is 100% effective": a verb carries the "no" over any words.
DENIED_BY_VERB = regex.compile(
    r"\bno (?:[\p{L}-]+ ){1,6}(?:is|are|can|could|will|offers?|has|have|should|gives?|works?|comes? with)"
    r" (?:[\p{L}-]+ ){0,2}[\"“”']?$"
)
# In Hindi the "no" comes last; "koi side effect nahi" is a claim of its own.
DENIED_BEHIND = regex.compile(
    r"[\"“”']? (?:(?!koi|कोई|side|साइड)[\p{L}\p{M}]+ ){0,4}(?:nahi|nahin|mat|नहीं|मत)(?![\p{L}\p{M}])"
)

SELLERS = (
    r"(?:websites?|web ?sites|posts|forwards|messages|videos|reels|ads|adverts|advertisements|clinics|centres"
    r"|centers|companies|products|powders|people|persons|someone|somebody|anyone|anybody|anything|those"
    r"|influencers|healers|quacks|babas|shops|sellers|apps|doctors|surgeons|practitioners|places)"
)
CLAIMING = (
    r"(?:promis\w+|claim\w*|offer\w*|guarantee\w*|tells?|telling|says?|saying|sells?|selling|advertis\w+"
    r"|boast\w*|swears?)"
)
OF_OTHERS = regex.compile(
    rf"(?<!\bwhat )(?<!\bwhat our )\b{SELLERS} (?:who |that |which )?(?:[\p{{L}}'-]+ ){{0,3}}{CLAIMING}\b"
    rf"|\bif (?:an?|some|any|the|your|someone|somebody|anyone|anybody)\b[^.!?\n]{{0,40}}\b{CLAIMING}\b"
)
NO_PROOF = regex.compile(
    r"\b(?:no|little|not enough|without|lack of|isn't|is not|weak|poor|zero)"
    r" (?:[\p{L}-]+ ){0,3}(?:evidence|proof|data|basis|science|studies|trials)\b"
)
# Whoever speaks of their own offer warns of nothing.
OWN_OFFER = regex.compile(
    r"\b(?:our (?:[\p{L}-]+ ){0,2}(?:treatment|medicine|therapy|method|clinic|product|formula|remedy|kit"
    r"|package|laser|powder|oil|drops|team)"
    r"|(?:we|i) (?:guarantee|promise|offer|give|provide|cure)|only with us|call now|book now|visit us"
    r"|contact us|order now|dm us|hamar[aeiy]|hum dete)\b|(?<![\p{L}\p{M}])हमार[ाीे](?![\p{L}\p{M}])"
)

STUDY = regex.compile(
    r"\b(?:trials?|study|studies|stud(?:ied)|review|meta-analysis|researchers?|reported|found|published"
    r"|participants|volunteers|cohort|registry|data)\b"
)
SOURCE = regex.compile(
    r"https?://\S|www\.\S|\bdoi\b|\bet al\b|\(\p{L}[^()]{0,60}(?:19|20)\d\d[^()]{0,20}\)"
    r"|\b(?:lancet|nejm|bmj|jama|cochrane|plos|nature|pubmed|icmr|cdc|nhs|fda|ema|mhra|source:)\b"
)
# How far a word of denial may stand before what it denies.
LOOKS_BACK = 160
LOOKS_ON = 60


def warns(low: str, sentence: tuple[int, int]) -> bool:
    """Whether the sentence warns, or tells what others claim."""
    if OWN_OFFER.search(low, *sentence):
        return False
    patterns = (any_of(*listed("warnings")), OF_OTHERS, NO_PROOF)
    return any(pattern.search(low, *sentence) for pattern in patterns)


def is_denied(low: str, sentence: tuple[int, int], span: tuple[int, int]) -> bool:
    """Whether a "no" before the span, or in Hindi behind it, belongs to it."""
    before = low[max(sentence[0], span[0] - LOOKS_BACK) : span[0]]
    behind = low[span[1] : min(sentence[1], span[1] + LOOKS_ON)]
    return bool(DENIED.search(before) or DENIED_BY_VERB.search(before) or DENIED_BEHIND.match(behind))


def reports(low: str, sentence: tuple[int, int]) -> bool:
    """Whether the sentence tells what a study found, in a text that names a source."""
    is_told = STUDY.search(low, *sentence) and not OWN_OFFER.search(low, *sentence)
    return bool(is_told and SOURCE.search(low))
