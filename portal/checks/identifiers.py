"""Numbers and codes that point to one person, by their check digits where they have some."""

from collections.abc import Iterator

import regex
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, pan
from stdnum.us import ssn

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

SSN_WRITTEN_APART = regex.compile(r"(?<![\d.-])(\d{3})([-. ])(\d{2})\2(\d{4})(?![\d-])")
SSN_LABELLED = regex.compile(r"\b(?:ssn|social security)(?: (?:number|no\.?))?\W{0,3}(\d{9})(?!\d)")

TWELVE_DIGITS = regex.compile(r"(?<![\d+])(?<!\d[ -])([2-9]\d{3})([ -]?)(\d{4})\2(\d{4})(?![ -]?\d)")
INDIAN_PHONE = regex.compile(r"91[6-9]\d{9}")

TEN_DIGITS = regex.compile(r"(?<![\d+])(?<!\d[ -])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![ -]?\d)")
NHS_LABEL = regex.compile(r"\bnhs\W{0,3}(?:number|no\b|id)?\W{0,3}(?:is|was)?\W{0,3}$")
BOOK_LABEL = regex.compile(r"\bisbn(?:-1[03])?\W{0,3}$")

NUMBER = r"(?:\s*(?:no\b\.?|nos?\b\.?|number|num\b|id\b|#))"
CODE = r"(?=[\w/-]*\d{3})([a-z]{0,5}[/-]?\d[\w/-]*\d)(?!\d)"
# These labels stand beside years and plain counts too, so they need the word "number" or a colon.
RECORD_WITH_NUMBER = regex.compile(
    r"\b(?:opd|ipd|cr|hospital|patient|accession|lab|sample|admission|case|file|a/c|account|acct|member"
    r"|policy"
    rf"|claim|plan|bill|invoice)(?:{NUMBER}\s*[:#=-]?|\s*[:#])\s*(?:is\s+|was\s+)?{CODE}"
)
RECORD = regex.compile(rf"\b(?:mrn|mrd|uhid|ipd|abha){NUMBER}?\s*[:#=-]?\s*(?:is\s+|was\s+)?{CODE}")
ABHA = regex.compile(r"(?<![\d-])\d{2}([ -])\d{4}\1\d{4}\1\d{4}(?![ -]?\d)")
ABHA_ADDRESS = regex.compile(r"\b[\w.]+@(?:abdm|sbx)\b")
YEAR_OR_HOURS = regex.compile(r"(?:19|20)\d\d|\d{3,4}-\d{3,4}")

INDIAN_PLATE = regex.compile(r"\b[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{1,3}[ -]?\d{4}\b")
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
    """Three, two and four digits; the areas, groups and samples that were never given out pass."""
    for match in reading.find(SSN_WRITTEN_APART):
        if ssn.is_valid("-".join(match.group(1, 3, 4))):
            yield Hit(Span(*match.span()))
    for match in reading.find(SSN_LABELLED):
        if ssn.is_valid(match.group(1)):
            yield Hit(Span(*match.span(1)))


@rule("P05")
def aadhaar_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Twelve digits with a right check digit. A phone number with its country code is none."""
    for match in reading.find(TWELVE_DIGITS):
        digits = "".join(match.group(1, 3, 4))
        is_phone = bool(INDIAN_PHONE.fullmatch(digits)) and not match.group(2)
        if aadhaar.is_valid(digits) and not (is_phone and "aadha" not in reading.low[: match.start()]):
            yield Hit(Span(*match.span()))


@rule("P06")
def nhs_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Ten digits with a right check digit: labelled, or in Britain, where no phone number looks like it."""
    for match in reading.find(TEN_DIGITS):
        before = reading.low[: match.start()]
        is_named = bool(NHS_LABEL.search(before)) or (around.pack == "GB" and not BOOK_LABEL.search(before))
        if is_named and match.group(1)[0] != "0" and nhs.is_valid("".join(match.group(1, 3, 4))):
            yield Hit(Span(*match.span()))


@rule("P07")
def record_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A label of a hospital, insurer or bank with a number or code behind it."""
    for pattern in (RECORD, RECORD_WITH_NUMBER):
        for match in reading.find(pattern):
            if not YEAR_OR_HOURS.fullmatch(match.group(1)):
                yield Hit(Span(*match.span(1)))
    for pattern in (ABHA, ABHA_ADDRESS):
        yield from (Hit(Span(*match.span())) for match in reading.find(pattern))


@rule("P12")
def plate_or_serial(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Plates, serial numbers and cards; the doctor's own registration number passes."""
    found = {Span(*match.span(1)) for match in reading.find(DEVICE_OR_CARD)}
    plates = (INDIAN_PLATE, BRITISH_PLATE) if around.pack == "GB" else (INDIAN_PLATE,)
    for pattern in plates:
        found |= {Span(*match.span()) for match in reading.find(pattern, capitals=True)}
    for match in reading.find(PAN, capitals=True):
        if pan.is_valid(match.group()):
            found.add(Span(*match.span()))
    own = around.author.registration_number.lower()
    whole = [one for one in found if not any(_covers(two, one) for two in found)]
    yield from (Hit(span) for span in whole if reading.low[span.start : span.end] != own)


def _covers(two: Span, one: Span) -> bool:
    return two != one and two.start <= one.start and one.end <= two.end
