"""Web pages that posts may link to, at the names that are reserved for examples: each makes a card."""

import struct
import zlib
from html import escape

from flask import Blueprint, Response

websites = Blueprint("websites", __name__)

HOSTS = "any(example.org,www.example.org,example.com,www.example.com)"
SIZE = (600, 315)


@websites.get(f"/<{HOSTS}:host>/", defaults={"path": ""})
@websites.get(f"/<{HOSTS}:host>/<path:path>")
def page(host: str, path: str) -> Response:
    """An article named by the last word of its address; `plain` ones say nothing of themselves."""
    if path.endswith("card.png"):
        return Response(_picture(), content_type="image/png")
    name = path.rpartition("/")[2] or host
    title = escape(name.replace("-", " ").capitalize())
    said = (
        f'<meta property="og:title" content="{title}">'
        f'<meta property="og:description" content="All about it, from {escape(host)}.">'
        '<meta property="og:image" content="/card.png">'
    )
    head = "" if name.startswith("plain") else f"<title>{title}</title>{said}"
    return Response(f'<!doctype html><html lang="en"><head>{head}</head><body></body></html>')


def _picture() -> bytes:
    """A plain PNG in a calm colour."""
    width, height = SIZE
    rows = (b"\x00" + b"\x2a\x7f\x7c" * width) * height
    parts = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(rows)),
        _chunk(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
