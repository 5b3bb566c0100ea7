"""YouTube's resumable uploads: a session address that takes bytes and says how many it holds.

The session address is what makes an upload safe: it answers after a crash whether the video is complete,
and gives its id. Only the last part of the bytes makes the video exist.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal import clock, http
from portal.platforms.base import Token
from portal.platforms.calls import as_reading, ask, read
from portal.platforms.errors import ContentRejected, TemporaryFailure
from portal.platforms.youtube_calls import LABEL, UPLOAD, headers, inner, refused

# "each chunk except the last has the same size, a multiple of 262144 bytes".
CHUNK = 16 * 262_144
CHUNK_SECONDS = 90.0
# "The session URL works without an Authorization header in practice, but send the header (UNVERIFIED which
# is required)": every call to a session carries it.
# "Its life is not published; an expired session answers 404 (D) (Postiz also treats 410 so)".
GONE = frozenset({404, 410})
VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{5,40}")


@dataclass(frozen=True)
class Said:
    """What a session answered: how many bytes it holds, the video when it is whole, or that it is gone."""

    offset: int = 0
    video: Mapping[str, Any] | None = None
    is_gone: bool = False


def open_session(resource: Mapping[str, Any], mime_type: str, total: int, token: Token) -> str:
    """The address of a new session. What is wrong with title, tags and so on is said here already."""
    body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
    more = {
        "Content-Type": "application/json; charset=UTF-8",
        "X-Upload-Content-Length": str(total),
        "X-Upload-Content-Type": mime_type,
    }
    query = "uploadType=resumable&part=snippet,status&notifySubscribers=true"
    answer = ask(LABEL, "POST", f"{UPLOAD}/videos?{query}", headers={**headers(token), **more}, body=body)
    address = answer.headers.get("location", "")
    if answer.status == 200 and _is_googles(address):
        return address
    if answer.status == 200:
        raise TemporaryFailure("YouTube did not answer as expected. We try again.", "no_session")
    raise as_reading(LABEL, refused(answer))


def ask_session(session: str, total: int, token: Token) -> Said:
    """How far an upload is. Harmless, may be asked at any time."""
    asking = {**headers(token), "Content-Range": f"bytes */{total}"}
    answer = ask(LABEL, "PUT", session, headers=asking, body=b"")
    said = understood(answer)
    if said is None:
        raise as_reading(LABEL, refused(answer))
    return said


def put(
    call: Callable[..., http.Answer],
    session: str,
    part: bytes,
    offset: int,
    total: int,
    mime_type: str,
    token: Token,
) -> http.Answer:
    """Send one part; `call` is `send` for the last one, which makes the video, and `ask` for any other."""
    heads = {
        **headers(token),
        "Content-Type": mime_type,
        "Content-Range": f"bytes {offset}-{offset + len(part) - 1}/{total}",
    }
    return call(LABEL, "PUT", session, headers=heads, body=part, total_seconds=CHUNK_SECONDS)


def understood(answer: http.Answer) -> Said | None:
    """What a session said; None for an answer that says nothing about the upload."""
    if answer.status == 308:
        # Without a Range header nothing is held.
        last = answer.headers.get("range", "").rpartition("-")[2].strip()
        return Said(offset=int(last) + 1 if last.isdecimal() and len(last) < 16 else 0)
    if answer.status in GONE:
        return Said(is_gone=True)
    video = read(answer) if answer.status in (200, 201) else None
    if video is not None and (made := told(video)):
        return Said(video=made)
    return None


def heard(held: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """What we know of an upload after its session spoke."""
    made = dict(said.video) if said.video else None
    now = {"offset": said.offset, "asked_at": clock.now().isoformat(), "made": made}
    if said.is_gone:
        now["session"] = None
    return {**held, **now}


def told(video: Mapping[str, Any]) -> dict[str, Any] | None:
    """What we keep of a video resource; None when it names no video."""
    id = video.get("id")
    if not isinstance(id, str) or not VIDEO_ID.fullmatch(id):
        return None
    status = inner(video, "status")
    return {"id": id, "privacy": status.get("privacyStatus"), "upload_status": status.get("uploadStatus")}


def size_of(path: str | None) -> int:
    """How many bytes the file has. Raises ContentRejected when it is not there."""
    try:
        return Path(path or "").stat().st_size
    except OSError as missing:
        raise _missing() from missing


def part_of(path: str | None, offset: int, most: int) -> bytes:
    """Some bytes of the file. Raises ContentRejected when it is not there: nothing was sent then."""
    try:
        with Path(path or "").open("rb") as file:
            file.seek(offset)
            return file.read(most)
    except OSError as missing:
        raise _missing() from missing


def _missing() -> ContentRejected:
    words = "The video of this post is no longer in the portal. Add it again and try again."
    return ContentRejected(words, "no_file")


def _is_googles(address: str) -> bool:
    """Whether an address may be given the token: one of Google's own."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "googleapis.com" or host.endswith(".googleapis.com"))
