"""Finding Facebook posts again: one whose answer was lost, and the post around a video."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from portal.platforms.base import Author, Lost, Published, Token
from portal.platforms.errors import CannotTell, ContentRejected, TemporaryFailure
from portal.platforms.facebook_refusals import VOICE
from portal.platforms.meta import CLOCKS_DIFFER, GRAPH, checked_id, listed, moment

WWW = "https://www.facebook.com"
# UNVERIFIED edge: "edge used by public code; UNVERIFIED here".
VIDEOS_EDGE = "videos"
# UNVERIFIED how exactly a post's photos are listed: "shape of `attachments` seen in two clients, exactness
# UNVERIFIED but natural".
POST_FIELDS = "id,message,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"
VIDEO_FIELDS = "id,description,created_time,post_id,permalink_url,status"
PAGES_OF_LISTS = 10


def find_post(lost: Lost, author: Author, token: Token) -> Published | None:
    """The earliest post of the Page that shows the photos, or says the words, that were sent."""
    body = json.loads(lost.sent["body"])
    wanted = {one["media_fbid"] for one in body.get("attached_media", [])}
    matches = []
    for post in _listed("published_posts", POST_FIELDS, lost, author, token):
        targets = _targets(post)
        # Photos tell exactly; where the list does not name them, the words have to do.
        is_it = bool(wanted & targets) if wanted and targets else _says(post, "message", body.get("message"))
        if is_it and checked_id(post) and post["id"] not in lost.known_ids:
            matches.append(post)
    if not matches:
        return None
    first = min(matches, key=_made_at)
    return Published(first["id"], absolute(first.get("permalink_url")) or address_of(first["id"]))


def find_video(lost: Lost, author: Author, token: Token) -> Published | None:
    """The post around the video with these words; while it is prepared, nothing can be told."""
    body = json.loads(lost.sent["body"])
    for video in _listed(VIDEOS_EDGE, VIDEO_FIELDS, lost, author, token):
        post = post_of(video, author)
        is_other = post is not None and post.remote_id in lost.known_ids
        if is_other or not _says(video, "description", body.get("description")):
            continue
        if post is None:
            raise TemporaryFailure("Facebook is still preparing the video.", "preparing")
        return post
    return None


def post_of(video: Mapping[str, Any], author: Author) -> Published | None:
    """The post around a video; None while Facebook prepares it."""
    id = checked_id(video, "post_id")
    if id is None:
        return None
    id = id if "_" in id else f"{author.remote_id}_{id}"
    return Published(id, absolute(video.get("permalink_url")) or address_of(id))


def address_of(id: str) -> str:
    """The address of a post as far as its id tells."""
    return f"{WWW}/{id}"


def absolute(address: Any) -> str | None:
    """An address as people open it: those of videos and reels come without their host."""
    if not isinstance(address, str) or not address:
        return None
    return f"{WWW}{address}" if address.startswith("/") else address


def _listed(edge: str, fields: str, lost: Lost, author: Author, token: Token) -> list[dict[str, Any]]:
    since = lost.sent_at - CLOCKS_DIFFER
    query = urlencode({"fields": fields, "since": int(since.timestamp()), "limit": 25})
    try:
        rows = listed(VOICE, f"{GRAPH}/{author.remote_id}/{edge}?{query}", token, PAGES_OF_LISTS)
    except ContentRejected as refused:
        words = "Facebook does not list the posts of this page. Please look there."
        raise CannotTell(words, refused.code) from refused
    if rows is None:
        raise CannotTell("So much was posted on this page that we cannot find the post. Please look there.")
    return [row for row in rows if _made_at(row) >= since]


def _targets(post: Mapping[str, Any]) -> set[str]:
    """The ids of the photos that a post shows."""
    found: set[str] = set()
    left = list((post.get("attachments") or {}).get("data") or [])
    while left:
        attachment = left.pop()
        found.add(str((attachment.get("target") or {}).get("id")))
        left += (attachment.get("subattachments") or {}).get("data") or []
    return found - {"None"}


def _says(post: Mapping[str, Any], field: str, wanted: str | None) -> bool:
    return _comparable(str(post.get(field) or "")) == _comparable(wanted or "")


def _comparable(text: str) -> str:
    """Without what Facebook may change: line ends and trailing spaces."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _made_at(row: Mapping[str, Any]) -> datetime:
    return moment(row.get("created_time")) or datetime.min.replace(tzinfo=UTC)
