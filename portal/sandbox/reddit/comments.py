"""Comments below posts: counted and answered, shown nowhere."""

from flask import Response, abort, request

from ..wire import answer
from . import errors
from .gate import caller
from .posts import numbers
from .routes import API, KEY, routes
from .users import base36

MOST_TEXT = 10_000


@routes.post(f"{API}/api/comment", strict_slashes=False)
def comment() -> Response:
    world, _, person = caller("submit")
    post, text = world.posts.get(KEY, request.form.get("thing_id", "")), request.form.get("text", "")
    if post is None:
        abort(errors.inside("DELETED_COMMENT", "that comment has been deleted", "parent"))
    if not text.strip():
        return errors.inside("NO_TEXT", "we need something here", "text")
    if len(text) > MOST_TEXT:
        return errors.inside("TOO_LONG", f"this is too long (max: {MOST_TEXT})", "text")
    id = base36(numbers.next())
    post.wire["comments"] += 1
    world.posts.changed(post)
    told = {
        "id": id,
        "name": f"t1_{id}",
        "link_id": post.id,
        "parent_id": post.id,
        "author": person.handle,
        "body": text,
        "permalink": f"{post.wire['path']}{id}/",
    }
    body = {"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": told}]}}}
    return answer(body, content_type=errors.JSON)
