"""Uploaded media: what is taken, what is left of it, and how it is served."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageCms

from config import BadSetting, Config
from portal import create_app, files, pictures
from tests.doctors import photos


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode", "name"),
    [
        ("JPEG", "RGB", "me.jpg"),
        ("JPEG", "CMYK", "print.jpeg"),
        ("JPEG", "L", "grey.JPG"),
        ("PNG", "RGBA", "me.png"),
        ("PNG", "P", "me.PNG"),
        ("WEBP", "RGB", "me.webp"),
        ("WEBP", "RGB", "saved-from-the-web.jpg"),
        ("MPO", "RGB", "phone.jpg"),
    ],
)
def test_a_photo_becomes_a_plain_jpeg(kind: str, mode: str, name: str) -> None:
    picture = pictures.portrait(photos.photo(kind, mode=mode), name)

    drawn = opened(picture.content)
    assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (40, 30))
    assert (picture.width, picture.height) == (40, 30)


def test_nothing_but_pixels_is_left_of_a_photo() -> None:
    picture = pictures.portrait(photos.with_metadata(), "me.jpg")

    assert not opened(picture.content).getexif()
    for trace in (b"Exif", b"Asha", b"Ravi", b"ICC_PROFILE"):
        assert trace not in picture.content


def test_a_photo_that_lies_on_its_side_is_turned_upright() -> None:
    assert opened(pictures.portrait(photos.with_metadata(), "me.jpg").content).size == (30, 40)


def test_a_large_photo_is_fitted() -> None:
    picture = pictures.portrait(photos.photo(size=(5000, 2500)), "me.jpg")
    assert (picture.width, picture.height) == (1024, 512)


def test_what_is_transparent_becomes_white() -> None:
    clear = photos.photo("PNG", mode="RGBA")
    red, green, blue = opened(pictures.portrait(clear, "me.png").content).getpixel((5, 5))  # type: ignore[misc]
    assert red > 120 and green > 170 and blue > 165


def test_colours_of_a_wider_profile_are_brought_home() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken = photos.photo(icc_profile=b"no profile at all")
    assert pictures.portrait(broken, "me.jpg").width == 40
    assert pictures.portrait(photos.photo(icc_profile=profile), "me.jpg").width == 40


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (photos.SVG, "me.svg", pictures.WRONG_KIND),
        (photos.SVG, "me.png", pictures.WRONG_KIND),
        (photos.SCRIPT, "me.jpg", pictures.WRONG_KIND),
        (photos.photo("GIF", mode="P"), "me.png", pictures.WRONG_KIND),
        (photos.photo("BMP"), "me.jpg", pictures.WRONG_KIND),
        (photos.photo("TIFF"), "me.webp", pictures.WRONG_KIND),
        (photos.photo(), "me.gif", pictures.WRONG_KIND),
        (photos.photo(), "me.jpg.html", pictures.WRONG_KIND),
        (photos.photo(), "jpg", pictures.WRONG_KIND),
        (photos.photo(), "", pictures.WRONG_KIND),
        (b"", "me.jpg", pictures.EMPTY),
        (photos.photo()[:200], "me.jpg", pictures.UNREADABLE),
        (photos.photo("PNG")[:50], "me.png", pictures.UNREADABLE),
        (photos.photo() + b"\x00" * pictures.MAX_BYTES, "me.jpg", pictures.TOO_HEAVY),
        (photos.png_that_claims(50_000, 50_000), "me.png", pictures.TOO_LARGE),
        (photos.png_that_claims(9_000, 8_000), "me.png", pictures.TOO_LARGE),
        (photos.png_that_claims(2**31 - 1, 1), "me.png", pictures.TOO_LARGE),
        (photos.png_with_a_text_bomb(), "me.png", pictures.UNREADABLE),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_anything_else_is_refused_in_plain_words(content: bytes, name: str, words: str) -> None:
    with pytest.raises(pictures.NotAPicture) as refused:
        pictures.portrait(content, name)
    assert refused.value.words == words


def test_a_script_hidden_behind_a_photo_is_gone_afterwards() -> None:
    polyglot = photos.photo() + photos.SCRIPT + b"PK\x05\x06" + b"\x00" * 18
    assert b"alert" not in pictures.portrait(polyglot, "me.jpg").content


def test_what_was_saved_is_found_under_its_name(context: None) -> None:
    name = files.save(b"content", "image/jpeg")

    stored = files.open_stored(name)
    assert stored is not None and stored.read() == b"content"
    assert name.endswith(".jpg") and len(name) == 36


def test_what_was_removed_is_gone_and_removing_it_again_does_no_harm(context: None) -> None:
    name = files.save(b"content", "image/png")

    files.remove(name)
    files.remove(name)

    assert files.open_stored(name) is None


def test_a_half_written_file_is_never_left(context: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    before = sorted(files.folder().iterdir())
    with pytest.raises(OSError, match="no space"):
        files.save(b"content", "image/jpeg")
    assert sorted(files.folder().iterdir()) == before


def test_a_browser_gets_a_stored_file_and_may_keep_it(client: FlaskClient) -> None:
    name = files.save(photos.photo(), "image/jpeg")

    answer = client.get(f"/media/{name}")

    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", photos.photo())
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_network_may_fetch_a_part(client: FlaskClient) -> None:
    name = files.save(b"0123456789", "video/mp4")

    part = client.get(f"/media/{name}", headers={"Range": "bytes=2-4"})
    beyond = client.get(f"/media/{name}", headers={"Range": "bytes=20-"})

    assert (part.status_code, part.data) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    assert beyond.status_code == 416
    for odd in ("bytes=0-1,4-5", "bytes=5-2", "lines=1-2"):  # RFC 9110: the whole, rather than an error
        whole = client.get(f"/media/{name}", headers={"Range": odd})
        assert (whole.status_code, whole.data) == (200, b"0123456789")


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../config.py",
        "..%2f..%2fconfig.py",
        "%2e%2e%2fx.jpg",
        "a" * 32 + ".jpg",
        "a" * 32 + ".html",
        "." + "a" * 32 + ".jpg.part",
        "a" * 5000,
        "%00.jpg",
        "क" * 32 + ".jpg",
    ],
)
def test_any_other_name_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_place_that_cannot_keep_media_stops_the_start(settings: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="MEDIA_URL must be a folder"):
        create_app(Config.from_env({**settings, "MEDIA_URL": "/proc/nowhere/media"}))
