"""What a LinkedIn post may hold, checked as strictly as the Posts API does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import abort

from ..files import File
from ..processing import DONE, FAILED
from ..wire import is_web_address
from ..world import World
from . import errors
from .routes import KEY
from .videos import processing

MOST_CHARACTERS = 3000
MOST_ALT_TEXT = 4086
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN")
FIELDS = frozenset(
    {
        "author",
        "commentary",
        "visibility",
        "distribution",
        "lifecycleState",
        "isReshareDisabledByAuthor",
        "content",
        "contentLandingPage",
        "contentCallToActionLabel",
    }
)
NEEDED = ("author", "commentary", "visibility", "distribution", "lifecycleState")

Find = Callable[[World, str, str], File]


@dataclass(frozen=True)
class Draft:
    """A body that may become a post."""

    author: str
    commentary: str
    visibility: str
    content: dict[str, Any]
    article: dict[str, Any] | None = None
    media: list[dict[str, Any]] = field(default_factory=list)


def read_draft(world: World, body: dict[str, Any]) -> Draft:
    """The draft in a body; whatever is wrong with it is refused in LinkedIn's words."""
    _check_fields(body)
    content = body.get("content") or {}
    if not isinstance(content, dict) or len(content) > 1:
        abort(errors.bad_field("content", "INVALID_VALUE_FOR_FIELD", "content must hold one kind of content"))
    draft = Draft(
        author=body["author"],
        commentary=body["commentary"],
        visibility=body["visibility"],
        content=content,
        article=_article(world, body["author"], content),
        media=_media(world, body["author"], content),
    )
    if not draft.commentary.strip() and not content:
        abort(errors.bad_field("commentary", "INVALID_VALUE_BLANK_FIELD", "commentary cannot be blank"))
    return draft


def _check_fields(body: dict[str, Any]) -> None:
    for name in body:
        if name not in FIELDS:
            abort(errors.unknown_field(name))
    for name in NEEDED:
        if name not in body:
            abort(errors.bad_field(name, "MISSING_FIELD", f"{name} is required but missing"))
    for name in ("author", "commentary", "visibility", "lifecycleState"):
        if not isinstance(body[name], str):
            abort(_wrong(name))
    check_length(body["commentary"])
    if body["visibility"] not in VISIBILITIES:
        abort(_wrong("visibility"))
    if body["lifecycleState"] != "PUBLISHED":
        abort(_wrong("lifecycleState"))
    distribution = body["distribution"]
    if not isinstance(distribution, dict) or distribution.get("feedDistribution") not in (
        "MAIN_FEED",
        "NONE",
    ):
        abort(_wrong("distribution/feedDistribution"))
    if not isinstance(body.get("isReshareDisabledByAuthor", False), bool):
        abort(_wrong("isReshareDisabledByAuthor"))


def check_length(commentary: str) -> None:
    # Whether LinkedIn counts the escaped text or the visible one is not known: the longer one counts here.
    if len(commentary) > MOST_CHARACTERS:
        abort(errors.bad_field("commentary", "FIELD_LENGTH_TOO_LONG", "commentary is too long"))


def _article(world: World, author: str, content: dict[str, Any]) -> dict[str, Any] | None:
    article = content.get("article")
    if article is None:
        return None
    if not isinstance(article, dict) or set(article) - {"source", "title", "description", "thumbnail"}:
        abort(_wrong("content/article"))
    if not all(isinstance(value, str) for value in article.values()):
        abort(_wrong("content/article"))
    if not is_web_address(article.get("source", "").split("#")[0]):
        abort(_wrong("content/article/source"))
    if "thumbnail" in article:
        _image(world, author, article["thumbnail"])
    return article


def _media(world: World, author: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    kind = next(iter(content), "article")
    if kind == "article":
        return []
    if kind == "media":
        return [_attached(world, author, content["media"], _file)]
    if kind != "multiImage":
        abort(errors.unknown_field(f"content/{kind}"))
    holder = content["multiImage"]
    images = holder.get("images") if isinstance(holder, dict) else None
    if not isinstance(images, list) or not 2 <= len(images) <= 20:
        abort(_wrong("content/multiImage/images"))
    return [_attached(world, author, each, _image) for each in images]


def _attached(world: World, author: str, media: Any, find: Find) -> dict[str, Any]:
    if not isinstance(media, dict) or not isinstance(media.get("id"), str):
        abort(_wrong("content/media/id"))
    alt_text = media.get("altText") or media.get("title") or ""
    if set(media) - {"id", "altText", "title"} or not isinstance(alt_text, str):
        abort(_wrong("content/media"))
    if len(alt_text) > MOST_ALT_TEXT:
        abort(_wrong("content/media/altText"))
    return find(world, author, media["id"]).as_media(alt_text)


def _image(world: World, author: str, urn: str) -> File:
    if urn.startswith("urn:li:video:"):
        abort(errors.bad_field("content", "INVALID_IMAGE_ID", f"{urn} is not an image"))
    return _file(world, author, urn)


def _file(world: World, author: str, urn: str) -> File:
    kind = "video" if urn.startswith("urn:li:video:") else "image"
    file = world.files.get(KEY, urn)
    if file is None:
        abort(errors.bad_field("content", f"INVALID_{kind.upper()}_ID", f"{urn} is not a known asset"))
    if file.owner != author:
        abort(errors.resource_forbidden(kind))
    state = processing.state(urn) if kind == "video" else DONE
    if state == FAILED:
        abort(errors.refusal(400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing"))
    if not file.is_here or state != DONE:
        abort(errors.refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload"))
    return file


def _wrong(name: str) -> Any:
    return errors.bad_field(name, "INVALID_VALUE_FOR_FIELD", f"The value of the field {name} is invalid")
