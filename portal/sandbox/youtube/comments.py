"""Comments below videos: written and counted, shown nowhere."""

from typing import Any

from flask import Response

from ..numbers import secret
from ..posts import Post
from ..publishing import Call, publish
from ..wire import answer, json_body
from ..world import World, this_world
from . import errors
from .gate import caller
from .routes import KEY, api
from .scopes import CAN_COMMENT

MOST_CHARACTERS = 10_000


@api("/youtube/v3/commentThreads", "POST")
def create_comment() -> Response:
    """A comment; faults are ordered for it as for a video."""
    world = this_world()
    token, _ = caller(world, CAN_COMMENT)
    said = _part(json_body(), "snippet")
    words = str(_part(_part(said, "topLevelComment"), "snippet").get("textOriginal") or "")
    post = world.posts.get(KEY, str(said.get("videoId") or ""))
    if post is None:
        return errors.no_video()
    if post.wire["status"]["privacyStatus"] == "private":
        message = "The video identified by the videoId parameter has disabled comments."
        return errors.refusal(403, "commentsDisabled", message, "youtube.commentThread")
    if not words.strip() or len(words) > MOST_CHARACTERS:
        return errors.refusal(400, "commentTextRequired", "The comment text is required.")
    call = Call(
        platform=KEY,
        account=post.account,
        token=token,
        create=lambda: _create(world, post, words),
        words=errors.FAULT_WORDS,
        elsewhere="https://www.youtube.com/",
    )
    return publish(world, call)


def _create(world: World, post: Post, words: str) -> Response:
    id = secret("Ug", 24)
    comment = {"kind": "youtube#comment", "id": id, "snippet": {"textOriginal": words}}
    post.wire = post.wire | {"comments": [*post.wire.get("comments", []), comment]}
    world.posts.changed(post)
    snippet = {"videoId": post.id, "topLevelComment": comment}
    body = {"kind": "youtube#commentThread", "etag": "e5", "id": id, "snippet": snippet}
    return answer(body, content_type=errors.JSON)


def _part(said: Any, name: str) -> dict[str, Any]:
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}
