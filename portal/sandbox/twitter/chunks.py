"""Uploads to X in chunks, and how far X is with them."""

import base64
import binascii
import time
from typing import Any

from flask import Response, abort, request

from ..files import File
from ..processing import DONE, FAILED, Processing
from ..wire import answer, is_json, json_body
from ..world import this_world
from . import errors
from .gate import MEDIA, caller
from .media import LARGEST_BYTES, LIFE_SECONDS, media_key, numbers, own, picture_of
from .routes import API, KEY, SUCCESS, routes

# The kinds that the OpenAPI file names, with the categories they go into and the greatest size of each.
CATEGORIES = {
    "tweet_image": ("image/", LARGEST_BYTES),
    "tweet_gif": ("image/gif", 15 * 1024 * 1024),
    "tweet_video": ("video/", 512 * 1024 * 1024),
    "amplify_video": ("video/", 512 * 1024 * 1024),
}
TYPES = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/bmp",
        "image/pjpeg",
        "image/tiff",
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/mp2t",
    }
)
MOST_SEGMENTS = 1000
LARGEST_CHUNK = 5 * 1024 * 1024

processing = Processing(polls=2, seconds=60)


@routes.post(f"{API}/2/media/upload/initialize")
def initialize_media() -> Response:
    world = this_world()
    _, person = caller(world, MEDIA)
    body = json_body() if is_json() else None
    wish = body if isinstance(body, dict) else {}
    kind, size, category = wish.get("media_type"), wish.get("total_bytes"), wish.get("media_category")
    if kind not in TYPES:
        return errors.invalid(f"media_type must be one of {sorted(TYPES)}", media_type=kind)
    if category not in CATEGORIES or not str(kind).startswith(CATEGORIES[category][0]):
        return errors.invalid("media_category does not fit media_type", media_category=category)
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= CATEGORIES[category][1]:
        return errors.invalid("total_bytes is not within the limits", total_bytes=size)
    id = str(numbers.next())
    file = File(KEY, id, person.key, time.time(), mime_type=str(kind), bytes=size)
    world.files.expect(file)
    told = {"id": id, "media_key": media_key(file), "expires_after_secs": LIFE_SECONDS}
    return answer({"data": told}, content_type=SUCCESS)


@routes.post(f"{API}/2/media/upload/<id>/append")
def append_media(id: str) -> Response:
    file = own(id)
    number, chunk = _chunk()
    if not (number.isascii() and number.isdigit()) or int(number) >= MOST_SEGMENTS:
        return errors.invalid("segment_index must be from 0 to 999", segment_index=number)
    if file.is_here or not 0 < len(chunk) <= LARGEST_CHUNK:
        return errors.invalid("The chunk cannot be taken", media="…")
    this_world().files.put_part(file, int(number), chunk)
    return answer({"data": {"expires_at": int(file.made_at) + LIFE_SECONDS}}, content_type=SUCCESS)


@routes.post(f"{API}/2/media/upload/<id>/finalize")
def finalize_media(id: str) -> Response:
    file = own(id)
    if not file.is_here:
        _join(file)
    told: dict[str, Any] = {"id": file.id, "media_key": media_key(file), "size": file.bytes}
    told["expires_after_secs"] = LIFE_SECONDS - int(time.time() - file.made_at)
    if file.mime_type.startswith("video/"):
        told["processing_info"] = {"state": "pending", "check_after_secs": 1}
    return answer({"data": told}, content_type=SUCCESS)


@routes.get(f"{API}/2/media/upload")
def media_status() -> Response:
    file = own(request.args.get("media_id"))
    told = {"id": file.id, "media_key": media_key(file), "processing_info": _info(file)}
    return answer({"data": told}, content_type=SUCCESS)


def is_usable(file: File) -> bool:
    """Whether a post may show it: whole, worked through, and not too old."""
    is_young = time.time() - file.made_at < LIFE_SECONDS
    return file.is_here and is_young and processing.state(file.id) == DONE


def _info(file: File) -> dict[str, Any]:
    if not file.is_here:
        return {"state": "pending", "check_after_secs": 1}
    state, asked = processing.ask(file.id)
    if state == FAILED:
        error = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
        return {"state": "failed", "progress_percent": 20, "error": error}
    if state == DONE:
        return {"state": "succeeded", "progress_percent": 100}
    return {"state": "in_progress", "check_after_secs": 1, "progress_percent": 40 * (asked + 1)}


def _chunk() -> tuple[str, bytes]:
    """The chunk as multipart, or as JSON with base64, which X's own client sends."""
    if not is_json():
        sent = request.files.get("media")
        return request.form.get("segment_index", ""), sent.read() if sent else b""
    body = json_body()
    body = body if isinstance(body, dict) else {}
    try:
        return str(body.get("segment_index", "")), base64.b64decode(str(body.get("media", "")), validate=True)
    except binascii.Error:
        abort(errors.invalid("media must be base64", media="…"))


def _join(file: File) -> None:
    world, wanted, kind = this_world(), file.bytes, file.mime_type
    came = world.files.parts_size(file)
    if came != wanted:
        abort(errors.invalid(f"{came} of {wanted} bytes have come", media_id=file.id))
    world.files.join_parts(file, kind)
    if kind.startswith("video/"):
        start = world.files.beginning(file)
        is_known = start[4:8] in (b"ftyp", b"moov") or start.startswith((b"\x1aE\xdf\xa3", b"G"))
        processing.begin(file.id, is_broken=not is_known)
    else:
        picture_of(world.files.whole(file))
