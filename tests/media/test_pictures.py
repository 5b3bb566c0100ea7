"""Pictures for posts: what is left of them."""

import io

import pytest
from PIL import Image

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


def test_what_xmp_tells_is_found_as_well() -> None:
    packet = b'<x:xmpmeta><rdf exif:GPSLatitude="12,58N" tiff:Model="Pixel" dc:creator="Asha"/></x:xmpmeta>'
    picture, _ = drawn(samples.picture(xmp=packet))
    assert picture.removed == ("place", "device", "other")
    assert b"xmpmeta" not in picture.content


def test_a_transparent_picture_stays_a_png() -> None:
    picture, opened = drawn(samples.picture("PNG", mode="RGBA", colour=(9, 99, 9, 90)), "logo.png")
    assert (picture.mime_type, opened.format, opened.mode) == ("image/png", "PNG", "RGBA")
    assert opened.getpixel((1, 1)) == (9, 99, 9, 90)


def test_a_png_without_a_transparent_pixel_becomes_a_jpeg() -> None:
    picture, _ = drawn(samples.picture("PNG", mode="RGBA", colour=(9, 99, 9, 255)), "logo.png")
    assert picture.mime_type == "image/jpeg"


@pytest.mark.parametrize(("kind", "name", "mode"), [("JPEG", "a.jpg", "RGB"), ("PNG", "a.png", "RGBA")])
def test_a_large_picture_becomes_one_that_every_network_takes(kind: str, name: str, mode: str) -> None:
    picture, opened = drawn(samples.noise(kind, (2600, 2400), mode), name)
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


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("HEIF", "a.heic"), ("WEBP", "a.webp")]
)
def test_a_truncated_picture_is_refused(kind: str, name: str) -> None:
    whole = samples.noise(kind, (200, 200))
    assert "choose" in why_not(whole[: len(whole) // 2], name).lower()
