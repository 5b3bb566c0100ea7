"""Videos on YouTube: made, listed, deleted, and watched."""

import time
from typing import Any

from flask import Response, render_template, request

from ..files import File
from ..numbers import secret
from ..people import Person
from ..posts import Post, first_address, moment_text
from ..wire import answer, empty
from ..world import World, this_world
from . import errors
from .channels import channel_id
from .gate import caller
from .routes import KEY, SHORT, WWW, api, routes
from .scopes import CAN_DELETE, CAN_READ
from .sessions import Session

#: Videos of somebody seeded with this "subscription" are locked as private, as for a project without audit.
LOCKED = "Locked"
PARTS = ("id", "snippet", "status", "statistics", "processingDetails", "contentDetails")
MOST_IDS = 50
STILLS = {"default": (120, 90), "medium": (320, 180), "high": (480, 360)}
NAMES = {"default": "default", "medium": "mqdefault", "high": "hqdefault"}


def make_video(world: World, person: Person, session: Session) -> dict[str, Any]:
    """The whole upload as a video, and what the last part of it is answered."""
    id = secret("", 11)
    file = world.files.expect(File(KEY, id, person.key, time.time()))
    world.files.fill(file, session.content(), session.mime_type)
    session.path.unlink(missing_ok=True)
    post = make_post(person, id, session.resource, time.time(), [file.as_media()])
    lag = world.faults.lag(KEY, post.account)
    post.visible_at = post.at + lag if lag else 0.0
    world.posts.add(post)
    told = resource(post, ["snippet", "status"])
    told["status"]["uploadStatus"] = "uploaded"
    return told


def make_post(person: Person, id: str, said: dict[str, Any], at: float, media: list[dict[str, Any]]) -> Post:
    """A video as YouTube would store it."""
    snippet, status = said.get("snippet", {}), dict(said.get("status", {}))
    status.setdefault("privacyStatus", "public")
    if person.subscription == LOCKED:
        status["privacyStatus"] = "private"
    text = snippet.get("description", "")
    return Post(
        platform=KEY,
        id=id,
        account=channel_id(person),
        author=person.name,
        text=text,
        link=first_address(text),
        media=media,
        permalink=f"https://www.youtube.com/watch?v={id}",
        at=at,
        wire={"snippet": snippet, "status": status},
    )


@api("/youtube/v3/videos", "GET")
def videos() -> Response:
    world = this_world()
    _, person = caller(world, CAN_READ)
    parts = request.args.get("part", "").split(",")
    ids = [id for id in request.args.get("id", "").split(",") if id]
    if unknown := [part for part in parts if part not in PARTS]:
        return errors.bad_request(f"'{unknown[0]}'", "unknownPart")
    if not 1 <= len(ids) <= MOST_IDS:
        return errors.bad_request("No filter selected.", "missingRequiredParameter")
    found = [post for id in ids if (post := world.posts.get(KEY, id)) and _may_see(post, person)]
    body = {
        "kind": "youtube#videoListResponse",
        "etag": "e",
        "items": [resource(post, parts) for post in found],
        "pageInfo": {"totalResults": len(found), "resultsPerPage": len(found)},
    }
    return answer(body, content_type=errors.JSON)


@api("/youtube/v3/videos", "DELETE")
def delete_video() -> Response:
    world = this_world()
    _, person = caller(world, CAN_DELETE)
    post = world.posts.get(KEY, request.args.get("id", ""))
    if post is None:
        return errors.no_video()
    if post.account != channel_id(person):
        return errors.refusal(403, "forbidden", "The video cannot be deleted.")
    post.gone = True
    world.posts.changed(post)
    return empty(204)


@routes.get(f"{WWW}/watch")
@routes.get(f"{WWW}/shorts/<id>")
@routes.get(f"{SHORT}/<id>")
def watch(id: str = "") -> Response:
    """The page of a video, as anybody sees it: a private one is nobody's."""
    post = this_world().posts.get(KEY, id or request.args.get("v", ""))
    shown = post if post and post.wire["status"]["privacyStatus"] != "private" else None
    page = render_template("video.html", post=shown, is_private=bool(post and not shown))
    return Response(page, 200 if post else 404, content_type="text/html; charset=utf-8")


def resource(post: Post, parts: list[str]) -> dict[str, Any]:
    """The parts of a video that were asked for."""
    said = post.wire["snippet"]
    localized = {"title": said["title"], "description": post.text}
    whole: dict[str, Any] = {
        "snippet": {
            "publishedAt": moment_text(post.at),
            "channelId": post.account,
            "thumbnails": stills(post.id),
            "channelTitle": post.author,
            "categoryId": "22",
            **said,
            **localized,
            "liveBroadcastContent": "none",
            "localized": localized,
        },
        "status": {
            "uploadStatus": "processed",
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
            **post.wire["status"],
        },
        "statistics": {"viewCount": "0", "likeCount": "0", "favoriteCount": "0", "commentCount": "0"},
        "processingDetails": {"processingStatus": "succeeded"},
        "contentDetails": {},
    }
    told = {name: part for name, part in whole.items() if name in parts}
    return {"kind": "youtube#video", "etag": "e3", "id": post.id, **told}


def stills(id: str) -> dict[str, Any]:
    """The pictures of a video in YouTube's sizes."""
    return {
        name: {"url": f"https://i.ytimg.com/vi/{id}/{NAMES[name]}.jpg", "width": width, "height": height}
        for name, (width, height) in STILLS.items()
    }


def _may_see(post: Post, person: Person) -> bool:
    return post.wire["status"]["privacyStatus"] != "private" or post.account == channel_id(person)
