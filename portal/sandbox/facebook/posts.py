"""A Page's posts: the feed call that makes one, the list of what was published, and the page behind one."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort

from ..files import File
from ..meta import errors
from ..meta.calls import list_of, pages, parameters, since, text_of
from ..numbers import Numbers
from ..people import Organization
from ..permalinks import post_page
from ..posts import Post, first_address
from ..publishing import Call, publish
from ..wire import answer, is_web_address
from ..world import World, this_world
from . import words
from .gate import page_caller
from .routes import GRAPH, KEY, LABEL, WWW, routes

MOST_CHARACTERS = 63_206
POSTING = ("pages_read_engagement", "pages_manage_posts")
ELSEWHERE = "https://www.facebook.com/checkpoint/"

numbers = Numbers()


@dataclass(frozen=True)
class Draft:
    """What may become a post."""

    message: str
    link: str | None = None
    files: list[File] = field(default_factory=list)
    wire: dict[str, Any] = field(default_factory=dict)
    ready_at: float = 0.0


@routes.post(f"{GRAPH}/<id>/feed")
def create_post(version: str, id: str) -> Response:
    world = this_world()
    token, page = page_caller(world, version, id, *POSTING)
    said = parameters()
    call = Call(
        platform=KEY,
        account=str(page.number),
        token=token,
        create=lambda: put_out(world, page, _draft(world, page, said)),
        words=words.of(str(page.number)),
        elsewhere=ELSEWHERE,
    )
    return publish(world, call)


@routes.get(f"{GRAPH}/<id>/published_posts")
@routes.get(f"{GRAPH}/<id>/feed")
def published_posts(version: str, id: str) -> Response:
    world = this_world()
    _, page = page_caller(world, version, id, "pages_read_engagement")
    posts = [post for post in world.posts.listed(KEY, str(page.number)) if post.at >= since()]
    return pages([node(post) for post in posts], f"graph.facebook.com/{version}/{id}/published_posts")


@routes.get(f"{WWW}/<id>")
@routes.get(f"{WWW}/<page>/posts/<id>")
def show(id: str, page: str = "") -> Response:
    return post_page(this_world().posts.get(KEY, f"{page}_{id}" if page else id), LABEL)


def put_out(world: World, page: Organization, draft: Draft) -> Response:
    """Make a post, unless the Page said the very same just before."""
    post = make_post(page, draft, time.time(), numbers.next())
    latest = next(iter(world.posts.listed(KEY, post.account)), None)
    if latest is not None and latest.sameness == post.sameness:
        return words.duplicate()
    lag = world.faults.lag(KEY, post.account)
    post.visible_at = max(draft.ready_at, post.at + lag if lag else 0.0)
    world.posts.add(post)
    response = answer({"id": post.id})
    response.headers["X-Business-Use-Case-Usage"] = errors.usage("pages", post.account, 0)
    return response


def make_post(page: Organization, draft: Draft, at: float, number: int) -> Post:
    """A post as Facebook would store it."""
    return Post(
        platform=KEY,
        id=f"{page.number}_{number}",
        account=str(page.number),
        author=page.name,
        text=draft.message,
        link=draft.link or first_address(draft.message),
        media=[file.as_media() for file in draft.files],
        permalink=f"https://www.facebook.com/{page.number}/posts/{number}",
        at=at,
        wire=draft.wire,
    )


def node(post: Post) -> dict[str, Any]:
    """A post as the Graph API tells of it."""
    targets = [{"target": {"id": one["id"]}} for one in post.media]
    attachments = targets if len(targets) < 2 else [{"subattachments": {"data": targets}}]
    told: dict[str, Any] = {
        "id": post.id,
        "message": post.text,
        "created_time": moment_text(post.at),
        "permalink_url": post.permalink,
        "comments": {"data": [], "summary": {"total_count": 0}},
        "reactions": {"data": [], "summary": {"total_count": 0}},
    }
    return told | ({"attachments": {"data": attachments}} if attachments else {})


def moment_text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def check_length(message: str) -> str:
    if len(message) > MOST_CHARACTERS:
        abort(errors.invalid("The message is too long"))
    return message


def _draft(world: World, page: Organization, said: dict[str, Any]) -> Draft:
    message, link = check_length(text_of(said, "message")), text_of(said, "link")
    photos = [_photo(world, page, one.get("media_fbid")) for one in list_of(said, "attached_media")]
    if not message.strip() and not link and not photos:
        abort(errors.invalid("Missing or invalid parameter: message"))
    if link and not is_web_address(link.split("#")[0]):
        abort(errors.error(1609005, "The link could not be scraped"))
    if (urlsplit(link).hostname or "").endswith("facebook.com"):
        abort(errors.invalid(subcode=1609008, told="Links to facebook.com are not allowed."))
    return Draft(message, link or None, photos)


def _photo(world: World, page: Organization, id: Any) -> File:
    file = world.files.get(KEY, str(id))
    if file is None or not file.is_here or file.owner != str(page.number):
        abort(errors.not_found(str(id)))
    return file
