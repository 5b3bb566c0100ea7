"""Making containers: what Instagram fetches and what it takes, as strictly as its pages say."""

import time
from typing import Any

from flask import Response, abort

from ..files import File
from ..meta import errors
from ..meta.calls import is_true, parameters, text_of
from ..meta.fetching import fetch, is_film, measure
from ..wire import answer
from ..world import World, this_world
from .accounts import Account
from .containers import FILM_SECONDS, PICTURE_SECONDS, Container, containers_of, numbers
from .gate import PUBLISH, account_caller
from .routes import GRAPHS, KEY, routes

MOST_CHARACTERS = 2200
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
PICTURE_BYTES = 8 * 1024 * 1024
FILM_BYTES = 300 * 1024 * 1024
RATIOS = (4 / 5 - 0.005, 1.91 + 0.005)


@routes.post(f"{GRAPHS[0]}/<id>/media")
@routes.post(f"{GRAPHS[1]}/<id>/media")
def make_container(version: str, id: str) -> Response:
    world = this_world()
    account = account_caller(world, version, id, PUBLISH).account
    said = parameters()
    caption = _caption(text_of(said, "caption"))
    kind = text_of(said, "media_type") or "IMAGE"
    if kind not in ("IMAGE", "VIDEO", "REELS", "CAROUSEL", "STORIES"):
        abort(errors.invalid(f"Unknown media type {kind}", 2207023))
    container = _carousel(world, account, said) if kind == "CAROUSEL" else _single(world, account, said, kind)
    container.caption = caption
    container.wire["share_to_feed"] = is_true(said, "share_to_feed", False)
    return answer({"id": containers_of(world).add(container).id})


def _single(world: World, account: Account, said: dict[str, Any], kind: str) -> Container:
    is_item = is_true(said, "is_carousel_item", False)
    picture, film = text_of(said, "image_url"), text_of(said, "video_url")
    if kind == "VIDEO" and not is_item:
        abort(errors.invalid("The VIDEO media type is no longer supported. Use REELS.", 2207023))
    if bool(picture) == bool(film) or (kind == "IMAGE" and film) or (kind in ("VIDEO", "REELS") and picture):
        abort(errors.invalid("The parameter image_url or video_url is required"))
    file = _film(world, account, film) if film else _picture(world, account, picture)
    if picture:
        world.files.describe(file, text_of(said, "alt_text")[:1000])
    now = time.time()
    ready_at = now + (FILM_SECONDS if film else PICTURE_SECONDS)
    return Container(str(numbers.next()), account.id, kind, "", [file.id], now, ready_at, is_item)


def _carousel(world: World, account: Account, said: dict[str, Any]) -> Container:
    children = said.get("children", "")
    ids = children.split(",") if isinstance(children, str) else [str(child) for child in children]
    if not 2 <= len(ids) <= 10:
        abort(errors.invalid("A carousel needs 2 to 10 items", 2207028))
    files: list[str] = []
    for id in ids:
        child = containers_of(world).get(id)
        if child is None or child.account != account.id or not child.is_item:
            abort(errors.not_found(id))
        if child.state != "FINISHED":
            abort(errors.error(9007, "Media ID is not available", 2207027))
        files += child.files
    now = time.time()
    return Container(str(numbers.next()), account.id, "CAROUSEL", "", files, now, now + PICTURE_SECONDS)


def _caption(caption: str) -> str:
    if len(caption) > MOST_CHARACTERS or caption.count("#") > MOST_HASHTAGS:
        abort(errors.error(36004, "The caption was too long.", 2207010))
    if caption.count("@") > MOST_MENTIONS:
        abort(errors.invalid("Too many tags", 2207040))
    return caption


def _picture(world: World, account: Account, address: str) -> File:
    fetched = fetch(address, world.settings.public_url)
    found = measure(fetched.content) if fetched else None
    if fetched is None or found is None or fetched.mime_type != "image/jpeg":
        abort(_not_fetched())
    kind, width, height = found
    if kind != "JPEG":
        abort(errors.error(36001, "The image format is not supported.", 2207005))
    if len(fetched.content) > PICTURE_BYTES:
        abort(errors.error(36000, "The image is too large to download.", 2207004))
    if not RATIOS[0] <= width / height <= RATIOS[1]:
        abort(errors.error(36003, "The aspect ratio is not supported.", 2207009))
    return _kept(world, account, fetched.content, "image/jpeg")


def _film(world: World, account: Account, address: str) -> File:
    fetched = fetch(address, world.settings.public_url)
    if fetched is None or not fetched.mime_type.startswith("video/"):
        abort(_not_fetched())
    if not is_film(fetched.content) or len(fetched.content) > FILM_BYTES:
        abort(errors.error(352, "The video format is not supported.", 2207026))
    return _kept(world, account, fetched.content, "video/mp4")


def _kept(world: World, account: Account, content: bytes, mime_type: str) -> File:
    file = world.files.expect(File(KEY, str(numbers.next()), account.id, time.time()))
    world.files.fill(file, content, mime_type)
    return file


def _not_fetched() -> Response:
    return errors.error(
        9004,
        "Only photo or video can be accepted as media type.",
        2207052,
        told="The media could not be fetched from this URI.",
        is_transient=False,
    )
