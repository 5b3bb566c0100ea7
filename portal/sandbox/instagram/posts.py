"""Publishing a container, the list of what was published, and the page behind a post's address."""

import time
from typing import Any

from flask import Response

from ..meta import errors
from ..meta.calls import pages, parameters, since, text_of
from ..numbers import secret
from ..permalinks import post_page
from ..posts import Post, first_address, moment_text
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from .accounts import Account
from .containers import Container, containers_of, numbers
from .gate import PUBLISH, account_caller
from .routes import GRAPHS, KEY, LABEL, WWW, routes
from .words import fault_words

#: The documents name 100 and 50; the smaller one is the harder test.
QUOTA = 50
DAY_SECONDS = 86_400


@routes.post(f"{GRAPHS[0]}/<id>/media_publish")
@routes.post(f"{GRAPHS[1]}/<id>/media_publish")
def publish_container(version: str, id: str) -> Response:
    world = this_world()
    caller = account_caller(world, version, id, PUBLISH)
    container_id = text_of(parameters(), "creation_id")
    call = Call(
        platform=KEY,
        account=caller.account.id,
        token=caller.token,
        create=lambda: _publish(world, caller.account, container_id),
        words=fault_words(caller.account.id),
        elsewhere="https://www.instagram.com/challenge/",
    )
    return publish(world, call)


@routes.get(f"{GRAPHS[0]}/<id>/media")
@routes.get(f"{GRAPHS[1]}/<id>/media")
def list_media(version: str, id: str) -> Response:
    world = this_world()
    account = account_caller(world, version, id).account
    rows = [node(post) for post in world.posts.listed(KEY, account.id) if post.at >= since()]
    return pages(rows, f"graph.instagram.com/{version}/{id}/media")


@routes.get(f"{GRAPHS[0]}/<id>/content_publishing_limit")
@routes.get(f"{GRAPHS[1]}/<id>/content_publishing_limit")
def limit(version: str, id: str) -> Response:
    world = this_world()
    account = account_caller(world, version, id, PUBLISH).account
    config = {"quota_total": QUOTA, "quota_duration": DAY_SECONDS}
    return answer({"data": [{"quota_usage": _used(world, account), "config": config}]})


@routes.get(f"{WWW}/p/<shortcode>/")
@routes.get(f"{WWW}/reel/<shortcode>/")
def show(shortcode: str) -> Response:
    found = (post for post in this_world().posts.newest(KEY) if post.wire.get("shortcode") == shortcode)
    return post_page(next(found, None), LABEL)


def make_post(
    account: Account, container: Container, media: list[dict[str, Any]], at: float, id: str
) -> Post:
    """A post as Instagram would store it."""
    shortcode = secret("D", 10)
    is_reel = container.kind == "REELS"
    return Post(
        platform=KEY,
        id=id,
        account=account.id,
        author=account.name,
        text=container.caption,
        link=first_address(container.caption),
        media=media,
        permalink=f"https://www.instagram.com/{'reel' if is_reel else 'p'}/{shortcode}/",
        at=at,
        wire={"shortcode": shortcode, "kind": container.kind, "product": "REELS" if is_reel else "FEED"},
    )


def node(post: Post) -> dict[str, Any]:
    """A post as the Graph API tells of it."""
    types = {"IMAGE": "IMAGE", "CAROUSEL": "CAROUSEL_ALBUM"}
    return {
        "id": post.id,
        "caption": post.text,
        "permalink": post.permalink,
        "shortcode": post.wire["shortcode"],
        "media_type": types.get(post.wire["kind"], "VIDEO"),
        "media_product_type": post.wire["product"],
        "timestamp": f"{moment_text(post.at)[:19]}+0000",
        "like_count": 0,
        "comments_count": 0,
    }


def _publish(world: World, account: Account, id: str) -> Response:
    container = containers_of(world).get(id)
    if container is None or container.account != account.id or container.is_item:
        return errors.error(24, "The requested resource does not exist", 2207008)
    if container.published:
        # One container stands for one post, however often it is published.
        return answer({"id": container.published})
    if container.state == "EXPIRED":
        return errors.error(24, "The requested resource does not exist", 2207008)
    if container.state != "FINISHED":
        return errors.error(9007, "Media ID is not available", 2207027, is_transient=False)
    if _used(world, account) >= QUOTA:
        return errors.error(9, "Application request limit reached", 2207042)
    return _put_out(world, account, container)


def _put_out(world: World, account: Account, container: Container) -> Response:
    files = [world.files.get(KEY, file) for file in container.files]
    media = [file.as_media() for file in files if file]
    post = make_post(account, container, media, time.time(), str(numbers.next()))
    lag = world.faults.lag(KEY, account.id)
    post.visible_at = post.at + lag if lag else 0.0
    world.posts.add(post)
    container.published = post.id
    containers_of(world).changed(container)
    return answer({"id": post.id})


def _used(world: World, account: Account) -> int:
    after = time.time() - DAY_SECONDS
    return sum(post.account == account.id and post.at > after for post in world.posts.newest(KEY))
