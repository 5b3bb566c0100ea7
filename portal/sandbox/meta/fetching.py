"""Fetching a picture or a video by its address, as Meta's crawler does; here from this machine alone."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 320 * 1024 * 1024
AGENT = "facebookexternalhit/1.1"
HERE = ("127.0.0.1", "localhost", "::1")

_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3.0, read=15.0))


@dataclass(frozen=True)
class Fetched:
    """The bytes behind an address, and what their server says they are."""

    content: bytes
    mime_type: str


def fetch(address: str, public_url: str) -> Fetched | None:
    """What lies there; None when it cannot be had without signing in, or without leaving this machine."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    if host not in (*HERE, urlsplit(public_url).hostname):
        return None
    try:
        found = _http.request("GET", address, headers={"User-Agent": AGENT}, redirect=False)
    except (urllib3.exceptions.HTTPError, ValueError, OSError):
        return None
    kind = found.headers.get("Content-Type", "").partition(";")[0].strip()
    return Fetched(found.data, kind) if found.status == 200 and len(found.data) <= MOST_BYTES else None


def measure(content: bytes) -> tuple[str, int, int] | None:
    """Format, width and height of a picture; None for what is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.format or "", *picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None


def is_film(content: bytes) -> bool:
    """Whether it begins as an MP4 or a QuickTime file does."""
    return content[4:8] == b"ftyp"
