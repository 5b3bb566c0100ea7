"""Tells what an uploaded file is by its content, and refuses by name what cannot be taken.

The content decides; the ending has to agree, so that nothing passes for what it is not.
"""

import zipfile
from pathlib import PurePath
from typing import IO, Literal

from portal import pictures, videos

Kind = Literal["picture", "video"]

VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv")
ENDINGS: dict[Kind, tuple[str, ...]] = {"picture": pictures.POST_ENDINGS, "video": VIDEO_ENDINGS}

TAKEN = "Choose a picture (JPEG, PNG, WebP or HEIC) or a video (MP4, MOV or WebM)."
EMPTY = "This file is empty. Choose another one."
DISGUISED = "The name of this file does not fit what is in it. Save it again in the program it comes from."
TWO_IN_ONE = "This file is two things in one, and one of them is hidden. Save the picture or video again."

# The first bytes of files that people pick by mistake, or that somebody hopes we would open.
REFUSED = (
    ("GIF8", "GIF files cannot be taken yet."),
    ("%PDF", "This is a PDF file. Save the page as a picture."),
    ("PK", "This is an archive or an office file. Save the picture on its own."),
    ("Rar!", "This is an archive. Take the picture out of it first."),
    ("7z\xbc\xaf", "This is an archive. Take the picture out of it first."),
    ("\x1f\x8b", "This is an archive. Take the picture out of it first."),
    ("BM", "BMP files cannot be taken. Save it as JPEG or PNG."),
    ("II*\x00", "TIFF files cannot be taken. Save it as JPEG or PNG."),
    ("MM\x00*", "TIFF files cannot be taken. Save it as JPEG or PNG."),
    ("MZ", "This is a program, not a picture or a video."),
    ("\x7fELF", "This is a program, not a picture or a video."),
)
DICOM = "This is a medical image (DICOM). It holds the patient's name and data, so it must not leave you."
DRAWING = "SVG drawings can hold programs, so they cannot be taken. Save it as PNG."
PAGE = "This is a web page or a script, not a picture or a video."
AVIF = "AVIF pictures cannot be taken yet. Save it as JPEG or PNG."

# The "brands" by which files of one family (ISO 14496-12) say what they hold.
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# Older QuickTime files begin with one of these parts and name no brand.
QUICKTIME = {b"moov", b"mdat", b"wide", b"free", b"skip"}
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
        raise NotTaken(_why_not(head))
    _refuse_second_content(file, head)
    if PurePath(name.lower()).suffix not in ENDINGS[kind]:
        raise NotTaken(DISGUISED)
    return kind


def _by_content(head: bytes) -> Kind | None:
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (head[:4], head[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC:
        return "picture"
    if (head[4:8] == b"ftyp" and head[8:12] not in (b"avif", b"avis")) or head[4:8] in QUICKTIME:
        return "video"
    if head.startswith(videos.MATROSKA):
        return "video"
    return None


def _why_not(head: bytes) -> str:
    if head[128:132] == b"DICM":
        return DICOM
    if head[4:8] == b"ftyp":
        return AVIF
    text = head.lower()
    if b"<svg" in text:
        return DRAWING
    if text.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") or any(word in text for word in MARKUP):
        return PAGE
    beginning = head.decode("latin-1")
    said = next((words for start, words in REFUSED if beginning.startswith(start)), None)
    return f"{said or 'We cannot tell what this file is.'} {TAKEN}" if said is None else said


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
