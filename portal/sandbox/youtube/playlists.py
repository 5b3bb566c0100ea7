"""A channel's uploads, newest first."""

from typing import Any

from flask import Response, request

from ..posts import Post, moment_text
from ..wire import answer
from ..world import this_world
from . import errors
from .channels import channel_id, owner_of
from .gate import caller
from .routes import KEY, api
from .scopes import CAN_READ

PARTS = ("id", "snippet", "contentDetails", "status")
MOST_RESULTS = 50


@api("/youtube/v3/playlistItems", "GET")
def playlist_items() -> Response:
    world = this_world()
    _, person = caller(world, CAN_READ)
    playlist, most = request.args.get("playlistId", ""), request.args.get("maxResults", 5, type=int)
    parts = request.args.get("part", "").split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        return errors.bad_request(f"'{unknown[0]}'", "unknownPart")
    if not 0 <= most <= MOST_RESULTS:
        return errors.bad_request("Invalid value for maxResults.", "invalidParameter")
    owner = owner_of(world, playlist) if playlist.startswith("UU") else None
    if owner is None:
        message = "The playlist identified with the request's playlistId parameter cannot be found."
        return errors.refusal(404, "playlistNotFound", message, "youtube.playlistItem")
    posts = world.posts.listed(KEY, channel_id(owner))
    seen = [post for post in posts if owner == person or post.wire["status"]["privacyStatus"] == "public"]
    body = {
        "kind": "youtube#playlistItemListResponse",
        "etag": "e",
        "items": [_item(post, playlist, place, parts) for place, post in enumerate(seen[:most])],
        "pageInfo": {"totalResults": len(seen), "resultsPerPage": most},
    }
    return answer(body, content_type=errors.JSON)


def _item(post: Post, playlist: str, place: int, parts: list[str]) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "snippet": {
            "publishedAt": moment_text(post.at),
            "channelId": post.account,
            "title": post.wire["snippet"]["title"],
            "description": post.text,
            "playlistId": playlist,
            "position": place,
            "resourceId": {"kind": "youtube#video", "videoId": post.id},
        },
        "contentDetails": {"videoId": post.id, "videoPublishedAt": moment_text(post.at)},
        "status": {"privacyStatus": post.wire["status"]["privacyStatus"]},
    }
    told = {name: part for name, part in whole.items() if name in parts}
    return {"kind": "youtube#playlistItem", "etag": "e", "id": f"VVU{post.id}", **told}
