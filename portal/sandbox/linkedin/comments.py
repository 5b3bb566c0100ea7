"""LinkedIn's Comments API, for company pages below their own posts."""

import time
from typing import Any

from flask import Response, abort

from ..grants import Token
from ..numbers import Numbers
from ..people import Person
from ..posts import Post
from ..publishing import Call, publish
from ..wire import answer, json_body
from ..world import World, this_world
from . import errors
from .gate import need_scope, rest_caller, version
from .identity import paged
from .routes import API, KEY, routes

MOST_CHARACTERS = 1_250
RESOURCE = "partnerApiSocialActions"

numbers = Numbers()


@routes.post(f"{API}/rest/socialActions/<urn>/comments")
def create_comment(urn: str) -> Response:
    """A comment; faults are ordered for it as for a post."""
    world = this_world()
    token, person = rest_caller(world)
    body = json_body()
    said: dict[str, Any] = body if isinstance(body, dict) else {}
    post = _own(world, token, person, urn, "w_organization_social_feed")
    message = said.get("message")
    words = message.get("text") if isinstance(message, dict) else None
    if said.get("actor") != post.account or said.get("object") != urn:
        return errors.bad_field("actor", "INVALID_VALUE_FOR_FIELD", "actor or object is not valid")
    if not isinstance(words, str) or not words.strip():
        return errors.bad_field("message", "INVALID_VALUE_BLANK_FIELD", "message is required but missing")
    if len(words) > MOST_CHARACTERS:
        return errors.bad_field("message", "FIELD_LENGTH_TOO_LONG", "message is too long")
    call = Call(
        platform=KEY,
        account=post.account,
        token=token,
        create=lambda: _create(world, post, words),
        words=errors.fault_words(version(), lambda: urn),
        elsewhere="https://www.linkedin.com/checkpoint/challenge",
    )
    return publish(world, call)


@routes.get(f"{API}/rest/socialActions/<urn>/comments")
def list_comments(urn: str) -> Response:
    world = this_world()
    token, person = rest_caller(world)
    post = _own(world, token, person, urn, "r_organization_social_feed")
    return answer(paged(list(post.wire.get("comments", []))))


def _create(world: World, post: Post, words: str) -> Response:
    id = str(numbers.next())
    comment = {
        "id": id,
        "commentUrn": f"urn:li:comment:({post.id},{id})",
        "actor": post.account,
        "object": post.id,
        "message": {"attributes": [], "text": words},
        "created": {"actor": post.account, "time": int(time.time() * 1000)},
    }
    post.wire = post.wire | {"comments": [*post.wire.get("comments", []), comment]}
    world.posts.changed(post)
    response = answer(comment, 201)
    response.headers["x-restli-id"] = id
    return response


def _own(world: World, token: Token, person: Person, urn: str, scope: str) -> Post:
    """A post of a page that the caller looks after; self-serve apps are refused for members' posts."""
    need_scope(token, f"{RESOURCE}.COMMENTS", scope)
    post = world.posts.get(KEY, urn)
    number = post.account.rpartition(":")[2] if post else ""
    if post is None or not number.isdigit() or person.organization(int(number)) is None:
        abort(errors.access_denied(f"{RESOURCE}.COMMENTS", version()))
    return post
