"""What a file is, whatever it is called."""

import io
from pathlib import Path

import pytest

from portal.media import kinds
from tests.doctors import photos
from tests.media import samples


def told(content: bytes, name: str) -> str:
    return kinds.tell(io.BytesIO(content), name)


def why_not(content: bytes, name: str) -> str:
    with pytest.raises(kinds.NotTaken) as refused:
        told(content, name)
    return refused.value.words


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "a.jpg"),
        ("JPEG", "A.JPEG"),
        ("PNG", "a.png"),
        ("WEBP", "a.webp"),
        ("WEBP", "saved-from-the-web.jpg"),
        ("HEIF", "IMG_1.HEIC"),
        ("JPEG", "../../etc/passwd.jpg"),
    ],
)
def test_pictures_are_known_by_their_content(kind: str, name: str) -> None:
    assert told(samples.picture(kind), name) == "picture"


@pytest.mark.parametrize(("kind", "name"), [("mp4", "a.mp4"), ("mov", "IMG_2.MOV"), ("3gp", "a.3gp")])
def test_videos_are_known_by_their_content(kind: str, name: str, tmp_path: Path) -> None:
    assert told(samples.video(tmp_path, kind=kind, seconds=0.2, sound=None), name) == "video"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (samples.DICOM, "scan.jpg", "DICOM"),
        (samples.DICOM, "scan.dcm", "DICOM"),
        (samples.BARE_DICOM, "scan.jpg", "DICOM"),
        (b"\x02\0\0\0UL\x04\0" + samples.BARE_DICOM, "IM00001", "DICOM"),
        (samples.SVG, "logo.svg", "SVG"),
        (samples.SVG, "logo.png", "SVG"),
        (b"\xef\xbb\xbf \r\n" + samples.SVG, "logo.jpg", "SVG"),
        (samples.SVG.decode().encode("utf-16"), "logo.png", "SVG"),
        (b"<!--" + b"x" * 2000 + b"-->" + samples.SVG, "logo.svg", "SVG"),
        (photos.SCRIPT, "page.jpg", "web page"),
        (b"<!--" + b"x" * 2000 + b"-->" + photos.SCRIPT, "page.jpg", "web page"),
        (samples.archive(), "letter.docx", "archive or an office file"),
        (samples.archive(50_000_000), "letter.docx", "archive or an office file"),
        (samples.archive(), "photo.jpg", "archive or an office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "letter.doc", "archive or an office file"),
        (b"7z\xbc\xaf\x27\x1c", "photos.7z", "archive"),
        (b"\x1f\x8b\x08", "photo.jpg", "archive"),
        (samples.tape(), "photos.tar", "archive"),
        (b"%PDF-1.7 ...", "leaflet.pdf", "PDF"),
        (samples.picture("GIF", mode="P", colour=3), "dance.gif", "GIF"),
        (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "photo.jpg", "GIF"),
        (samples.picture("TIFF"), "scan.tif", "TIFF"),
        (samples.picture("AVIF"), "new.avif", "AVIF"),
        (samples.picture("AVIF").replace(b"ftypavif", b"ftypmif1"), "new.heic", "AVIF"),
        (b"RIFF\0\0\0\0AVI LIST", "old.mp4", "older kind"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "talk.m4a", "sound without pictures"),
        (b"MZ\x90\0", "setup.jpg", "program"),
        (b"", "nothing.jpg", "empty"),
        (b"just words", "words.jpg", "cannot tell"),
    ],
)
def test_other_files_are_refused_by_what_they_are(content: bytes, name: str, words: str) -> None:
    assert words in why_not(content, name)


@pytest.mark.parametrize("name", ["photo.mp4", "photo.html", "photo.svg", "photo", "photo.jpg.exe"])
def test_a_name_that_says_something_else_is_refused(name: str) -> None:
    assert "does not fit" in why_not(samples.picture(), name)


def test_a_picture_that_is_an_archive_too_is_refused() -> None:
    assert "two things in one" in why_not(samples.picture() + samples.archive(), "photo.jpg")


def test_a_picture_with_a_script_in_its_head_is_refused() -> None:
    assert "two things" in why_not(samples.picture(comment=b"<script>alert(1)</script>"), "photo.jpg")


def test_a_picture_that_is_a_medical_image_too_is_refused() -> None:
    scan = bytearray(samples.picture(size=(300, 300), comment=b"." * 300))
    scan[128:132] = b"DICM"
    assert "DICOM" in why_not(bytes(scan), "photo.jpg")


def test_a_moving_photo_of_a_phone_is_a_picture(tmp_path: Path) -> None:
    assert told(samples.picture() + samples.video(tmp_path, seconds=0.2), "PXL_1.MP.jpg") == "picture"
