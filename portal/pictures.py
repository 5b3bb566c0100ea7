"""Pictures that people hand in: checked, turned upright, drawn anew; nothing but pixels is left of them."""

import ctypes
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import PurePath
from threading import BoundedSemaphore
from typing import IO

import pillow_heif
from PIL import ExifTags, Image, ImageCms

from portal import picture_notes

MAX_BYTES = 8 * 1024 * 1024
MAX_POST_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp")
FORMATS = ("JPEG", "PNG", "WEBP")
# Photos of a phone. Only posts take them: they are slower to read.
POST_FORMATS = (*FORMATS, "HEIF")
POST_ENDINGS = (*ENDINGS, ".heic", ".heif", ".hif")

# Of these a file may be a film. A JPEG or HEIC with more pictures than one has views of the same scene.
MAY_MOVE = ("PNG", "WEBP")

# A picture of a post: no network shows more, and Facebook takes no photo of more than 4 MB.
POST_SIDE = 4096
POST_AIM_BYTES = 4_000_000
QUALITIES = (90, 82, 74)

# A decoded picture may fill 200 MB, and the work on it as much again: a crowd of them waits its turn, and
# of the large ones each, rather than end the process.
AT_ONCE = BoundedSemaphore(2)
LARGE_AT_ONCE = BoundedSemaphore(1)
LARGE_PIXELS = 16_000_000

# glibc keeps blocks of up to 32 MB for itself once such a block was given back: after a few large pictures a
# process of 120 MB held 2.9 GB for good. Blocks from this size on go back to the machine at once.
GIVEN_BACK_BYTES = 1024 * 1024
M_MMAP_THRESHOLD = -3  # malloc.h

# How a picture is turned that says how it lies (Exif's orientation).
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)

with suppress(OSError, AttributeError):  # other C libraries know no such wish
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, GIVEN_BACK_BYTES)

# A last line behind our own check: Pillow refuses to decode more pixels than this.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

WRONG_KIND = "The photo must be a JPEG, PNG or WebP file. Choose another file."
TOO_HEAVY = f"The photo must be {MAX_BYTES // 1024 // 1024} MB or smaller. Choose a smaller one."
TOO_LARGE = f"The photo must have {MAX_PIXELS // 1_000_000} million pixels or fewer. Choose a smaller one."
UNREADABLE = "This photo cannot be read. It may be damaged: save it again, or choose another one."
EMPTY = "This file is empty. Choose another one."
MOVES = "This picture moves, and would stand still. Save it as a video (MP4), or one picture of it as PNG."


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
    if PurePath(filename.strip()).suffix.lower() not in POST_ENDINGS:
        raise NotAPicture(WRONG_KIND)
    with opened(source, POST_FORMATS) as picture:
        if picture.format in MAY_MOVE and getattr(picture, "is_animated", False):
            raise NotAPicture(MOVES)
        removed = picture_notes.told(picture)
        upright = _upright(picture, POST_SIDE)
        if _is_transparent(upright):
            return _as_png(upright.convert("RGBA"), removed)
        return _as_jpeg(on_white(upright), removed)


@contextmanager
def opened(source: IO[bytes], formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """The picture, not decoded yet; whatever goes wrong with it inside the block becomes a sentence."""
    try:
        with AT_ONCE, Image.open(source, formats=formats) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                raise NotAPicture(TOO_LARGE)
            with LARGE_AT_ONCE if pixels > LARGE_PIXELS else nullcontext():
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_LARGE) from None
    except Image.UnidentifiedImageError:
        raise NotAPicture(WRONG_KIND if formats == FORMATS else UNREADABLE) from None
    except NotAPicture:
        raise
    except Exception as broken:  # decoders answer broken bytes with almost any class of error
        raise NotAPicture(UNREADABLE) from broken


def _is_transparent(picture: Image.Image) -> bool:
    """Whether any pixel is; many programs write an opaque picture with room for transparency."""
    if not picture.has_transparency_data:
        return False
    drawn = picture if "A" in picture.getbands() else picture.convert("RGBA")
    least, _ = drawn.getchannel("A").getextrema()
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
    canvas = fresh(on_white(_upright(source, side)))
    sheet = io.BytesIO()
    canvas.save(sheet, "JPEG", quality=88, optimize=True, progressive=True)
    return Picture(sheet.getvalue(), canvas.width, canvas.height)


def _upright(source: Image.Image, side: int) -> Image.Image:
    """As a screen shows it, fitted into a square. Made small first: all else then needs little memory."""
    profile = source.info.get("icc_profile")
    source.draft("RGB", (side, side))  # lets a large JPEG be decoded small
    picture = _in_tones(source)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    # Its notes stay with the source, and say how it lies.
    turned = TURNS.get(source.getexif().get(ExifTags.Base.Orientation, 1))
    return _in_srgb(picture.transpose(turned) if turned is not None else picture, profile)


def _in_tones(picture: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without loss of looks."""
    if picture.mode.startswith("I;16"):
        # Scanners and X-ray programs write 16 bits of grey, of which Pillow would take all but the darkest
        # 256th for white.
        return picture.point(lambda tone: tone * (1 / 256)).convert("L")
    if picture.mode in ("1", "P", "PA") or (picture.has_transparency_data and "A" not in picture.getbands()):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as browsers take them when no profile says otherwise; phones and screens write wider ones."""
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        drawn_with = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, drawn_with, ImageCms.createProfile("sRGB"), outputMode=mode
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
