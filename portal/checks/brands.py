"""Praise of products: a brand that is recommended, a code, a link that pays."""

from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

BRAND_PRAISE = regex.compile(
    r"\b(?:recommend|recommends|recommended|i use|we use|i love|my favou?rite|switch to|buy|try|go for"
    r"|trust|i prefer|i suggest"
    r"|prescribe|order|get your|must[- ]have|best|obsessed with|swear by|loving|my go-to|can't live without"
    r"|the only|sirf)\b"
)
# A brand that no list has: what it is stands behind it, or a word that only brands bear.
MADE = (
    r"(?:gumm(?:y|ies)|capsules?|tablets?|caps|softgels?|serum|cream|creme|gel|oil|drops|syrup|powder"
    r"|shampoo|lotion|moisturi[sz]er|sunscreen|toothpaste|mouthwash|band|watch|ring|patch(?:es)?|meter"
    r"|monitor|cuff|app|mattress|pillow|shoes|insoles|diapers|nappies"
    r"|formula|cereal|shakes?|bars?|tea|tonic|churna|chyawanprash|probiotics?|multivitamins?|supplements?"
    r"|protein|electrolytes?|spray|inhaler|brush|toothbrush|glasses|lenses|purifier|cooker|tracker|scale"
    r"|massager|belt|brace|biscuits?|atta|drinks?|juice|honey|water)"
)
BEARS = (
    r"(?:Forte|Plus|Gold|Max|Ultra|Pro|Active|Junior|Advance[d]?|Premium|Care|Vit|XR|SR|XL|DS|D3|Kids|Kid"
    r"|Women|Men|Total|Extra|Prime)"
)
UNLISTED_BRAND = regex.compile(
    r"(?<![\p{L}\p{M}])(?!(?:Vitamin|Omega|The|A|An|This|That|These|Our|My|Your|All|Any|Some|Every|No"
    r"|Green|Black|Coconut|Olive|Mustard|Groundnut|Fish|Cod|Whey|Iron|Zinc|Magnesium|Calcium|Blood|Sugar"
    r"|BP|ORS|Folic|Hormone|Steroid|Nasal|Eye|Baby|Indian|English|American|British|Herbal|Ayurvedic|Type"
    r"|Covid|World|National)\b)"
    rf"\p{{Lu}}(?=\p{{L}}*\p{{Ll}})[\p{{L}}\d]{{2,30}}+(?:(?: \p{{Lu}}[\p{{L}}\d]{{2,20}}+)? (?:{BEARS}\b"
    rf"|(?i:{MADE})\b))"
    r"|(?<![\p{L}\p{M}@#./])(?!(?:YouTube|WhatsApp|LinkedIn|FaceTime|PubMed|TikTok|FaceBook|PowerPoint"
    r"|GoFundMe|JustGiving|LetsTalk|NewYork|MedTwitter|PayPal|CoWin|CoWIN|DigiLocker|BabyCenter|UpToDate"
    r"|AirBnB|MacBook|McDonald|DeBakey|LaTeX|MacMillan)\b)\p{Lu}\p{Ll}{2,15}\p{Lu}\p{Ll}{2,15}\b(?!\()"
)
ADVISED = regex.compile(
    r"\b(?:i|we) (?:\p{L}+ )?(?:tell|advise|ask|recommend|suggest|prescribe|give|use|trust|love|swear by"
    r"|insist on|always (?:\p{L}+ )?)\b|\b(?:all|every|most of) (?:my|our) (?:patients?|moms?|mums?"
    r"|mothers|clients|families)\b|\b(?:new mom|new mum|patients?) about\b|\b(?:only|sirf|yahi)\b|\b(?:buy"
    r"|order"
    r"|switch(?:ed|ing)? to|get yourself|grab|go for|must[- ]have|highly recommend|my go-to|favou?rite"
    r"|try)\b"
)
ADVISED_BEHIND = regex.compile(
    r"\b(?:which|that|and|because) (?:i|we) (?:\p{L}+ )?(?:recommend|use|swear by|give|love|trust"
    r"|prescribe|suggest|advise|keep)\b|\b(?:i|we) (?:recommend|swear by|prescribe|suggest|trust)\b"
    r"|\b(?:is|are) (?:what|the ones?|the only ones?) (?:i|we|that)\b|\b(?:changed|saved) my (?:life|skin"
    r"|hair|knees?|sleep)\b|\b(?:main|hum|mai) (?:\p{L}+ ){0,3}(?:yahi|isi ko)? ?(?:deta|deti"
    r"|dete) (?:hoon|hun|hain|hu)\b|\bhighly recommended\b|\b(?:is|are) (?:the best|my favou?rite|amazing"
    r"|brilliant|a must|a game[- ]changer)\b"
)
ONE_BRAND = Alternatives(
    r"\b(?:accept|use|take|buy) no (?:other brands?|substitutes?|other)\b|\bthe only (?:brand|\p{L}+ brand"
    r"|supplement|cream|app|device) (?:i|we|that)\b|\bask for (?:it )?by name\b|\b(?:my|our"
    r"|the) (?:favou?rite|go-to|number one|preferred|trusted) brand\b|\b(?:available|get it|buy it"
    r"|order it|grab it|find it) (?:now |today )?(?:on|from|at) (?:amazon|flipkart|nykaa|1mg|pharmeasy"
    r"|boots|walmart|target|costco|cvs|walgreens)\b"
)
# "… hi lijiye", "… is my favourite": praise that comes after the brand.
PRAISE_BEHIND = regex.compile(
    r"\b(?:lijiye|kharidein|kharidiye|pilayein|try karein|hi (?:lijiye|lo|lein|lena|lene|kharidein"
    r"|use kar\p{L}+)|recommend kart[ia]|is (?:simply |just )?(?:the best"
    r"|my favou?rite|a must|what i use|all i use)|i recommend|so should you|works wonders|are the best"
    r"|beats)\b"
)
CODE = Alternatives(
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
    for match in reading.find(UNLISTED_BRAND, capitals=True):
        span = Span(*match.span())
        sentence = reading.sentence_of(span)
        advised = [Span(*one.span()) for one in ADVISED.finditer(reading.low, sentence.start, span.start)]
        advised += [Span(*one.span()) for one in ADVISED_BEHIND.finditer(reading.low, span.end, sentence.end)]
        if reading.near(span, advised, BRAND_WITHIN) and not _is_denied(reading, advised):
            yield Hit(span)
    for pattern in (ONE_BRAND, CODE, AFFILIATE):
        yield from (Hit(Span(*match.span())) for match in reading.find(pattern))
    yield from (Hit(link) for link in paying_links(reading))


def paying_links(reading: Reading) -> Iterator[Span]:
    """Links that earn somebody money when they are followed."""
    return (link for link in reading.links if PAYING_LINK.search(reading.low, *link))


def _is_denied(reading: Reading, praise: list[Span]) -> bool:
    return all(reading.is_cautioned(span) for span in praise)
