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
# What a machine for pictures of the body, or a program that photographs papers, is called in a name.
SCAN = (
    r"(?:x[ _-]?rays?|radiographs?|mammograms?|mri|ct|pet|ecg|ekg|usg|opg|ultrasounds?|sonograms?|angiograms?"
    r"|camscanner|scan(?:s|ned)?)"
)
SCAN_FILE = regex.compile(rf"(?<!\p{{L}}){SCAN}(?!\p{{L}})|(?<!\p{{L}})scan\d")
SCAN_TOLD = regex.compile(rf"^(?:an?|the|my|our|this)?\s*(?:\p{{L}}+\s+){{0,2}}?{SCAN}(?!\p{{L}})")
# A drawing of one, or a machine or a room for one, has no name burned in.
NO_SCAN = regex.compile(
    r"\b(?:drawings?|diagrams?|illustrations?|cartoons?|icons?|posters?|logos?|machines?|scanners?|rooms?"
    r"|cent(?:re|er)s?|leaflets?|qr)\b"
)
PART = regex.compile(r"\p{L}+")
WITHDRAWN = "The patient took back the consent. Take this picture out."
RENAME = "Rename the file in your library. Nobody else sees its name, but it should not point to a patient."


@rule("P14", reads="post")
def people_in_pictures(piece: Piece, reading: Reading, around: Around) -> Iterator[Hit]:
    """A patient needs consent; a picture of which nothing was said is asked about."""
    for picture in around.draft.pictures:
        if picture.is_withdrawn:
            yield Hit(suggestion=WITHDRAWN, where=picture.where)
        elif picture.shows == "patient":
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


def is_named_as_scan(file_name: str, alt_text: str) -> bool:
    """Whether a picture's file or its description calls it an X-ray, an ECG or another scan.

    The picture itself is read by nobody, so one that is named otherwise is not noticed.
    """
    stem = regex.sub(r"[_-]+", " ", file_name.lower().rsplit(".", 1)[0])
    told = alt_text.strip().lower()
    if NO_SCAN.search(stem) or NO_SCAN.search(told):
        return False
    return bool(SCAN_FILE.search(stem) or SCAN_TOLD.search(told))


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
