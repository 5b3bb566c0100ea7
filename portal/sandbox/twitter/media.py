"""Picture uploads to X in one call, and their alt texts."""

import base64
import binascii
import io
import time
from typing import Any

from flask import Response, abort, request
from PIL import Image, UnidentifiedImageError

from ..files import File
from ..numbers import X_EPOCH_MS, Numbers
from ..wire import answer, is_json, json_body
from ..world import this_world
from . import errors
from .gate import MEDIA, caller
from .routes import API, KEY, SUCCESS, routes

CATEGORIES = ("tweet_image", "tweet_gif", "dm_image", "dm_gif")
LARGEST_BYTES = 5 * 1024 * 1024
LIFE_SECONDS = 86_400
MOST_ALT_TEXT = 1000
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}

numbers = Numbers(X_EPOCH_MS)


@routes.post(f"{API}/2/media/upload")
def upload_media() -> Response:
    world = this_world()
    _, person = caller(world, MEDIA)
    content, category = _upload()
    if category not in CATEGORIES:
        return errors.invalid(f"media_category must be one of {CATEGORIES}", media_category=category)
    if len(content) > LARGEST_BYTES:
        return errors.invalid("The picture is larger than 5 MB", media="…")
    kind, width, height = picture_of(content)
    id = str(numbers.next())
    file = world.files.expect(File(KEY, id, person.key, time.time()))
    world.files.fill(file, content, kind)
    told = {
        "id": id,
        "media_key": f"3_{id}",
        "size": len(content),
        "expires_after_secs": LIFE_SECONDS,
        "image": {"image_type": kind, "w": width, "h": height},
    }
    return answer({"data": told}, content_type=SUCCESS)


@routes.post(f"{API}/2/media/metadata")
def describe_media() -> Response:
    body = json_body() if is_json() else None
    file = own(body.get("id") if isinstance(body, dict) else None)
    text = _alt_text(body)
    if text is None or len(text) > MOST_ALT_TEXT:
        return errors.invalid("alt_text.text must be a text of at most 1000 characters", metadata="alt_text")
    this_world().files.describe(file, text)
    told = {"id": file.id, "associated_metadata": {"alt_text": {"text": text}}}
    return answer({"data": told}, content_type=SUCCESS)


def _upload() -> tuple[bytes, Any]:
    if is_json():
        body = json_body()
        body = body if isinstance(body, dict) else {}
        try:
            return base64.b64decode(str(body.get("media", "")), validate=True), body.get("media_category")
        except binascii.Error:
            abort(errors.invalid("media must be base64", media="…"))
    sent = request.files.get("media")
    if sent is None:
        abort(errors.invalid("media is missing", media=""))
    return sent.read(), request.form.get("media_category")


def picture_of(content: bytes) -> tuple[str, int, int]:
    """Kind, width and height of a picture; refused when it is none."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind, (width, height) = KINDS.get(picture.format or ""), picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        kind, width, height = None, 0, 0
    if kind is None:
        abort(errors.invalid("The media is no JPG, PNG, WEBP or GIF picture", media="…"))
    return kind, width, height


def media_key(file: File) -> str:
    return f"{13 if file.mime_type.startswith('video/') else 3}_{file.id}"


def own(id: Any) -> File:
    """The caller's upload of this id; refused when there is none."""
    world = this_world()
    _, person = caller(world, MEDIA)
    file = world.files.get(KEY, id) if isinstance(id, str) else None
    if file is None or file.owner != person.key:
        abort(errors.invalid("The media id is not known", media_id=id))
    return file


def _alt_text(body: Any) -> str | None:
    words = body
    for name in ("metadata", "alt_text", "text"):
        words = words.get(name) if isinstance(words, dict) else None
    return words if isinstance(words, str) else None
