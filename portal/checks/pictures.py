"""Pictures and videos, their names and descriptions."""

from collections.abc import Iterator

import regex

from portal.checks.names import patient_name
from portal.checks.reading import Reading, Span
from portal.checks.rule import Around, Hit, rule
from portal.checks.values import Piece
from portal.checks.words import listed

LONG_NUMBER = regex.compile(r"(?<!\d)\d{6,}(?!\d)")
# Names that cameras, phones and programs give by themselves: a word, a date and time, or hex digits.
CAMERA = regex.compile(
    r"^(?:(?:img|vid|dsc|dscn|pxl|image|photo|mvimg|screenshot|whatsapp image|inshot|dji|gopr"
    r"|signal)[-_ ]?[\d_ ().a-z-]*|(?:19|20)\d{6}[-_ ]?\d{4,9}[\d_ ().-]*|[0-9a-f]{8}[0-9a-f-]{8,})$"
)
PART = regex.compile(r"\p{L}+")
RENAME = "Rename the file in your library. Nobody else sees its name, but it should not point to a patient."


@rule("P14", reads="post")
def people_in_pictures(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A patient needs consent; a picture of which nothing was said is asked about."""
    for picture in around.draft.pictures:
        if picture.shows == "patient":
            yield Hit(level="consent" if picture.has_consent else "default", where=picture.where)
        elif not picture.shows:
            yield Hit(level="unasked", where=picture.where)


@rule("P15", reads="post")
def hidden_facts(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """What the file held beside the picture, and was taken out when it came in."""
    for picture in around.draft.pictures:
        if picture.removed:
            yield Hit(suggestion=f"Taken out: {', '.join(picture.removed)}.", where=picture.where)


@rule("P16", reads="post")
def scans(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A picture that looks like a scan, which often has a name burned in. DICOM is refused at the door."""
    yield from (Hit(where=picture.where) for picture in around.draft.pictures if picture.looks_like_scan)


@rule("P17")
def telling_name(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A person's name or a long number in a file's name or a description."""
    if piece.kind == "file_name":
        yield from _in_file_name(piece, reading, around)
    elif piece.kind == "alt_text":
        for match in reading.find(LONG_NUMBER):
            yield Hit(Span(*match.span()))
        yield from (Hit(hit.span) for hit in patient_name(piece, reading, around))


def _in_file_name(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    stem = reading.low.rsplit(".", 1)[0]
    if CAMERA.match(stem):
        return
    own = set(PART.findall(around.author.full_name.lower() + " " + around.author.clinic_name.lower()))
    given = set(listed("given_names")) - own - set(listed("not_names"))
    for match in PART.finditer(stem):
        if match.group() in given:
            yield Hit(Span(*match.span()), "file", RENAME)
    yield from (Hit(Span(*match.span()), "number", RENAME) for match in LONG_NUMBER.finditer(stem))
