"""Who somebody is on YouTube: one channel a person, or none."""

from typing import Any

from flask import Response, request

from ..avatars import avatar
from ..people import Person
from ..posts import moment_text
from ..wire import answer
from ..world import World, this_world
from . import errors
from .gate import caller
from .routes import FACES, KEY, api, routes
from .scopes import CAN_READ

#: Somebody seeded with this "subscription" has a Google account without a channel.
NO_CHANNEL = "NoChannel"
SIZES = {"default": 88, "medium": 240, "high": 800}
PARTS = ("id", "snippet", "contentDetails", "status", "statistics")


@api("/youtube/v3/channels", "GET")
def channels() -> Response:
    world = this_world()
    _, person = caller(world, CAN_READ)
    parts = request.args.get("part", "").split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        return errors.bad_request(f"'{unknown[0]}'", "unknownPart")
    if request.args.get("mine") != "true":
        return errors.bad_request("No filter selected.", "missingRequiredParameter")
    there = person.subscription != NO_CHANNEL
    body: dict[str, Any] = {
        "kind": "youtube#channelListResponse",
        "etag": "e1",
        "pageInfo": {"totalResults": int(there), "resultsPerPage": 5},
    }
    if there:
        body["items"] = [_channel(world, person, parts)]
    return answer(body, content_type=errors.JSON)


@routes.get(f"{FACES}/<key>=s<int:size>")
def face(key: str, size: int) -> Response:
    return avatar(this_world().people.known(key), KEY)


def channel_id(person: Person) -> str:
    return f"UC{person.number:022d}"


def owner_of(world: World, channel: str) -> Person | None:
    """The person behind the id of a channel or of its uploads."""
    digits = channel[2:]
    return world.people.with_number(int(digits)) if digits.isascii() and digits.isdigit() else None


def _channel(world: World, person: Person, parts: list[str]) -> dict[str, Any]:
    id = channel_id(person)
    videos = world.posts.listed(KEY, id)
    faces = {
        name: {"url": f"https://yt3.ggpht.com/{person.key}=s{size}", "width": size, "height": size}
        for name, size in SIZES.items()
    }
    whole: dict[str, Any] = {
        "snippet": {
            "title": person.name,
            "description": "",
            "customUrl": f"@{person.handle}",
            "publishedAt": moment_text(person.made_at),
            "thumbnails": faces,
            "localized": {"title": person.name, "description": ""},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": f"UU{id[2:]}"}},
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed"},
        "statistics": {
            "viewCount": "0",
            "subscriberCount": "0",
            "hiddenSubscriberCount": False,
            "videoCount": str(len(videos)),
        },
    }
    told = {name: part for name, part in whole.items() if name in parts}
    return {"kind": "youtube#channel", "etag": "e2", "id": id, **told}
