"""Reading and deleting one thing by its id: a post, a photo, a video, a Page, or something of Instagram's."""

from typing import Any

from flask import Response

from ..instagram import nodes as instagram_nodes
from ..meta import errors
from ..meta.calls import chosen
from ..wire import answer
from ..world import World, this_world
from . import posts, videos
from .gate import page_caller
from .pages import page_node
from .posts import POSTING
from .routes import GRAPH, KEY, routes


@routes.get(f"{GRAPH}/<id>")
def read(version: str, id: str) -> Response:
    world = this_world()
    owner = _owner(world, id)
    if owner is None:
        return instagram_nodes.read_by_page(version, id)
    _, page = page_caller(world, version, owner, "pages_read_engagement")
    node = page_node(page) if id == owner else _node(world, id)
    return chosen(node) if node else errors.not_found(id)


@routes.delete(f"{GRAPH}/<id>")
def delete(version: str, id: str) -> Response:
    world = this_world()
    owner = _owner(world, id)
    if owner is None:
        return instagram_nodes.delete_by_page(version, id)
    page_caller(world, version, owner, *POSTING)
    post = world.posts.get(KEY, id) or videos.with_video(world, id)
    if post is not None:
        post.gone = True
        world.posts.changed(post)
    elif world.files.get(KEY, id) is None:
        return errors.not_found(id)
    return answer({"success": True})


def _owner(world: World, id: str) -> str | None:
    """The Page that something belongs to; None when Facebook has no such thing."""
    if "_" in id:
        return id.partition("_")[0]
    file = world.files.get(KEY, id)
    if file is not None:
        return file.owner
    return id if id.isdigit() and world.people.organization(int(id)) else None


def _node(world: World, id: str) -> dict[str, Any] | None:
    post = world.posts.get(KEY, id)
    if post is not None:
        return posts.node(post)
    video = videos.with_video(world, id)
    if video is not None:
        return videos.node(video)
    return {"id": id} if world.files.get(KEY, id) else None
