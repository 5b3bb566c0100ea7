"""Numbers that point to one person."""

from collections.abc import Iterator

import regex
from stdnum.us import ssn

from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece

SSN_WRITTEN_APART = regex.compile(r"(?<![\d.-])(\d{3})([-. ])(\d{2})\2(\d{4})(?![\d-])")
SSN_LABELLED = regex.compile(r"\b(?:ssn|social security)(?: (?:number|no\.?))?\W{0,3}(\d{9})(?!\d)")


@rule("P04")
def social_security_number(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """Three, two and four digits; the areas, groups and samples that were never given out pass."""
    for match in reading.find(SSN_WRITTEN_APART):
        if ssn.is_valid("-".join(match.group(1, 3, 4))):
            yield Hit(Span(*match.span()))
    for match in reading.find(SSN_LABELLED):
        if ssn.is_valid(match.group(1)):
            yield Hit(Span(*match.span(1)))
