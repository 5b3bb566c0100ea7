"""Numbers and codes that point to one person, by their check digits where they have some."""

from collections.abc import Iterator

import regex
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, pan
from stdnum.us import ssn

from portal.checks import spelled
from portal.checks.reading import Reading, Span, outermost
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

SSN_WRITTEN_APART = regex.compile(r"(?<![\d.-])(\d{3})([-. ])(\d{2})\2(\d{4})(?![\d-])")
SSN_LABELLED = regex.compile(
    r"\b(?:ssn|s\.s\.n\.?|ss ?#|ss no|soc(?:ial)?[ -]?sec(?:urity)?|(?:his|her|their|the|my|pt|patient'?s?"
    r"|mom's|dad's) social|social(?= ?(?:#|no\b|num|is\b|was\b|:)))(?: ?(?:number|num|no"
    r"|#))?\W{0,3}(?:(?:is|was"
    r"|of)\W{1,2})?"
    r"(\d{3})[-. /]{0,2}(\d{2})[-. /]{0,2}(\d{4})(?!\d)"
)
SSN_NAMED = regex.compile(r"\b(?:ssns?|social)\b")
# Printed on sample cards: the library calls them invalid, but a reader cannot tell them from others.
SAMPLES = {"078051120", "219099999", "457555462"}

TWELVE_DIGITS = regex.compile(
    r"(?<![\d+])(?<!\d[ .-])([2-9]\d{3})([ .-]{0,2})(\d{4})[ .-]{0,2}(\d{4})(?![ .-]?\d)"
)
AADHAAR_LABELLED = regex.compile(
    r"(?:\b(?:aad?ha+r|adha+r|uidai|uid)\b|आधार)[^\d\n]{0,25}((?:\d[ .-]{0,2}){11}\d)(?!\d)"
)
INDIAN_PHONE = regex.compile(r"91[6-9]\d{9}")

# In threes and a four, or however they were typed.
TEN_DIGITS = regex.compile(r"(?<![\d+])(?<!\d[ -])[1-9](?:[ .-]{0,2}\d){9}(?![ -]?\d)")
NHS_LABEL = regex.compile(r"\bnhs\W{0,3}(?:numbers?|num|no\b|nos\b|id|#)?\W{0,3}(?:is|was)?\W{0,3}$")
BOOK_LABEL = regex.compile(r"\bisbn(?:-?1[03])?(?: (?:no|number))?\W{0,3}$")

# A dot after any letter of a short label: "M.R.N.", "C.R. No."
NUMBER = (
    r"(?:(?:\s*(?:ref|reference|record|file|report|reg)\.?)?\s*(?:no\b\.?|nos?\b\.?|nr\b\.?"
    r"|number|num\b\.?|ref(?:erence)?\b\.?|ids?\b|code|#|नंबर|नं\.?|क्रमांक))"
)
CODE = r"(?|(?=[\w/-]*\d{3})([a-z]{0,5}[/-]?\d[\w/-]*\d[a-z]?)(?![\p{L}\d])|([a-z]{1,3}\d{0,2} \d{4,})(?!\d))"
# These labels stand beside years and plain counts too, so they need the word "number".
RECORD_WITH_NUMBER = regex.compile(
    r"(?:\b(?:unit|pat\.?|case ?sheet|case ?paper|requisition|slide|biopsy|path(?:ology)?|hpe|histology"
    r"|x-?ray|film|barcode|health|episode|referral|hospital|hosp\.?|patient|pt\.?|lab|laboratory|admission"
    r"|adm\.?|case|file|chart|plan|health"
    r"|visit"
    r"|encounter|discharge|o\.?p\.?|i\.?p\.?|m\.?r\.?|group|test|reference|(?:patient|pt"
    r"|hospital)['’]?s? reg(?:d|n|istration)?\.?)"
    rf"|मरीज़|मरीज|रोगी){NUMBER}\s*[:#=-]?\s*(?:is\s+|was\s+)?{CODE}"
)
# These need the word "number" or a colon.
RECORD_WITH_COLON = regex.compile(
    r"\b(?:o\.?p\.?d\.?|c\.?r\.?|accession|accn?\.?|specimen|sample|a/c|account|acct\.?|member(?:ship)?"
    r"|subscriber|beneficiary|policy|claim|bill|invoice|inv\.?|receipt|tpa|medicare|medicaid"
    rf"|insurance)(?:{NUMBER}\s*[:#=-]?|\s*[:#])\s*(?:is\s+|was\s+)?{CODE}"
)
RECORD = regex.compile(
    rf"(?:\b(?:m\.?r\.?n\.?|mrd|uhid|u\.h\.i\.d\.?|ipd|i\.p\.d\.?|abha|crn)|यूएचआईडी|आभा){NUMBER}?"
    rf"\s*[:#=-]?\s*(?:is\s+|was\s+)?(?|{CODE}|([a-z]{{2,5}}\d{{0,3}}\.\d{{4,}})(?!\d))"
)
RECORD_WITH_PREFIX = regex.compile(r"\b((?:opd|ipd|uhid|mrn|mrd|crn)[-/]\d[\d/-]{2,}\d)(?![\d/-])")
# A doctor has a registration number as well: in a patient's story, and only with digits, it is a record's.
REGISTERED = regex.compile(
    r"\breg(?:d|n|istration)?\.? ?(?:no\b\.?|number|#)\s*[:#=-]?\s*(\d[\d/-]{3,}\d)(?![\w/-])"
)
ABHA = regex.compile(r"(?<![\d-])\d{2}([ -])\d{4}\1\d{4}\1\d{4}(?![ -]?\d)")
ABHA_LABELLED = regex.compile(r"(?:\babha\b|आभा)[^\d\n]{0,20}(\d{14})(?!\d)")
ABHA_ADDRESS = regex.compile(r"\b[\w.]+@(?:abdm|sbx)\b")
# Years, opening hours, telephones, and the thousandth patient.
NO_RECORD = regex.compile(
    r"(?:19|20)\d\d|\d{3,4}-\d{3,4}|0\d{9,10}|0\d{2,4}-\d{6,8}|18\d\d?-?\d{6,7}|[1-9]\d?0{2,}"
)
ACT_OF_YEAR = regex.compile(r" of (?:19|20)\d\d\b")

INDIAN_PLATE = regex.compile(r"\b[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{1,3}[ -]?\d{4}\b")
# In America every state has its own; the word stands before it.
LABELLED_PLATE = regex.compile(
    r"\b(?:number |licen[cs]e )?plate(?: (?:no|number)\b\.?|:)?(?: (?:is|was|read|reads))?"
    r" ((?=[\dA-Z -]*\d)(?=[\dA-Z]*[A-Z])(?:[A-Z]{2} )?(?:[\dA-Z]{5,8}|[A-Z]{2,4}[ -]?\d{2,4}))\b"
)
BRITISH_PLATE = regex.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")
DEVICE_OR_CARD = regex.compile(
    r"\b(?:serial|device|implant|chassis|vehicle|car|number plate|plate|driving licen[cs]e"
    rf"|driver's licen[cs]e|dl|passport|voter id"
    rf"|ration card){NUMBER}?\s*[:#-]?\s*((?=[\w/ -]*\d{{3}})[a-z]{{1,4}}[ /-]?\d[\w/-]*"
    r"(?: \d{4,})?|\d{6,})"
)
PAN = regex.compile(r"\b[A-Z]{5}\d{4}[A-Z]\b")


@rule("P04")
def social_security_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Three, two and four digits; the areas and groups that were never given out pass."""
    for match in reading.find(SSN_WRITTEN_APART):
        if _is_given_out("".join(match.group(1, 3, 4))):
            yield Hit(Span(*match.span()))
    for match in reading.find(SSN_LABELLED):
        is_seen = SSN_WRITTEN_APART.match(reading.low, match.start(1))
        if not is_seen and _is_given_out("".join(match.group(1, 2, 3))):
            yield Hit(Span(match.start(1), match.end(3)))
    for span, digits in spelled.numbers(reading):
        if len(digits) == 9 and SSN_NAMED.search(reading.before(span.start)) and _is_given_out(digits):
            yield Hit(span)


def _is_given_out(digits: str) -> bool:
    return ssn.is_valid(digits) or digits in SAMPLES


@rule("P05")
def aadhaar_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Twelve digits with a right check digit. A phone number with its country code is none."""
    found = set()
    for match in reading.find(TWELVE_DIGITS):
        digits = "".join(match.group(1, 3, 4))
        is_phone = bool(INDIAN_PHONE.fullmatch(digits)) and not match.group(2)
        if aadhaar.is_valid(digits) and not is_phone:
            found.add(Span(*match.span()))
    for match in reading.find(AADHAAR_LABELLED):
        if aadhaar.is_valid(regex.sub(r"\D", "", match.group(1))):
            found.add(Span(*match.span(1)))
    found |= {
        span for span, digits in spelled.numbers(reading) if len(digits) == 12 and aadhaar.is_valid(digits)
    }
    yield from (Hit(span) for span in outermost(found))


@rule("P06")
def nhs_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Ten digits with a right check digit: labelled, or in Britain, where no phone number looks like it."""
    for match in reading.find(TEN_DIGITS):
        before = reading.before(match.start())
        is_named = bool(NHS_LABEL.search(before)) or (around.pack == "GB" and not BOOK_LABEL.search(before))
        if is_named and nhs.is_valid(regex.sub(r"\D", "", match.group())):
            yield Hit(Span(*match.span()))


@rule("P07")
def record_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A label of a hospital, insurer or bank with a number or code behind it."""
    own = around.author.registration_number.lower()
    found = {Span(*match.span()) for pattern in (ABHA, ABHA_ADDRESS) for match in reading.find(pattern)}
    found |= {Span(*match.span(1)) for match in reading.find(ABHA_LABELLED)}
    in_a_story = (REGISTERED,) if reading.care else ()
    for pattern in (*in_a_story, RECORD, RECORD_WITH_COLON, RECORD_WITH_NUMBER, RECORD_WITH_PREFIX):
        for match in reading.find(pattern):
            is_other = NO_RECORD.fullmatch(match.group(1)) or match.group(1) == own
            if not is_other and not ACT_OF_YEAR.match(reading.low, match.end()):
                found.add(Span(*match.span(1)))
    yield from (Hit(span) for span in outermost(found))


@rule("P12")
def plate_or_serial(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Plates, serial numbers and cards; the doctor's own registration number passes."""
    found = {Span(*match.span(1)) for match in reading.find(DEVICE_OR_CARD)}
    found |= {Span(*match.span(1)) for match in reading.find(LABELLED_PLATE, capitals=True)}
    plates = (INDIAN_PLATE, BRITISH_PLATE) if around.pack == "GB" else (INDIAN_PLATE,)
    for pattern in plates:
        found |= {Span(*match.span()) for match in reading.find(pattern, capitals=True)}
    for match in reading.find(PAN, capitals=True):
        if pan.is_valid(match.group()):
            found.add(Span(*match.span()))
    own = around.author.registration_number.lower()
    yield from (Hit(span) for span in outermost(found) if reading.low[span.start : span.end] != own)
