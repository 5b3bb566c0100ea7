"""Comments of a Page below its own posts."""

import time
from typing import Any

from flask import Response, abort

from ..instagram import comments as instagram_comments
from ..meta import errors
from ..meta.calls import pages, parameters, text_of
from ..people import Organization
from ..posts import Post
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from . import words
from .gate import page_caller
from .posts import ELSEWHERE, moment_text, numbers
from .routes import GRAPH, KEY, routes

MOST_CHARACTERS = 8_000


@routes.post(f"{GRAPH}/<id>/comments")
def create_comment(version: str, id: str) -> Response:
    """A comment; faults are ordered for it as for a post."""
    if "_" not in id:
        return instagram_comments.create_by_page(version, id)
    world = this_world()
    token, page = page_caller(
        world, version, id.partition("_")[0], "pages_read_engagement", "pages_manage_engagement"
    )
    post, message = _own(world, page, id), text_of(parameters(), "message")
    if not message.strip() or len(message) > MOST_CHARACTERS:
        abort(errors.invalid("Missing or invalid parameter: message"))
    call = Call(
        platform=KEY,
        account=str(page.number),
        token=token,
        create=lambda: _create(world, page, post, message),
        words=words.of(str(page.number)),
        elsewhere=ELSEWHERE,
    )
    return publish(world, call)


@routes.get(f"{GRAPH}/<id>/comments")
def list_comments(version: str, id: str) -> Response:
    if "_" not in id:
        return instagram_comments.list_by_page(version, id)
    world = this_world()
    _, page = page_caller(world, version, id.partition("_")[0], "pages_read_engagement")
    said = _own(world, page, id).wire.get("comments", [])
    return pages(list(said), f"graph.facebook.com/{version}/{id}/comments")


def _create(world: World, page: Organization, post: Post, message: str) -> Response:
    made: dict[str, Any] = {
        "id": f"{post.id.rpartition('_')[2]}_{numbers.next()}",
        "message": message,
        "created_time": moment_text(time.time()),
        "from": {"id": str(page.number), "name": page.name},
    }
    post.wire = post.wire | {"comments": [*post.wire.get("comments", []), made]}
    world.posts.changed(post)
    return answer({"id": made["id"]})


def _own(world: World, page: Organization, id: str) -> Post:
    post = world.posts.get(KEY, id)
    if post is None or post.account != str(page.number):
        abort(errors.not_found(id))
    return post
