"""The picture that stands for a video."""

import io
import time

from flask import Response, abort, redirect, request
from PIL import Image, UnidentifiedImageError

from ..files import File
from ..wire import answer
from ..world import this_world
from . import errors
from .channels import channel_id
from .gate import caller
from .routes import KEY, STILLS, api, routes
from .scopes import CAN_UPLOAD
from .videos import stills

LARGEST_BYTES = 52_428_800
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png"}
TAKEN = (*KINDS.values(), "application/octet-stream")
#: A channel of somebody seeded with this "subscription" was not confirmed by phone.
NOT_CONFIRMED = "NotConfirmed"


@api("/upload/youtube/v3/thumbnails/set", "POST")
def set_thumbnail() -> Response:
    world = this_world()
    _, person = caller(world, CAN_UPLOAD)
    post = world.posts.get(KEY, request.args.get("videoId", ""))
    if post is None:
        return errors.no_video()
    if post.account != channel_id(person) or person.subscription == NOT_CONFIRMED:
        message = "The authenticated user doesn't have permissions to upload and set custom video thumbnails."
        return errors.refusal(403, "forbidden", message, "youtube.thumbnail")
    content = request.get_data(cache=False)
    if request.args.get("uploadType") != "media" or request.mimetype not in TAKEN or not content:
        return errors.refusal(400, "mediaBodyRequired", "The request does not include the image content.")
    if len(content) > LARGEST_BYTES:
        return errors.refusal(413, "uploadTooLarge", "Media is too large.", "global")
    file = world.files.expect(File(KEY, f"still-{post.id}", person.key, time.time()))
    world.files.fill(file, content, _kind(content))
    post.wire["still"] = file.as_media()
    world.posts.changed(post)
    body = {"kind": "youtube#thumbnailSetResponse", "etag": "e4", "items": [stills(post.id)]}
    return answer(body, content_type=errors.JSON)


@routes.get(f"{STILLS}/vi/<id>/<name>.jpg")
def still(id: str, name: str) -> Response:
    file = this_world().files.get(KEY, f"still-{id}")
    if file is None or not file.is_here:
        return Response("no picture", 404, content_type="text/plain; charset=utf-8")
    return redirect(f"/_/files/{file.name}", 302)  # type: ignore[return-value]


def _kind(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            kind = KINDS.get(picture.format or "")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        kind = None
    if kind is None:
        abort(
            errors.refusal(400, "invalidImage", "The provided image content is invalid.", "youtube.thumbnail")
        )
    return kind
