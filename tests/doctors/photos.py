"""Pictures to hand in, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    """A small picture in one colour."""
    colour: Any = {"RGB": (20, 120, 110), "RGBA": (20, 120, 110, 128), "L": 90, "P": 3, "CMYK": (9, 9, 9, 9)}
    sheet = io.BytesIO()
    Image.new(mode, size, colour[mode]).save(sheet, kind, **options)
    return sheet.getvalue()


def with_metadata() -> bytes:
    """Lies on its side, and says where it was taken and by whom."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = "Asha at home"
    exif.get_ifd(0x8825)[1] = "N"
    return photo(exif=exif.tobytes(), comment=b"taken by Ravi")


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that would decode to a very large picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def png_with_a_text_bomb() -> bytes:
    """A small picture that carries a text which unpacks to hundreds of megabytes."""
    png = photo("PNG")
    text = b"note\x00\x00" + zlib.compress(b"\x00" * 300_000_000, 1)
    return png[:33] + _chunk(b"zTXt", text) + png[33:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"<html><script>alert(1)</script></html>"
