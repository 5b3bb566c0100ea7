"""Tells what an uploaded file is by its content, and refuses by name what cannot be taken.

The content decides; the ending has to agree, so that nothing passes for what it is not.
"""

import zipfile
from pathlib import PurePath
from typing import IO, Literal

from portal import pictures, videos

Kind = Literal["picture", "video"]

VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".3gp", ".3g2")
ENDINGS: dict[Kind, tuple[str, ...]] = {"picture": pictures.POST_ENDINGS, "video": VIDEO_ENDINGS}

TAKEN = "Choose a picture (JPEG, PNG, WebP or HEIC) or a video (MP4, MOV or WebM)."
EMPTY = "This file is empty. Choose another one."
UNKNOWN = f"We cannot tell what this file is. {TAKEN}"
DISGUISED = "The name of this file does not fit what is in it. Save it again in the program it comes from."
TWO_IN_ONE = "This file is two things in one, and one of them is hidden. Save the picture or video again."
DICOM = "This is a medical image (DICOM). It holds the patient's name and data, so it must not leave you."
DRAWING = "SVG drawings can hold programs, so they cannot be taken. Save it as PNG."
PAGE = "This is a web page or a script, not a picture or a video."
AVIF = "AVIF pictures cannot be taken. Save it as JPEG or PNG."
RAW = "This is a camera's raw picture. Save it as JPEG first."
ARCHIVE = "This is an archive. Take the picture out of it first."
OFFICE = "This is an archive or an office file. Save the picture on its own."
PROGRAM = "This is a program, not a picture or a video."
SOUND = "This is sound without pictures. Choose a picture or a video."
OLD_VIDEO = "Videos of this older kind cannot be taken. Save it as MP4."

# The first bytes of files that people pick by mistake, or that somebody hopes we would open.
REFUSED = (
    (b"GIF8", "GIF files cannot be taken. Save it as a video (MP4), or one picture of it as PNG."),
    (b"%PDF", "This is a PDF file. Save the page as a picture."),
    (b"PK", OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MSCF", ARCHIVE),
    (b"BM", "BMP files cannot be taken. Save it as JPEG or PNG."),
    (b"II*\x00", "TIFF files cannot be taken. Save it as JPEG or PNG."),
    (b"MM\x00*", "TIFF files cannot be taken. Save it as JPEG or PNG."),
    (b"8BPS", "Photoshop files cannot be taken. Save it as JPEG or PNG."),
    (b"\xff\x0a", "JPEG XL files cannot be taken. Save it as JPEG or PNG."),
    (b"\0\0\0\x0cJXL ", "JPEG XL files cannot be taken. Save it as JPEG or PNG."),
    (b"\0\0\0\x0cjP  ", "JPEG 2000 files cannot be taken. Save it as JPEG or PNG."),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
    (b"ID3", SOUND),
    (b"OggS", SOUND),
    (b"fLaC", SOUND),
    (b"FLV", OLD_VIDEO),
    (b"\x30\x26\xb2\x75", OLD_VIDEO),
    (b"\0\0\1\xba", OLD_VIDEO),
)
# What a RIFF file holds, and a tape archive, stand further on.
RIFF = {b"AVI ": OLD_VIDEO, b"WAVE": SOUND}
TAPE_AT, TAPE = 257, b"ustar"
# Packets of 188 bytes, as cameras and recorders write them.
STREAM_STEP, STREAM = 188, b"G"
# A DICOM file may do without its 128 first bytes, or without its own list of facts: then it begins with one
# of the groups 0002 and 0008, as two small numbers, the lower byte first.
# https://dicom.nema.org/medical/dicom/current/output/chtml/part10/chapter_7.html
DICOM_GROUPS = (b"\x02\0", b"\x08\0")
DICOM_ELEMENTS = 0x0100

# The "brands" by which files of one family (ISO 14496-12) say what they hold.
HEVC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
HEIC = HEVC | {b"mif1", b"msf1"}
AVIFS = {b"avif", b"avis"}
RAWS = {b"crx "}
SOUNDS = {b"M4A ", b"M4B ", b"M4P "}
# Older QuickTime files begin with one of these parts and name no brand.
QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip"}
DRAWINGS = (".svg", ".svgz")
SOUND_ENDINGS = (".m4a", ".m4b")
MARKUP = (b"<svg", b"<html", b"<script", b"<!doctype", b"<?php")
HEAD = 1024


class NotTaken(Exception):
    """The file cannot be taken; `words` say why and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def tell(file: IO[bytes], name: str) -> Kind:
    """What the file is; raises NotTaken for everything that is neither picture nor video."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise NotTaken(EMPTY)
    kind = _by_content(head)
    if kind is None:
        is_drawing = PurePath(name.lower()).suffix in DRAWINGS
        raise NotTaken(DRAWING if is_drawing else _why_not(head))
    _refuse_second_content(file, head)
    ending = PurePath(name.strip().lower()).suffix
    if ending not in ENDINGS[kind]:
        raise NotTaken(SOUND if ending in SOUND_ENDINGS else DISGUISED)
    return kind


def _by_content(head: bytes) -> Kind | None:
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (head[:4], head[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return "picture"
    if head[4:8] == b"ftyp":
        if _why_not_of_brands(head):
            return None
        return "picture" if head[8:12] in HEIC else "video"
    if head[4:8] in QUICKTIME or head.startswith(videos.MATROSKA):
        return "video"
    return None


def _why_not_of_brands(head: bytes) -> str | None:
    """Of a file that names its brands: the first is what it is, the others what else can read it."""
    first, others = head[8:12], _brands(head)
    if first in AVIFS or (first in HEIC and others & AVIFS and not (others | {first}) & HEVC):
        return AVIF
    if first in RAWS:
        return RAW
    return SOUND if first in SOUNDS else None


def _brands(head: bytes) -> set[bytes]:
    size = min(int.from_bytes(head[:4]), len(head))
    return {head[at : at + 4] for at in range(16, size - 3, 4)}


def _why_not(head: bytes) -> str:
    if head[128:132] == b"DICM" or _is_bare_dicom(head):
        return DICOM
    if head[4:8] == b"ftyp":
        return _why_not_of_brands(head) or UNKNOWN
    said = next((words for start, words in REFUSED if head.startswith(start)), None)
    if said or (head[:4] == b"RIFF" and (said := RIFF.get(head[8:12]))):
        return said
    if head[TAPE_AT:].startswith(TAPE):
        return ARCHIVE
    if len(head) > STREAM_STEP and head[:1] == head[STREAM_STEP : STREAM_STEP + 1] == STREAM:
        return OLD_VIDEO
    return _why_not_of_text(head)


def _is_bare_dicom(head: bytes) -> bool:
    """Whether it begins as a list of facts: a group, a small number in it, and two letters or a length."""
    if not head.startswith(DICOM_GROUPS) or int.from_bytes(head[2:4], "little") > DICOM_ELEMENTS:
        return False
    is_explicit = head[4:6].isalpha() and head[4:6].isupper()
    return is_explicit or int.from_bytes(head[4:8], "little") < HEAD


def _why_not_of_text(head: bytes) -> str:
    # Of UTF-16, only the letters are left.
    text = head.replace(b"\0", b"").lower()
    if b"<svg" in text:
        return DRAWING
    is_markup = text.lstrip(b"\xff\xfe\xef\xbb\xbf \r\n\t").startswith((b"<?xml", b"<!--"))
    return PAGE if is_markup or any(word in text for word in MARKUP) else UNKNOWN


def _refuse_second_content(file: IO[bytes], head: bytes) -> None:
    """A file may be a picture from its beginning and an archive from its end, or hide markup in its head.

    What we keep is drawn anew and would lose it; but nobody makes such a file by accident.
    """
    if head[128:132] == b"DICM":
        raise NotTaken(DICOM)
    is_markup = any(word in head.lower() for word in MARKUP)
    file.seek(0)
    if is_markup or b"%PDF-" in head or zipfile.is_zipfile(file):
        raise NotTaken(TWO_IN_ONE)
