"""Pictures that people hand in: checked, turned upright, drawn anew; nothing but pixels is left of them."""

import io
import warnings
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp")
FORMATS = ("JPEG", "PNG", "WEBP")

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
    """A picture drawn anew: a JPEG without any metadata."""

    content: bytes
    width: int
    height: int
    mime_type: str = "image/jpeg"


def portrait(content: bytes, filename: str, side: int = 1024) -> Picture:
    """The photo of a person, fitted into a square of `side` pixels; raises NotAPicture."""
    _check_outside(content, filename)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise NotAPicture(TOO_LARGE)
            return _drawn_anew(source, side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_LARGE) from None
    except Image.UnidentifiedImageError:
        raise NotAPicture(WRONG_KIND) from None
    except NotAPicture:
        raise
    except Exception as broken:  # decoders answer broken bytes with almost any class of error
        raise NotAPicture(UNREADABLE) from broken


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
    picture = _on_white(_in_srgb(upright, profile))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    # A fresh canvas, so that nothing that came with the file can be carried along.
    canvas = Image.new("RGB", picture.size)
    canvas.paste(picture)
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


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
