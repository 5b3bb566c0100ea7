"""Making, changing and deleting posts on Reddit, and the pages behind their addresses."""

import re
import time
from functools import partial
from typing import Any

from flask import Response, abort, request

from ..numbers import X_EPOCH_MS, Numbers
from ..people import Person
from ..permalinks import post_page
from ..posts import Post, first_address
from ..publishing import Call, publish
from ..wire import answer
from ..world import World, this_world
from . import errors
from .body import Draft, read_draft
from .gate import caller
from .routes import API, KEY, LABEL, SHORT, WWW, routes
from .users import base36, full_name

#: A picture post is made some time after its call was answered; the real one takes up to minutes.
MAKING_SECONDS = 1.0
MOST_TEXT = 40_000

numbers = Numbers(X_EPOCH_MS)


@routes.post(f"{API}/api/submit", strict_slashes=False)
def submit() -> Response:
    world, token, person = caller("submit")
    call = Call(
        platform=KEY,
        account=full_name(person),
        token=token,
        create=partial(_create, world, person),
        words=errors.FAULT_WORDS,
        elsewhere="https://www.reddit.com/login",
    )
    return publish(world, call)


@routes.post(f"{API}/api/del", strict_slashes=False)
def delete() -> Response:
    """Always 200 and {}, also for posts that are somebody else's or nobody's."""
    world, _, person = caller("edit")
    post = world.posts.get(KEY, request.form.get("id", ""))
    if post and post.account == full_name(person):
        post.gone = True
        world.posts.changed(post)
    return answer({}, content_type=errors.JSON)


@routes.post(f"{API}/api/editusertext", strict_slashes=False)
def edit() -> Response:
    world, _, person = caller("edit")
    post, text = world.posts.get(KEY, request.form.get("thing_id", "")), request.form.get("text", "")
    if post is None or post.account != full_name(person) or post.wire["kind"] != "self":
        abort(errors.plain(403, "Forbidden"))
    if len(text) > MOST_TEXT:
        return errors.inside("TOO_LONG", f"this is too long (max: {MOST_TEXT})", "text")
    post.text, post.wire["selftext"], post.wire["edited"] = (
        f"{post.wire['title']}\n\n{text}",
        text,
        time.time(),
    )
    world.posts.changed(post)
    told = {
        "id": post.id.removeprefix("t3_"),
        "name": post.id,
        "selftext": text,
        "edited": post.wire["edited"],
    }
    body = {"json": {"errors": [], "data": {"things": [{"kind": "t3", "data": told}]}}}
    return answer(body, content_type=errors.JSON)


@routes.get(f"{WWW}/r/<sr>/comments/<id>/", strict_slashes=False)
@routes.get(f"{WWW}/r/<sr>/comments/<id>/<slug>/", strict_slashes=False)
@routes.get(f"{WWW}/comments/<id>", strict_slashes=False)
@routes.get(f"{SHORT}/<id>")
def page(id: str, sr: str = "", slug: str = "") -> Response:
    return post_page(this_world().posts.get(KEY, f"t3_{id}"), LABEL)


def make_post(person: Person, draft: Draft, at: float, number: int) -> Post:
    """A post as Reddit would store it."""
    id = base36(number)
    path = f"/r/{draft.place.name}/comments/{id}/{slug(draft.title)}/"
    permalink = f"https://www.reddit.com{path}"
    link = draft.url if draft.kind == "link" else first_address(draft.text)
    return Post(
        platform=KEY,
        id=f"t3_{id}",
        account=full_name(person),
        author=person.name,
        text=f"{draft.title}\n\n{draft.text}".strip(),
        link=link,
        media=draft.media,
        permalink=permalink,
        at=at,
        wire={
            "kind": draft.kind,
            "subreddit": draft.place.name,
            "title": draft.title,
            "selftext": draft.text,
            "url": draft.url if draft.kind == "link" else permalink,
            "path": path,
            "author": person.handle,
            "flair_id": draft.flair_id,
            "comments": 0,
            "reply_to": None,
        },
    )


def keep(world: World, post: Post) -> None:
    """Add a post; those with pictures appear in the lists a moment later."""
    lag = world.faults.lag(KEY, post.account)
    wait = max(lag, MAKING_SECONDS if post.media else 0.0)
    post.visible_at = post.at + wait if wait else 0.0
    world.posts.add(post)


def slug(title: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", title.lower()))[:50].strip("_") or "_"


def _create(world: World, person: Person) -> Response:
    draft = read_draft(world, person)
    is_once = draft.kind == "link" and request.form.get("resubmit", "true").lower() == "false"
    if is_once and _is_there(world, draft):
        return errors.inside(*errors.ALREADY)
    post = make_post(person, draft, time.time(), numbers.next())
    keep(world, post)
    if request.form.get("api_type") != "json":
        return answer({"jquery": [], "success": True}, content_type=errors.JSON)
    told: dict[str, Any]
    if draft.kind == "image":
        # No id and no address: the post is still to be made.
        told = {
            "user_submitted_page": f"https://www.reddit.com/user/{person.handle}/submitted/",
            "websocket_url": f"wss://ws-practice.wss.redditmedia.com/{post.id}",
        }
    else:
        id = post.id.removeprefix("t3_")
        told = {"url": post.permalink, "drafts_count": 0, "id": id, "name": post.id}
    return answer({"json": {"errors": [], "data": told}}, content_type=errors.JSON)


def _is_there(world: World, draft: Draft) -> bool:
    place = draft.place.name.casefold()
    return any(
        post.wire["url"] == draft.url and post.wire["subreddit"].casefold() == place
        for post in world.posts.newest(KEY)
    )
