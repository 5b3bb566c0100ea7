"""Looking posts up on X: an account's own list, several by id, one by id."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, request

from ..popularity import popularity
from ..posts import Post
from ..wire import answer
from ..world import this_world
from . import errors
from .gate import READ, caller
from .posts import numbers
from .routes import API, KEY, SUCCESS, routes

ALWAYS = ("id", "text", "edit_history_tweet_ids")
MOST_IDS = 100


@routes.get(f"{API}/2/users/<id>/tweets")
def user_posts(id: str) -> Response:
    world = this_world()
    caller(world, READ)
    most = request.args.get("max_results", "10")
    if not (most.isascii() and most.isdigit() and 5 <= int(most) <= 100):
        message = f"The `max_results` query parameter value [{most}] is not between 5 and 100"
        return errors.invalid(message, max_results=most)
    found = [post for post in world.posts.listed(KEY, id) if _is_wanted(post)]
    page = found[: int(most)]
    meta: dict[str, Any] = {"result_count": len(page)}
    if not page:
        return answer({"meta": meta}, content_type=SUCCESS)
    meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(found) > len(page):
        meta["next_token"] = page[-1].id
    return answer({"data": [_told(post) for post in page], "meta": meta}, content_type=SUCCESS)


@routes.get(f"{API}/2/tweets")
def posts_by_ids() -> Response:
    world = this_world()
    caller(world, READ)
    ids = [id for id in request.args.get("ids", "").split(",") if id]
    if not 1 <= len(ids) <= MOST_IDS or not all(id.isascii() and id.isdigit() for id in ids):
        return errors.invalid("The `ids` query parameter must hold 1 to 100 ids", ids=",".join(ids))
    posts = {id: world.posts.get(KEY, id) for id in ids}
    body: dict[str, Any] = {}
    if found := [_told(post) for post in posts.values() if post]:
        body["data"] = found
    if missing := [errors.not_found(id) for id, post in posts.items() if post is None]:
        body["errors"] = missing
    return answer(body, content_type=SUCCESS)


@routes.get(f"{API}/2/tweets/<id>")
def post_by_id(id: str) -> Response:
    world = this_world()
    caller(world, READ)
    post = world.posts.get(KEY, id)
    body = {"data": _told(post)} if post else {"errors": [errors.not_found(id)]}
    return answer(body, content_type=SUCCESS)


def _is_wanted(post: Post) -> bool:
    args, number = request.args, int(post.id)
    after, before = _moment("start_time"), _moment("end_time")
    since, until = _id("since_id"), _id("until_id") or _id("pagination_token")
    return (
        (after is None or post.at >= after)
        and (before is None or post.at < before)
        and (since is None or number > since)
        and (until is None or number < until)
        and not ("replies" in args.get("exclude", "").split(",") and post.wire["reply_to"])
    )


def _moment(name: str) -> float | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        abort(errors.invalid(f"The `{name}` query parameter value [{text}] is not RFC 3339", **{name: text}))
    return moment.timestamp()


def _id(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        abort(errors.invalid(f"The `{name}` query parameter value [{text}] is not an id", **{name: text}))
    return int(text)


def _told(post: Post) -> dict[str, Any]:
    """The fields that were asked for, under X's old spelling or its new one."""
    old, new = (request.args.get(name, "").split(",") for name in ("tweet.fields", "post.fields"))
    asked = [*old, *new]
    created = datetime.fromtimestamp(numbers.moment(int(post.id)), UTC)
    fields: dict[str, Any] = {
        "id": post.id,
        "text": post.wire["text"],
        "edit_history_tweet_ids": [post.id],
        "created_at": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "author_id": post.account,
        "public_metrics": _metrics(post.id, "repost_count" if "public_metrics" in new else "retweet_count"),
        "lang": "en",
    }
    if post.wire["urls"]:
        fields["entities"] = {"urls": post.wire["urls"]}
    if post.wire["reply_to"]:
        fields["referenced_tweets"] = [{"type": "replied_to", "id": post.wire["reply_to"]}]
    return {name: fields[name] for name in fields if name in ALWAYS or name in asked}


def _metrics(id: str, shares: str) -> dict[str, int]:
    """The guides say "retweet", the newest specification "repost"."""
    counted = popularity(id)
    return {
        shares: counted.shares,
        "reply_count": counted.comments,
        "like_count": counted.likes,
        "quote_count": 0,
        "bookmark_count": counted.comments,
        "impression_count": counted.views,
    }
