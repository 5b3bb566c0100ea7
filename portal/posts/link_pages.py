"""What a web page says of itself for those who link to it: title, description, picture. No database."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

LONGEST_TITLE = 200
LONGEST_WORDS = 300
# In the order in which networks themselves choose.
TITLES = ("og:title", "twitter:title")
DESCRIPTIONS = ("og:description", "twitter:description", "description")
PICTURES = ("og:image:secure_url", "og:image", "twitter:image")

_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"“”]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class _Head(HTMLParser):
    """Reads the head of a page; what follows is nobody's business."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.title = ""
        self.is_in_title = False
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_over = self.is_over or tag == "body"
        self.is_in_title = tag == "title" and not self.is_over
        if tag == "meta" and not self.is_over:
            given = {name: value or "" for name, value in attrs}
            name = (given.get("property") or given.get("name") or "").lower()
            self.said.setdefault(name, given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        self.is_in_title = self.is_in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self.is_in_title:
            self.title += data


def read(body: bytes, kind: str, address: str) -> tuple[str, str, str | None]:
    """Title, description and the https address of a picture, of a page that was found at `address`."""
    head = _Head()
    head.feed(_decoded(body, kind))
    title = _first(head.said, TITLES) or head.title
    return (
        _short(title, LONGEST_TITLE),
        _short(_first(head.said, DESCRIPTIONS), LONGEST_WORDS),
        _secure(urljoin(address, _first(head.said, PICTURES)), address),
    )


def first_link(text: str) -> str | None:
    """The first web address in a text, without the full stop that ends its sentence."""
    found = _ADDRESS.search(text)
    return found[0].rstrip(".,;:!?)'") if found else None


def secured(address: str) -> str | None:
    """The address by https, where it can be one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme == "https":
        return address
    return f"https:{address.removeprefix('http:')}" if parts.scheme == "http" else None


def _secure(picture: str, page: str) -> str | None:
    return secured(picture) if picture != page else None


def _decoded(body: bytes, kind: str) -> str:
    found = _CHARSET.search(kind) or _CHARSET.search(body[:2048].decode("ascii", "replace"))
    try:
        return body.decode(found[1] if found else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name, "").strip()), "")


def _short(words: str, most: int) -> str:
    plain = " ".join(_UNSEEN.sub(" ", words).split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"
