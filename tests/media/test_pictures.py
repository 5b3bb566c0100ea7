"""Pictures for posts: what is left of them."""

import io
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from portal import pictures
from tests.doctors import photos
from tests.media import samples


def drawn(content: bytes, name: str = "photo.jpg") -> tuple[pictures.Picture, Image.Image]:
    picture = pictures.for_post(io.BytesIO(content), name)
    return picture, Image.open(io.BytesIO(picture.content))


def why_not(content: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(pictures.NotAPicture) as refused:
        pictures.for_post(io.BytesIO(content), name)
    return refused.value.words


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("WEBP", "a.webp"), ("HEIF", "a.heic"), ("PNG", "a.png")]
)
def test_nothing_but_upright_pixels_is_left(kind: str, name: str) -> None:
    picture, opened = drawn(samples.picture(kind, exif=samples.exif(turned=True)), name)

    assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (30, 40))
    assert (picture.width, picture.height, picture.mime_type) == (30, 40, "image/jpeg")
    assert not opened.getexif() and "xmp" not in opened.info and "icc_profile" not in opened.info
    assert not any(secret in picture.content for secret in samples.SECRETS)
    assert picture.removed == ("place", "time", "device", "other")


def test_a_clean_picture_told_nothing() -> None:
    assert drawn(samples.picture())[0].removed == ()


XMP = b'<x:xmpmeta><rdf exif:GPSLatitude="12,58N" tiff:Model="Pixel" dc:creator="Asha"/></x:xmpmeta>'
LOOSE = PngInfo()
LOOSE.add_text("Creation Time", "2026-05-04")
LOOSE.add_text("parameters", "Asha Menon")
EMPTY_PLACE = Image.Exif()
EMPTY_PLACE.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSVersionID] = b"\2\3\0\0"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (samples.picture(xmp=XMP), ("place", "device", "other")),
        (
            samples.with_parts(samples.picture(), (0xED, samples.iptc((90, b"Mysuru"), (55, b"20260504")))),
            ("place", "time", "other"),
        ),
        (samples.with_parts(samples.picture(), (0xEB, b"JP\0\0c2pa Asha Menon")), ("other",)),
        (samples.picture() + b"\0\0\0\x18ftypmp42 Asha Menon", ("film",)),
        (samples.picture("PNG", pnginfo=LOOSE), ("time", "other")),
        (samples.picture(exif=EMPTY_PLACE.tobytes()), ()),
        (samples.with_parts(samples.picture(), (0xE1, b"Exif\0\0no list of notes")), ()),
    ],
    ids=["xmp", "iptc", "signed", "film", "loose", "no place", "broken"],
)
def test_what_is_told_elsewhere_is_found_as_well_and_goes(content: bytes, told: tuple[str, ...]) -> None:
    picture, _ = drawn(content, "photo.png" if content.startswith(b"\x89PNG") else "photo.jpg")
    assert picture.removed == told
    assert not any(word in picture.content for word in (b"xmpmeta", b"Asha", b"Mysuru", b"ftyp"))


def test_an_x_ray_of_16_bits_keeps_its_tones() -> None:
    _, opened = drawn(samples.grey16(), "chest.png")
    tones = [opened.getpixel((x, 128))[0] for x in (8, 128, 248)]  # type: ignore[index]
    assert tones == pytest.approx([8, 128, 248], abs=4)


def test_colours_of_another_profile_are_brought_to_the_usual_ones_through_transparency_too() -> None:
    content = samples.picture("PNG", mode="RGBA", colour=(255, 0, 0, 77), icc_profile=samples.other_colours())
    assert drawn(content, "logo.png")[1].getpixel((1, 1)) == (0, 255, 0, 77)


def test_few_colours_are_made_smaller_as_softly_as_many() -> None:
    stripes = Image.new("1", (8192, 16))
    stripes.paste(1, (0, 0, 4096, 16))
    sheet = io.BytesIO()
    stripes.resize((8190, 16)).save(sheet, "PNG")
    _, opened = drawn(sheet.getvalue(), "sheet.png")
    assert {opened.getpixel((x, 4))[0] for x in range(2040, 2056)} - {0, 255}  # type: ignore[index]


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what the process holds")
def test_a_large_picture_leaves_no_memory_behind() -> None:
    content = samples.picture("PNG", (4300, 4300), mode="L", colour=9, compress_level=1)
    before = held_bytes()
    with ThreadPoolExecutor(1) as visitor:  # a thread's memory is what the C library likes to keep
        visitor.submit(drawn, content, "sheet.png").result()
    assert held_bytes() - before < 25_000_000


def held_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_transparent_picture_stays_a_png() -> None:
    picture, opened = drawn(samples.picture("PNG", mode="RGBA", colour=(9, 99, 9, 90)), "logo.png")
    assert (picture.mime_type, opened.format, opened.mode) == ("image/png", "PNG", "RGBA")
    assert opened.getpixel((1, 1)) == (9, 99, 9, 90)


def test_a_png_without_a_transparent_pixel_becomes_a_jpeg() -> None:
    picture, _ = drawn(samples.picture("PNG", mode="RGBA", colour=(9, 99, 9, 255)), "logo.png")
    assert picture.mime_type == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "name", "size", "mode"),
    [("JPEG", "a.jpg", (2600, 2400), "RGB"), ("PNG", "a.png", (1300, 1200), "RGBA")],
)
def test_a_large_picture_becomes_one_that_every_network_takes(
    kind: str, name: str, size: tuple[int, int], mode: str
) -> None:
    picture, opened = drawn(samples.noise(kind, size, mode), name)
    assert len(picture.content) <= pictures.POST_AIM_BYTES
    assert opened.size == (picture.width, picture.height)
    assert picture.width / picture.height == pytest.approx(26 / 24, abs=0.01)


def test_a_wide_picture_is_fitted() -> None:
    assert drawn(samples.picture(size=(8000, 1000)))[1].size == (4096, 512)


def test_no_progressive_jpeg_for_networks_that_cannot_read_it() -> None:
    assert "progressive" not in drawn(samples.picture(size=(900, 900)))[1].info


def test_a_pixel_bomb_is_refused_before_it_is_decoded() -> None:
    assert "million pixels" in why_not(photos.png_that_claims(60_000, 60_000), "bomb.png")


def test_a_text_bomb_is_refused() -> None:
    assert "cannot be read" in why_not(photos.png_with_a_text_bomb(), "bomb.png")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused_rather_than_stand_still(kind: str) -> None:
    second = Image.new("RGB", (40, 30), "white")

    film = samples.picture(kind, save_all=True, append_images=[second], duration=100)

    assert why_not(film, f"dance.{kind.lower()}") == pictures.MOVES


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("HEIF", "a.heic"), ("WEBP", "a.webp")]
)
def test_a_truncated_picture_is_refused(kind: str, name: str) -> None:
    whole = samples.noise(kind, (200, 200))
    assert "choose" in why_not(whole[: len(whole) // 2], name).lower()
