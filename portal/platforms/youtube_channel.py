"""A channel as YouTube tells of it: who it is, what it uploaded, how often a video was seen."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from portal.platforms import youtube_upload as upload
from portal.platforms.base import Author, Figures, Identity, Lost, Token
from portal.platforms.errors import CannotTell
from portal.platforms.youtube_calls import get, inner, items

CLOCKS_DIFFER = timedelta(minutes=2)
UPLOADS_LOOKED_AT = 50


def identity_of(channel: Mapping[str, Any]) -> Identity:
    snippet = inner(channel, "snippet")
    pictures = inner(snippet, "thumbnails")
    found = [inner(pictures, size).get("url") for size in ("medium", "default", "high")]
    uploads = inner(inner(channel, "contentDetails"), "relatedPlaylists").get("uploads")
    long_uploads = inner(channel, "status").get("longUploadsStatus")
    facts = {"uploads": uploads, "long_uploads": long_uploads}
    return Identity(
        remote_id=str(channel["id"]),
        kind="channel",
        display_name=str(snippet.get("title") or "YouTube channel"),
        handle=str(snippet["customUrl"]).removeprefix("@") if snippet.get("customUrl") else None,
        picture_url=next((str(one) for one in found if one), None),
        facts={name: value for name, value in facts.items() if value},
    )


def figures_of(counted: Mapping[str, Any]) -> Figures:
    """YouTube sends numbers as texts and leaves out what its owner hides."""

    def number(name: str) -> int | None:
        word = str(counted.get(name, ""))
        return int(word) if word.isdecimal() and len(word) < 19 else None

    return Figures(likes=number("likeCount"), comments=number("commentCount"), views=number("viewCount"))


def find_upload(lost: Lost, author: Author, token: Token) -> Mapping[str, Any] | None:
    """The earliest upload since then that bears the title."""
    since = lost.sent_at - CLOCKS_DIFFER
    playlist = author.facts.get("uploads")
    if not playlist:
        raise CannotTell("YouTube does not say whether the video is there. Please look at your channel.")
    path = f"playlistItems?part=snippet,contentDetails,status&playlistId={quote(str(playlist), safe='')}"
    listed = items(get(f"{path}&maxResults={UPLOADS_LOOKED_AT}", token))
    recent = [one for one in listed if _uploaded_at(one) >= since]
    matches = [
        one
        for one in recent
        if _comparable(inner(one, "snippet").get("title")) == _comparable(lost.sent["title"])
        and _video_id(one) not in lost.known_ids
    ]
    if matches:
        first = min(matches, key=_uploaded_at)
        status = inner(first, "status")
        return upload.told({"id": _video_id(first), "status": status})
    if len(recent) >= UPLOADS_LOOKED_AT:
        raise CannotTell("So much was uploaded that we cannot find the video. Please look at your channel.")
    return None


def _video_id(item: Mapping[str, Any]) -> str:
    return str(inner(item, "contentDetails").get("videoId") or "")


def _uploaded_at(item: Mapping[str, Any]) -> datetime:
    """When it was uploaded; what names no time is as old as can be."""
    word = inner(item, "snippet").get("publishedAt") or inner(item, "contentDetails").get("videoPublishedAt")
    try:
        return datetime.fromisoformat(str(word)).astimezone(UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _comparable(title: Any) -> str:
    return " ".join(str(title or "").split())
