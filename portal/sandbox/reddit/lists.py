"""Looking posts up on Reddit: what somebody posted, several by their full names, all of one address."""

from html import escape
from typing import Any

from flask import Response, abort, request

from ..posts import Post
from ..wire import answer
from . import errors
from .gate import caller
from .routes import API, KEY, routes
from .users import full_name

MOST = 100
TEXTS = ("title", "selftext", "url")


@routes.get(f"{API}/user/<name>/submitted", strict_slashes=False)
def submitted(name: str) -> Response:
    world, _, _ = caller("history")
    person = world.people.with_handle(name)
    if person is None:
        return errors.plain(404, "Not Found")
    posts = world.posts.listed(KEY, full_name(person))
    if after := request.args.get("after"):
        names = [post.id for post in posts]
        posts = posts[names.index(after) + 1 :] if after in names else []
    most = _limit()
    page = posts[:most]
    return listing([told(post) for post in page], page[-1].id if len(posts) > most else None)


@routes.get(f"{API}/api/info", strict_slashes=False)
def info() -> Response:
    """Posts by full name or by address; unknown ones are left out."""
    world, _, _ = caller("read")
    if url := request.args.get("url"):
        found = [post for post in world.posts.newest(KEY) if post.wire["url"] == url][:MOST]
    else:
        names = request.args.get("id", "").split(",")[:MOST]
        found = [post for name in names if (post := world.posts.get(KEY, name))]
    return listing([told(post) for post in found])


def listing(children: list[dict[str, Any]], after: str | None = None, kind: str = "t3") -> Response:
    """Reddit's shape of every list."""
    data = {
        "after": after,
        "dist": len(children),
        "modhash": None,
        "geo_filter": "",
        "before": None,
        "children": [{"kind": kind, "data": each} for each in children],
    }
    return answer({"kind": "Listing", "data": data}, content_type=errors.JSON)


def told(post: Post) -> dict[str, Any]:
    """A post's own fields; texts are escaped unless raw ones were asked for."""
    fields = {
        "id": post.id.removeprefix("t3_"),
        "name": post.id,
        "subreddit": post.wire["subreddit"],
        "title": post.wire["title"],
        "selftext": post.wire["selftext"],
        "is_self": post.wire["kind"] == "self",
        "url": post.wire["url"],
        "permalink": post.wire["path"],
        "created_utc": float(int(post.at)),
        "edited": post.wire.get("edited", False),
        "author": post.wire["author"],
        "link_flair_template_id": post.wire["flair_id"],
        "removed_by_category": None,
        "score": 1,
        "ups": 1,
        "upvote_ratio": 1.0,
        "num_comments": post.wire["comments"],
        "locked": False,
        "view_count": None,
    }
    if request.args.get("raw_json") != "1":
        fields |= {name: escape(str(fields[name]), quote=False) for name in TEXTS}
    return fields


def _limit() -> int:
    word = request.args.get("limit", "25")
    if not (word.isascii() and word.isdigit()):
        abort(errors.plain(400, "Bad Request"))
    return max(1, min(int(word), MOST))
