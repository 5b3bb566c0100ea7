"""Comments of an account below its own posts."""

import re
import time
from typing import Any

from flask import Response, abort

from ..meta import errors
from ..meta.calls import pages, parameters, text_of
from ..posts import Post, moment_text
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from .accounts import Account
from .containers import numbers
from .gate import COMMENT, Caller, account_caller
from .routes import GRAPHS, KEY, routes
from .words import fault_words

MOST_CHARACTERS = 300
MOST_HASHTAGS = 4
MOST_LINKS = 1


@routes.post(f"{GRAPHS[0]}/<id>/comments")
def create_comment(version: str, id: str) -> Response:
    return create_by_page(version, id)


@routes.get(f"{GRAPHS[0]}/<id>/comments")
def list_comments(version: str, id: str) -> Response:
    return list_by_page(version, id)


def create_by_page(version: str, id: str) -> Response:
    """A comment; faults are ordered for it as for a post."""
    world = this_world()
    caller, post = _own(world, version, id)
    message = text_of(parameters(), "message")
    if not message.strip() or len(message) > MOST_CHARACTERS or message.isupper():
        abort(errors.invalid("Missing or invalid parameter: message"))
    if len(re.findall(r"#\w", message)) > MOST_HASHTAGS or message.count("://") > MOST_LINKS:
        abort(errors.invalid("Missing or invalid parameter: message"))
    call = Call(
        platform=KEY,
        account=caller.account.id,
        token=caller.token,
        create=lambda: _create(world, caller.account, post, message),
        words=fault_words(caller.account.id),
        elsewhere="https://www.instagram.com/challenge/",
    )
    return publish(world, call)


def list_by_page(version: str, id: str) -> Response:
    """The comments below an own post, newest first."""
    _, post = _own(this_world(), version, id)
    rows: list[dict[str, Any]] = list(reversed(post.wire.get("comments", [])))
    return pages(rows, f"graph.instagram.com/{version}/{id}/comments")


def _create(world: World, account: Account, post: Post, message: str) -> Response:
    made = {
        "id": str(numbers.next()),
        "text": message,
        "timestamp": f"{moment_text(time.time())[:19]}+0000",
        "username": account.username,
    }
    post.wire = post.wire | {"comments": [*post.wire.get("comments", []), made]}
    world.posts.changed(post)
    return answer({"id": made["id"]})


def _own(world: World, version: str, id: str) -> tuple[Caller, Post]:
    post = world.posts.get(KEY, id)
    if post is None:
        abort(errors.not_found(id))
    return account_caller(world, version, post.account, COMMENT), post
