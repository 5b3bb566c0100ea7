"""Posts with several pictures: another call, whose answer is of another shape."""

import time
from typing import Any

from flask import Response, abort

from ..people import Person
from ..publishing import Call, publish
from ..wire import answer, json_body
from ..world import World
from . import errors
from .body import Draft, check_title, find_place, picture
from .gate import caller
from .posts import keep, make_post, numbers
from .routes import API, KEY, routes
from .users import full_name

FEWEST, MOST = 2, 20
MOST_CAPTION = 180


@routes.post(f"{API}/api/submit_gallery_post.json")
def submit_gallery() -> Response:
    world, token, person = caller("submit")
    body = json_body()
    if not isinstance(body, dict):
        return errors.plain(400, "Bad Request")
    call = Call(
        platform=KEY,
        account=full_name(person),
        token=token,
        create=lambda: _create(world, person, body),
        words=errors.FAULT_WORDS,
        elsewhere="https://www.reddit.com/login",
    )
    return publish(world, call)


def _create(world: World, person: Person, body: dict[str, Any]) -> Response:
    place = find_place(str(body.get("sr", "")), person)
    if not place.allow_galleries:
        return errors.inside("GALLERIES_DISABLED", "This community doesn't allow galleries", "sr")
    title = str(body.get("title", ""))
    check_title(title)
    media = _media(world, person, body.get("items"))
    draft = Draft("image", place, title.strip(), str(body.get("text", "")), None, media, None)
    post = make_post(person, draft, time.time(), numbers.next())
    keep(world, post)
    # Here the id carries its prefix already, and there is no name.
    told = {"url": post.permalink, "id": post.id}
    return answer({"json": {"errors": [], "data": told}}, content_type=errors.JSON)


def _media(world: World, person: Person, items: Any) -> list[dict[str, Any]]:
    if not isinstance(items, list) or not FEWEST <= len(items) <= MOST:
        abort(errors.plain(400, "Bad Request"))
    found = []
    for item in items:
        caption = str(item.get("caption", "")) if isinstance(item, dict) else ""
        if not isinstance(item, dict) or len(caption) > MOST_CAPTION:
            abort(errors.plain(400, "Bad Request"))
        found.append(picture(world, person, str(item.get("media_id"))) | {"alt_text": caption})
    return found
