"""Pictures that people hand in: checked, turned upright, drawn anew; nothing but pixels is left of them."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from threading import BoundedSemaphore
from typing import IO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from portal import picture_notes

MAX_BYTES = 8 * 1024 * 1024
MAX_POST_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp")
FORMATS = ("JPEG", "PNG", "WEBP")
# Photos of a phone. Only posts take them: they are slower to read.
POST_FORMATS = (*FORMATS, "HEIF")
POST_ENDINGS = (*ENDINGS, ".heic", ".heif", ".hif")

# A picture of a post: no network shows more, and Facebook takes no photo of more than 4 MB.
POST_SIDE = 4096
POST_AIM_BYTES = 4_000_000
QUALITIES = (90, 82, 74)

# A decoded picture may fill 200 MB: a crowd of them waits its turn, rather than end the process.
AT_ONCE = BoundedSemaphore(2)

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)

# A last line behind our own check: Pillow refuses to decode more pixels than this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

WRONG_KIND = "The photo must be a JPEG, PNG or WebP file. Choose another file."
TOO_HEAVY = f"The photo must be {MAX_BYTES // 1024 // 1024} MB or smaller. Choose a smaller one."
TOO_LARGE = f"The photo must have {MAX_PIXELS // 1_000_000} million pixels or fewer. Choose a smaller one."
UNREADABLE = "This photo cannot be read. It may be damaged: save it again, or choose another one."
EMPTY = "This file is empty. Choose another one."


class NotAPicture(Exception):
    """The file cannot be taken; `words` say what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew, without any metadata; `removed` says what it told before, see picture_notes."""

    content: bytes
    width: int
    height: int
    mime_type: str = "image/jpeg"
    removed: tuple[str, ...] = ()


def portrait(content: bytes, filename: str, side: int = 1024) -> Picture:
    """The photo of a person, fitted into a square of `side` pixels; raises NotAPicture."""
    _check_outside(content, filename)
    with opened(io.BytesIO(content), FORMATS) as source:
        return _drawn_anew(source, side)


def for_post(source: IO[bytes], filename: str) -> Picture:
    """The picture of a post: upright, a JPEG unless parts of it are transparent; raises NotAPicture."""
    if PurePath(filename).suffix.lower() not in POST_ENDINGS:
        raise NotAPicture(WRONG_KIND)
    with opened(source, POST_FORMATS) as picture:
        removed = picture_notes.told(picture)
        if picture.format == "JPEG":
            picture.draft("RGB", (POST_SIDE, POST_SIDE))
        upright = _in_srgb(ImageOps.exif_transpose(picture), picture.info.get("icc_profile"))
        upright.thumbnail((POST_SIDE, POST_SIDE), Image.Resampling.LANCZOS)
        if _is_transparent(upright):
            return _as_png(upright.convert("RGBA"), removed)
        return _as_jpeg(on_white(upright), removed)


@contextmanager
def opened(source: IO[bytes], formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """The picture, not decoded yet; whatever goes wrong with it inside the block becomes a sentence."""
    try:
        with AT_ONCE, Image.open(source, formats=formats) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture(TOO_LARGE)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_LARGE) from None
    except Image.UnidentifiedImageError:
        raise NotAPicture(WRONG_KIND) from None
    except NotAPicture:
        raise
    except Exception as broken:  # decoders answer broken bytes with almost any class of error
        raise NotAPicture(UNREADABLE) from broken


def _is_transparent(picture: Image.Image) -> bool:
    """Whether any pixel is; many programs write an opaque picture with room for transparency."""
    if not picture.has_transparency_data:
        return False
    least, _ = picture.convert("RGBA").getchannel("A").getextrema()
    return bool(least < 255)  # type: ignore[operator]


def _as_jpeg(picture: Image.Image, removed: tuple[str, ...]) -> Picture:
    """Baseline, as Instagram wants it; coarser by steps until every network takes its size."""
    canvas = fresh(picture)
    for quality in QUALITIES:
        sheet = io.BytesIO()
        canvas.save(sheet, "JPEG", quality=quality, optimize=True)
        if sheet.tell() <= POST_AIM_BYTES:
            break
    return Picture(sheet.getvalue(), canvas.width, canvas.height, removed=removed)


def _as_png(picture: Image.Image, removed: tuple[str, ...]) -> Picture:
    """Smaller by halves until every network takes its size."""
    canvas = fresh(picture)
    while True:
        sheet = io.BytesIO()
        canvas.save(sheet, "PNG")
        if sheet.tell() <= POST_AIM_BYTES or max(canvas.size) < POST_SIDE // 8:
            return Picture(sheet.getvalue(), canvas.width, canvas.height, "image/png", removed)
        canvas = canvas.resize(
            (max(1, canvas.width // 2), max(1, canvas.height // 2)), Image.Resampling.LANCZOS
        )


def fresh(picture: Image.Image) -> Image.Image:
    """The same pixels on a canvas of our own: nothing that came with the file can be carried along."""
    canvas = Image.new(picture.mode, picture.size)
    canvas.paste(picture)
    return canvas


def _check_outside(content: bytes, filename: str) -> None:
    """What can be refused before anything is decoded."""
    # A WebP named .jpg is common and harmless, for it is drawn anew; an .svg or .html is never wanted.
    if PurePath(filename).suffix.lower() not in ENDINGS:
        raise NotAPicture(WRONG_KIND)
    if not content:
        raise NotAPicture(EMPTY)
    if len(content) > MAX_BYTES:
        raise NotAPicture(TOO_HEAVY)


def _drawn_anew(source: Image.Image, side: int) -> Picture:
    profile = source.info.get("icc_profile")
    source.draft("RGB", (side, side))  # lets a large JPEG be decoded small
    upright = ImageOps.exif_transpose(source)
    picture = on_white(_in_srgb(upright, profile))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = fresh(picture)
    sheet = io.BytesIO()
    canvas.save(sheet, "JPEG", quality=88, optimize=True, progressive=True)
    return Picture(sheet.getvalue(), canvas.width, canvas.height)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as browsers take them when no profile says otherwise; phones write wider ones."""
    if not profile or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        drawn_with = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, drawn_with, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):  # a broken profile is as good as none
        return picture
    return converted or picture


def on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
