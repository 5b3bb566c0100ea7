"""What an honest post also says: its source, who pays, who speaks."""

from collections.abc import Iterator

import regex

from portal.checks.alternatives import Alternatives
from portal.checks.brands import AFFILIATE, CODE, paying_links
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import any_of, listed

# How much a reader sees before "more": approximate, and checked by nobody but practice.
FOLDS = {"facebook": 477, "instagram": 125, "linkedin": 210, "youtube": 157}

LINK = regex.compile(r"https?://\S|www\.\S|\bdoi\b")
SOURCE_NAMED = regex.compile(
    r"\b(?:according to|source:|sources:|icmr|cdc|nhs|nice|lancet|nejm|bmj|jama|cochrane|nfhs"
    r"|world health organi[sz]ation"
    r"|indian council of medical research|ministry of health)\b"
)
# In small letters it is every "people who".
WORLD_HEALTH = regex.compile(r"\bWHO\b")
FIGURE = Alternatives(
    r"\b\d{1,3}(?:\.\d+)? ?(?:%|percent\b|per cent\b)|\b(?:studies|research|a study|science|experts"
    r"|scientists|data) (?:show|shows|say|says"
    r"|prove|proves|have shown|has shown|have found|have proved|have proven|have discovered|suggest"
    r"|suggests|found|finds)\b|\b(?:one|two|three|four|five|six"
    r"|seven|eight|nine|[1-9]) (?:in"
    r"|out of) (?:every )?"
    r"(?:two|three|four|five|six|eight|ten|\d+) (?:\p{L}+ )?(?:people|adults|women|men|children|indians"
    r"|patients|deaths|persons)\b"
    r"|\bhar \d{1,3} (?:mein|me) (?:se )?\d{1,2}\b"
)
# Readings, strengths and prices are no statistics.
READING_OF = regex.compile(
    r"\b(?:spo2|oxygen|saturation|hba1c|a1c|alcohol|saline|dextrose|ethanol|sanitiser|sanitizer|cream|gel"
    r"|solution|off|discount|ejection"
    r"|humidity|battery|peroxide|spf|uv|cotton|juice|cocoa|chocolate|effort|sure|of your (?:plate|day"
    r"|time))\b"
)

REVERSES = regex.compile(
    r"\brevers(?:e|es|ed|ing) (?:your |type ?2 |type 2 )?(?:diabetes|ageing|aging|heart disease"
    r"|heart blockage|cancer|kidney disease|ckd"
    r"|dementia|alzheimer's|autism|arthritis|hypertension|fatty liver|thyroid|pcos|grey hair|cirrhosis"
    r"|parkinson's)\b"
)
# A body part that is scoured, and knowledge that others are said to keep back: no list of remedies is needed.
SCOURED = regex.compile(
    r"\b(?:scrub|unclog|unblock|flush|cleanse?|melt|dissolve|clear|purif[yi]|sweep|open)(?:es|s)?(?: out"
    r"| up| away)? (?:your |the |all |blocked |clogged ){0,3}(?:arter(?:y|ies)|liver|colon|blood vessels"
    r"|kidneys?|gut|plaque|blockages?|gallstones|kidney stones|lungs|lymph)(?: clean| naturally| out"
    r"| at home| in \d+)?\b(?=[^.!?\n]{0,80})"
    r"|\b(?:they|doctors|med(?:ical)? school|textbooks?|your (?:doctor|gp|cardiologist|oncologist)|pharma"
    r"|hospitals)(?:'ll)? (?:will |would )?(?:never|don't|do not|won't|didn't|doesn't) (?:teach|tell"
    r"|taught|told|want|mention|show)(?: \p{L}+)? (?:you|us|patients|people|this|about this)\b"
    r"|\b(?:full of|loaded with|build-?up of|rid of|purges?|releases?|eliminates?) (?:\p{L}+ )?toxins\b"
    r"|\b(?:hospitals|doctors|pharma|they) will never (?:say|admit)\b|\b(?:ditch|dump|bin|throw away"
    r"|flush) (?:the|your|that|those) (?:statins?|insulin|inhalers?|pills?"
    r"|meds|tablets|bp (?:pills?|tablets)|antidepressants?|chemo)\b"
)
CLEANSE = regex.compile(r"\b\d+[- ]day (?:\p{L}+ )?(?:cleanse|detox|flush)\b")
STUDIED = regex.compile(
    r"\b(?:trial|trials|study|studies|evidence|research|approved|bone marrow|leukaemia|leukemia|donor"
    r"|donate|donation|registry)\b"
)

# A firm's name behind or before it; what is done with a charity or a colleague is no advertisement.
WITH_A_FIRM = regex.compile(
    r"\b[Tt]eam(?:ed|ing)? up with (?=@?\p{Lu})"
    r"|\b\p{Lu}[\p{L}\d]{1,40}+ ke saath mil(?: ?kar|ke)\b"
    r"|\b\p{Lu}[\p{L}\d]{1,40}+,? (?:who )?(?:for )?(?:flying|flew|hosting|hosted|inviting|invited) (?:us"
    r"|me)\b"
    r"|\b[Tt]hank(?:s| you|ful),? (?:so much )?to @?\p{Lu}[\p{L}\d]{2,40}+ for (?:(?:the|our|my|this|these"
    r"|a|sending|giving|kindly) ){0,2}(?:free|gift\p{L}*|complimentary|generous gift|sending|goodies"
    r"|hamper|samples?|kit)\b"
    r"|\b(?:[Gg]ifted|[Ll]oaned) (?:me|us)\b|\b[Ss]ent (?:me|us) (?:an? free|their|this|these|some free)\b"
    r"|\b(?:trip|stay|travel|samples?) (?:was |were )?(?:courtesy of|paid by|on them)\b"
)
PAID = regex.compile(
    r"(?<!\w)#paid(?! ?partnership| ?promotion)\w+|\bpaid trip\b|\b(?:brand ambassador|gifted by|#gifted"
    r"|sent me (?:this|these)|paid by|in return for"
    r"|in exchange for|they paid me|(?:i|we) earn (?:an? )?(?:small )?commission"
    r"|on commission|affiliate links?)\b"
)
VAGUE = regex.compile(
    r"(?<!\w)#(?:sp|spon|collab|partner|ambassador)\b|\b(?:in collaboration with|collab with"
    r"|in partnership with|partnered with"
    r"|partnering with|thanks to @\w+|powered by)"
)
# A doctor and a charity work together too; nobody buys anything of it.
PARTNER_IN_CARE = regex.compile(
    r"\b(?:hospital|foundation|trust|club|society|association|ngo|department|ministry|college|university"
    r"|school"
    r"|police|municipal\w*|corporation|nhs|charity|council|institute|academy|rotary|lions|red cross"
    r"|government|panchayat"
    r"|librar\p{L}+|hospice|church|temple|gurdwara|mosque|parkrun|scouts?|festival|marathon|blood bank"
    r"|who|unicef|parents|patients|families|colleagues?|class of|residents|students|match day|grand rounds"
    r"|dr|prof|nurses|between|team)\b"
)
# Words of somebody who shows a product.
TRIED = regex.compile(
    r"\b(?:i(?:'ve| have)? (?:tried|try|use|used|been using|love|tested)|i am using|their (?:product|meter"
    r"|cream|app"
    r"|device|serum|range|supplement|kit)|link in bio|shop now)\b"
)
DISCLOSED = regex.compile(
    r"\b(?:disclosure|declare (?:our|my|any)|declaration of interests?|conflicts? of interest|my interests)\b"
)
CLEAR = regex.compile(
    r"(?<!\w)#(?:ad|advert|advertisement|sponsored|paid ?partnership|paid ?promotion)\b|(?:^|[\s(\[])(?:ad"
    r"|advert|advertisement)[:\])|]"
    r"|\b(?:advertisement|sponsored(?: post| by| content)?|paid partnership|paid promotion|paid for by"
    r"|paid collaboration)\b"
)
HASHTAG = regex.compile(r"#\w+")
TAGS_BEFORE = 2

INTEREST = Alternatives(
    r"\b(?:my|our)(?: \p{L}+'s)?(?: very)?(?: own| new)? (?:\p{L}+ )?(?:book|supplement|product|products|app"
    r"|course"
    r"|company|brand|start-?up"
    r"|range|device|trial|serum|cream|shampoo|cuff|meter|monitor|tablets?|capsules?|toothpaste|sunscreen"
    r"|drink|formula"
    r"|protein|powder|webinar|oil|tea)\b"
    r"|\b(?:hamar[aie]|humar[aie]|mer[aie])(?: nay[aie]| apn[aie])? (?:\p{L}+ ){0,2}(?:book|kitab|app|oil"
    r"|tel|cream|churna"
    r"|powder|syrup|supplement|product|brand|course|shampoo|company)\b"
)
DECLARED = regex.compile(
    r"\b(?:disclosure|declare|declares|declaration|conflict of interest|i earn|i founded|i own|we own"
    r"|i am paid|i was paid|i co-founded|we founded|interests?:|my interests|earn from it"
    r"|i wrote|royalt(?:y|ies)|profits? go)\b"
)
INSULT_WITHIN = 8
NAMED_HOSPITAL = regex.compile(
    r"\b\p{Lu}\p{L}+ (?:General|Royal|Infirmary|Hospital|Clinic|Medical|Memorial|Nursing Home|Health)\b"
)


@rule("C10")
def unproven(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A therapy without proof; what warns of it, or names its study, passes."""
    found = [Span(*match.span()) for match in reading.find(any_of(*listed("unproven")))]
    found += [
        Span(*match.span()) for pattern in (REVERSES, CLEANSE, SCOURED) for match in reading.find(pattern)
    ]
    for span in found:
        sentence = reading.sentence_of(span)
        is_studied = STUDIED.search(reading.low, sentence.start, sentence.end)
        if not is_studied and not reading.is_cautioned(span):
            yield Hit(span)


@rule("C11")
def figure_without_source(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A share or "studies show" in a post that names no source and has no link."""
    everything = [one.low for one in around.readings.values()]
    if piece.kind not in ("text", "first_comment") or any(LINK.search(low) for low in everything):
        return
    if any(kind.kind == "link" for kind in around.draft.pieces) or SOURCE_NAMED.search(reading.low):
        return
    if WORLD_HEALTH.search(reading.text):
        return
    for match in reading.find(FIGURE):
        sentence = reading.sentence_of(Span(*match.span()))
        is_sure = match.group().replace(" ", "").startswith("100")
        if not is_sure and not READING_OF.search(reading.low, sentence.start, sentence.end):
            yield Hit(Span(*match.span()))


@rule("D01")
def paid_without_label(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Somebody pays, and this version of the text does not say so at all."""
    if piece.kind != "text" or CLEAR.search(reading.low) or DISCLOSED.search(reading.low):
        return
    if vague := VAGUE.search(reading.low):
        if TRIED.search(reading.low) and vague.group()[0] != "#":
            yield Hit(Span(*vague.span()))
        return
    for match in reading.find(WITH_A_FIRM, capitals=True):
        sentence = reading.sentence_of(Span(*match.span()))
        before = reading.low[max(sentence.start, match.start() - 40) : match.start()]
        behind = reading.low[match.end() : min(sentence.end, match.end() + 60)]
        if not PARTNER_IN_CARE.search(before) and not PARTNER_IN_CARE.search(behind):
            yield Hit(Span(*match.span()))
            return
    for pattern in (PAID, CODE, AFFILIATE):
        if match := pattern.search(reading.low):
            yield Hit(Span(*match.span()))
            return
    if link := next(paying_links(reading), None):
        yield Hit(link)
    elif around.draft.is_sponsored:
        yield Hit()


@rule("D02")
def label_buried(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """The label is vague, stands behind the fold, or among the last hashtags."""
    if piece.kind != "text":
        return
    clear = CLEAR.search(reading.low)
    if clear is None:
        match = VAGUE.search(reading.low)
        if match and not PARTNER_IN_CARE.search(reading.low, match.end(), match.end() + 80):
            yield Hit(Span(*match.span()))
    elif _is_late(reading, clear.start(), piece.platform):
        yield Hit(Span(*clear.span()))


def _is_late(reading: Reading, place: int, platform: str | None) -> bool:
    fold = FOLDS.get(platform or "")
    before = len(HASHTAG.findall(reading.low[:place]))
    return (fold is not None and place >= fold) or before >= TAGS_BEFORE


@rule("D03", reads="post")
def identity_missing(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Advice by somebody whose name, qualification or registration readers cannot see."""
    author = around.author
    is_whole = bool(author.full_name and author.qualification and author.registration_number)
    says_it = bool(author.registration_number) and author.registration_number.lower() in reading.low
    if author.licence == "unverified":
        yield Hit(level="unverified")
    elif around.is_india and not is_whole and not says_it:
        yield Hit()


@rule("D05", reads="post")
def licence_not_in_force(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Unverified, lapsed or suspended: the post waits. While it is written this is only told."""
    if around.author.licence != "verified":
        yield Hit(level="leaving" if around.draft.is_leaving else "default")


@rule("D06")
def interest_not_declared(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """The doctor's own product, company or trial, without a word that it is theirs."""
    for match in reading.find(INTEREST):
        if not DECLARED.search(reading.low):
            yield Hit(Span(*match.span()))


@rule("E02")
def insult(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A hard word close to a colleague, a hospital or a group of people."""
    targets = {Span(*match.span()) for match in reading.find(any_of(*listed("insulted")))}
    targets |= {Span(*match.span()) for match in reading.find(NAMED_HOSPITAL, capitals=True)}
    for match in reading.find(any_of(*listed("insults"))):
        span = Span(*match.span())
        if reading.near(
            span, _of_the_sentence(reading, span, targets), INSULT_WITHIN
        ) and not DENIES_INSULT.search(reading.before(span.start)):
            yield Hit(span)


def _of_the_sentence(reading: Reading, span: Span, targets: set[Span]) -> list[Span]:
    sentence = reading.sentence_of(span)
    return sorted(one for one in targets if sentence.start <= one.start < sentence.end)


DENIES_INSULT = regex.compile(
    r"\b(?:not|never|no|aren't|isn't|beware of|avoid|stop calling|report) (?:\p{L}+ ){0,3}$"
)
