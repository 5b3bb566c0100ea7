"""Photos on a Page: staged unpublished, invisible until a post names them; or published at once."""

import time
from functools import partial
from typing import Any

from flask import Response, abort, request

from ..files import File
from ..meta import errors
from ..meta.calls import is_true, parameters, text_of
from ..meta.fetching import fetch, measure
from ..numbers import Numbers
from ..people import Organization
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from . import words
from .gate import page_caller
from .posts import ELSEWHERE, POSTING, Draft, put_out
from .routes import GRAPH, KEY, routes

#: The documents disagree, and say 10 MB elsewhere; the smaller one is the harder test.
LARGEST_BYTES = 4 * 1024 * 1024
KINDS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
TOO_LARGE = "Photos should be smaller than 4 MB and saved as JPG or PNG."

numbers = Numbers()


@routes.post(f"{GRAPH}/<id>/photos")
def add_photo(version: str, id: str) -> Response:
    world = this_world()
    token, page = page_caller(world, version, id, *POSTING)
    said = parameters()
    if not is_true(said, "published", True):
        return answer({"id": _stored(world, page, said).id})
    call = Call(
        platform=KEY,
        account=str(page.number),
        token=token,
        create=partial(_publish, world, page, said),
        words=words.of(str(page.number)),
        elsewhere=ELSEWHERE,
    )
    return publish(world, call)


def _publish(world: World, page: Organization, said: dict[str, Any]) -> Response:
    file = _stored(world, page, said)
    response = put_out(world, page, Draft(text_of(said, "message"), None, [file]))
    if response.status_code == 200:
        return answer({"id": file.id, "post_id": (response.json or {})["id"]})
    return response


def _stored(world: World, page: Organization, said: dict[str, Any]) -> File:
    content = _content(world, said)
    found = measure(content)
    if found is None or found[0] not in KINDS or len(content) > LARGEST_BYTES:
        abort(errors.invalid(subcode=1366046, told=TOO_LARGE))
    alt_text = text_of(said, "alt_text_custom")
    file = File(KEY, str(numbers.next()), str(page.number), time.time(), alt_text=alt_text)
    world.files.fill(world.files.expect(file), content, KINDS[found[0]])
    return file


def _content(world: World, said: dict[str, Any]) -> bytes:
    sent = request.files.get("source")
    if sent is not None:
        return sent.read()
    address = text_of(said, "url")
    if not address:
        abort(errors.error(324, "(#324) Requires upload file"))
    fetched = fetch(address, world.settings.public_url)
    if fetched is None:
        abort(errors.invalid("The image could not be fetched from the given url", 2069019))
    return fetched.content
