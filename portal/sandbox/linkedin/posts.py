"""LinkedIn's Posts API and the page behind a post's address."""

import re
import time
from functools import partial
from typing import Any

from flask import Response, abort, request

from ..grants import Token
from ..numbers import Numbers
from ..people import Person
from ..permalinks import post_page
from ..posts import Post, first_address
from ..publishing import Call, publish
from ..wire import answer, empty, is_json, json_body
from ..world import World, this_world
from . import errors
from .content import check_length, read_draft
from .gate import need_scope, rest_caller, version
from .identity import member_urn, paged
from .little_text import read_little
from .routes import API, KEY, LABEL, WWW, routes

#: The only window that a page of LinkedIn's names. Reports speak of a day or two; the short one is the
#: harder test, for whoever sends again after it has made a second post.
SAME_WITHIN_SECONDS = 600.0
RESOURCE = "partnerApiPostsExternal"
AUTHOR = re.compile(r"urn:li:(person|organization):([A-Za-z0-9_-]+)")

numbers = Numbers()


@routes.post(f"{API}/rest/posts")
def create_post() -> Response:
    world = this_world()
    token, person = rest_caller(world)
    body = _object()
    author = body.get("author")
    account = author if isinstance(author, str) else ""
    call = Call(
        platform=KEY,
        account=account,
        token=token,
        create=partial(_create, world, token, person, body),
        words=errors.fault_words(version(), partial(_said_before, world, account, body)),
        elsewhere="https://www.linkedin.com/checkpoint/challenge",
    )
    return publish(world, call)


@routes.get(f"{API}/rest/posts")
def find_posts() -> Response:
    world = this_world()
    token, person = rest_caller(world)
    author = request.args.get("author", "")
    if request.args.get("q") != "author" or not AUTHOR.fullmatch(author):
        return errors.refusal(400, "ILLEGAL_ARGUMENT", "The finder author needs q=author and author")
    _need_reading(token, person, author, "FINDER-author")
    return answer(paged([_element(post) for post in world.posts.listed(KEY, author)]))


@routes.get(f"{API}/rest/posts/<urn>")
def get_post(urn: str) -> Response:
    world = this_world()
    token, person = rest_caller(world)
    post = world.posts.get(KEY, urn)
    _need_reading(token, person, post.account if post else "urn:li:organization:", "GET")
    return answer(_element(post)) if post else errors.not_found()


@routes.delete(f"{API}/rest/posts/<urn>")
def delete_post(urn: str) -> Response:
    world = this_world()
    token, person = rest_caller(world)
    post = world.posts.get(KEY, urn)
    if post:
        _need_author(token, person, post.account, "DELETE")
        post.gone = True
        world.posts.changed(post)
    return empty(204)


@routes.post(f"{API}/rest/posts/<urn>")
def update_post(urn: str) -> Response:
    world = this_world()
    token, person = rest_caller(world)
    if request.headers.get("X-RestLi-Method", "").upper() != "PARTIAL_UPDATE":
        return errors.refusal(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method must be PARTIAL_UPDATE")
    commentary = _patched(_object())
    post = world.posts.get(KEY, urn)
    if post is None:
        return errors.not_found()
    _need_author(token, person, post.account, "PARTIAL_UPDATE")
    text = read_little(commentary)
    post.text, post.link = text.visible, _link(post.wire["content"], text.visible)
    post.wire = post.wire | {"commentary": text.stored, "changed_at": time.time()}
    world.posts.changed(post)
    return empty(204)


@routes.get(f"{WWW}/feed/update/<urn>/")
def feed_update(urn: str) -> Response:
    return post_page(this_world().posts.get(KEY, urn), LABEL)


def make_post(
    author: str, name: str, commentary: str, content: dict[str, Any], at: float, number: int
) -> Post:
    """A post as LinkedIn would store it: cut where a reserved character stands bare."""
    text = read_little(commentary)
    shown = content.get("media")
    is_video = isinstance(shown, dict) and str(shown.get("id")).startswith("urn:li:video:")
    urn = f"urn:li:{'ugcPost' if is_video else 'share'}:{number}"
    return Post(
        platform=KEY,
        id=urn,
        account=author,
        author=name,
        text=text.visible,
        link=_link(content, text.visible),
        media=[],
        permalink=f"https://www.linkedin.com/feed/update/{urn}/",
        at=at,
        wire={"commentary": text.stored, "content": content, "visibility": "PUBLIC"},
    )


def _create(world: World, token: Token, person: Person, body: dict[str, Any]) -> Response:
    draft = read_draft(world, body)
    name = _need_author(token, person, draft.author, "CREATE")
    post = make_post(draft.author, name, draft.commentary, draft.content, time.time(), numbers.next())
    post.media = draft.media
    post.wire["visibility"] = draft.visibility
    lag = world.faults.lag(KEY, draft.author)
    post.visible_at = post.at + lag if lag else 0.0
    earlier = world.posts.add(post, SAME_WITHIN_SECONDS)
    return errors.duplicate(earlier.id) if earlier else empty(201, x_restli_id=post.id)


def _need_author(token: Token, person: Person, author: str, method: str) -> str:
    """The name under which this caller may publish as `author`; refused when they may not."""
    found = AUTHOR.fullmatch(author)
    if found is None:
        code = (
            "INVALID_URN_ID"
            if author.startswith(("urn:li:person:", "urn:li:organization:"))
            else "INVALID_URN_TYPE"
        )
        abort(errors.bad_field("author", code, f"{author} is not a valid author"))
    what = f"{RESOURCE}.{method}"
    if found[1] == "person":
        need_scope(token, what, "w_member_social")
        if author != member_urn(person):
            abort(errors.access_denied(what, version()))
        return person.name
    need_scope(token, what, "w_organization_social")
    page = person.organization(int(found[2])) if found[2].isdigit() else None
    if page is None:
        abort(errors.access_denied(what, version()))
    return page.name


def _need_reading(token: Token, person: Person, author: str, method: str) -> None:
    # Reading a member's posts is closed to everybody; company pages need their own scope.
    what = f"{RESOURCE}.{method}"
    if not author.startswith("urn:li:organization:"):
        abort(errors.access_denied(what, version()))
    need_scope(token, what, "r_organization_social")


def _object() -> dict[str, Any]:
    if not is_json():
        abort(errors.refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json"))
    body = json_body()
    if not isinstance(body, dict):
        abort(errors.refusal(400, "INVALID_JSON", "The body of the request is not a JSON object"))
    return body


def _patched(body: dict[str, Any]) -> str:
    patch = body.get("patch")
    change = patch.get("$set") if isinstance(patch, dict) else None
    commentary = change.get("commentary") if isinstance(change, dict) else None
    if not isinstance(commentary, str):
        abort(
            errors.bad_field("patch/$set/commentary", "MISSING_FIELD", "commentary is required but missing")
        )
    check_length(commentary)
    return commentary


def _said_before(world: World, account: str, body: dict[str, Any]) -> str:
    """The post that a duplicate names: the one that says the same if there is one, else somebody's."""
    commentary = body.get("commentary")
    text = read_little(commentary).visible if isinstance(commentary, str) else ""
    content = body.get("content")
    link = _link(content if isinstance(content, dict) else {}, text)
    earlier = world.posts.same((KEY, account, text, link or ""))
    return earlier.id if earlier else f"urn:li:share:{numbers.next()}"


def _link(content: dict[str, Any], text: str) -> str | None:
    article = content.get("article")
    return article.get("source") if isinstance(article, dict) else first_address(text)


def _element(post: Post) -> dict[str, Any]:
    created, changed = int(post.at * 1000), int(post.wire.get("changed_at", post.at) * 1000)
    element = {
        "id": post.id,
        "author": post.account,
        "commentary": post.wire["commentary"],
        "createdAt": created,
        "publishedAt": created,
        "lastModifiedAt": changed,
        "lifecycleState": "PUBLISHED",
        "visibility": post.wire["visibility"],
        "distribution": {"feedDistribution": "MAIN_FEED", "thirdPartyDistributionChannels": []},
        "isReshareDisabledByAuthor": False,
    }
    return element | ({"content": post.wire["content"]} if post.wire["content"] else {})
