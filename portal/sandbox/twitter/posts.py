"""Creating and deleting posts on X, and the page behind a post's address."""

import time
from functools import partial
from typing import Any

from flask import Response, abort

from ..numbers import X_EPOCH_MS, Numbers
from ..people import Person
from ..permalinks import post_page
from ..posts import Post, first_address
from ..publishing import Call, publish
from ..wire import answer, is_json, json_body
from ..world import World, this_world
from . import errors
from .body import Draft, read_draft
from .gate import WRITE, caller
from .routes import API, KEY, LABEL, SUCCESS, WWW, routes
from .text import show, with_media

#: How long X remembers is not published; a day is what people report.
SAME_WITHIN_SECONDS = 24 * 3600.0

numbers = Numbers(X_EPOCH_MS)


@routes.post(f"{API}/2/tweets")
def create_post() -> Response:
    world = this_world()
    token, person = caller(world, WRITE)
    call = Call(
        platform=KEY,
        account=str(person.number),
        token=token,
        create=partial(_create, world, person, _object()),
        words=errors.FAULT_WORDS,
        elsewhere="https://x.com/account/access",
    )
    return publish(world, call)


@routes.delete(f"{API}/2/tweets/<id>")
def delete_post(id: str) -> Response:
    world = this_world()
    _, person = caller(world, WRITE)
    post = world.posts.get(KEY, id)
    if post is None:
        missing = errors.not_found(id)
        return errors.problem(404, missing["title"], missing["detail"], "resource-not-found")
    if post.account != str(person.number):
        return errors.forbidden(errors.NOT_PERMITTED)
    post.gone = True
    world.posts.changed(post)
    return answer({"data": {"deleted": True}}, content_type=SUCCESS)


@routes.get(f"{WWW}/<username>/status/<id>")
@routes.get(f"{WWW}/i/web/status/<id>")
def status(id: str, username: str = "") -> Response:
    return post_page(this_world().posts.get(KEY, id), LABEL)


def make_post(person: Person, draft: Draft, at: float, number: int) -> Post:
    """A post as X would store it."""
    id = str(number)
    permalink = f"https://x.com/{person.handle}/status/{id}"
    shown = show(draft.text, id)
    if draft.media:
        shown = with_media(shown, permalink, id)
    return Post(
        platform=KEY,
        id=id,
        account=str(person.number),
        author=person.name,
        text=draft.text,
        link=first_address(draft.text),
        media=draft.media,
        permalink=permalink,
        at=at,
        wire={"text": shown.text, "urls": shown.urls, "reply_to": draft.reply_to},
    )


def _create(world: World, person: Person, body: dict[str, Any]) -> Response:
    draft = read_draft(world, person, body)
    post = make_post(person, draft, time.time(), numbers.next())
    lag = world.faults.lag(KEY, post.account)
    post.visible_at = post.at + lag if lag else 0.0
    if world.posts.add(post, SAME_WITHIN_SECONDS):
        return errors.forbidden(errors.DUPLICATE)
    told = {"id": post.id, "text": post.wire["text"], "edit_history_tweet_ids": [post.id]}
    return answer({"data": told}, 201, SUCCESS)


def _object() -> dict[str, Any]:
    if not is_json():
        abort(errors.invalid("Requests with bodies must have content-type of application/json."))
    body = json_body()
    if not isinstance(body, dict):
        abort(errors.invalid("The body of the request is not a JSON object."))
    return body
