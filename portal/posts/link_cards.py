"""The card of a link: looked up while the post is written, kept for a day, missed by nobody when it fails.

Doctors share what a page says of itself: it says the same to everybody. Only public addresses are called.
"""

import base64
import hashlib
import json
import time
from dataclasses import asdict, dataclass
from urllib.parse import urljoin

import structlog
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from portal import http, pictures
from portal.posts import link_pages
from portal.transaction import let_go

log = structlog.get_logger()

# How long the look may take in all, redirects and picture included.
PATIENCE_SECONDS = 6.0
REDIRECTS = 3
MOST_PAGE_BYTES = 2 * 1024 * 1024
MOST_PICTURE_BYTES = 5 * 1024 * 1024
SIDE = 480
KEEP_SECONDS = 24 * 3600
# A page that did not answer may answer soon.
KEEP_NOTHING_SECONDS = 300


@dataclass(frozen=True)
class Card:
    """What a page says of itself; `picture` is a small copy that stands in a page by itself."""

    title: str = ""
    words: str = ""
    picture: str | None = None


def remembered(address: str | None) -> Card | None:
    """The card as it was found lately; nobody is asked."""
    if not address:
        return None
    try:
        kept = _redis().get(_key(address))
    except RedisError as away:
        log.warning("card_not_read", reason=type(away).__name__)
        return None
    return Card(**json.loads(kept)) if isinstance(kept, bytes | str) else None


def look_up(address: str) -> Card:
    """The card of a page; an empty one for a page that cannot be read.

    Call it with no transaction open in earnest: none is held while the page is fetched.
    """
    card = remembered(address)
    if card is not None:
        return card
    let_go()
    card = _fetched(address)
    try:
        seconds = KEEP_SECONDS if card.title else KEEP_NOTHING_SECONDS
        _redis().set(_key(address), json.dumps(asdict(card)), ex=seconds)
    except RedisError as away:
        log.warning("card_not_kept", reason=type(away).__name__)
    return card


def _fetched(address: str) -> Card:
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        answer, place = _get(address, until, MOST_PAGE_BYTES, "text/html,application/xhtml+xml")
        kind = answer.headers.get("content-type", "")
        if answer.status != 200 or "html" not in kind:
            return Card()
        title, words, picture = link_pages.read(answer.body, kind, place)
    except http.CallFailed as failed:
        log.info("card_not_fetched", reason=type(failed).__name__)
        return Card()
    return Card(title, words, _picture(picture, until) if picture and title else None)


def _picture(address: str, until: float) -> str | None:
    """A small copy of the picture, drawn anew; none when it cannot be had."""
    try:
        answer, _ = _get(address, until, MOST_PICTURE_BYTES, "image/*")
        if answer.status != 200:
            return None
        drawn = pictures.portrait(answer.body, "card.jpg", SIDE)
    except (http.CallFailed, pictures.NotAPicture) as failed:
        log.info("card_without_picture", reason=type(failed).__name__)
        return None
    return f"data:{drawn.mime_type};base64,{base64.b64encode(drawn.content).decode()}"


def _get(address: str, until: float, most_bytes: int, accept: str) -> tuple[http.Answer, str]:
    """The answer behind a few redirects, each of them checked like the first address."""
    place = link_pages.secured(address) or ""
    for _ in range(REDIRECTS + 1):
        left = until - time.monotonic()
        if left <= 0:
            raise http.Unanswered("no time is left")
        answer = http.request(
            "GET",
            place,
            headers={"Accept": accept},
            connect_seconds=min(left, http.CONNECT_SECONDS),
            total_seconds=left,
            most_bytes=most_bytes,
        )
        onward = answer.headers.get("location", "")
        if not (300 <= answer.status < 400 and onward):
            return answer, place
        place = link_pages.secured(urljoin(place, onward)) or ""
    raise http.Unanswered("too many redirects")


def _key(address: str) -> str:
    return f"link-card:{hashlib.sha256(address.encode()).hexdigest()}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
