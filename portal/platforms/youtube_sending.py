"""Bringing a video to YouTube: begun once, sent part by part; the last part makes it exist."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from portal import clock
from portal.platforms import youtube_checks as checks
from portal.platforms import youtube_upload as upload
from portal.platforms.base import Content, Token, with_link
from portal.platforms.calls import as_reading, ask, send
from portal.platforms.errors import TemporaryFailure, UploadGone
from portal.platforms.youtube_calls import LABEL, refused
from portal.platforms.youtube_checks import privacy, tags, video_of

# 27 is Education. UNVERIFIED: "names of 27 and 28 UNVERIFIED: read them from the list".
CATEGORY = "27"

GONE = "YouTube let go of the upload before it was whole. We send the video again."
NOT_WHOLE = "YouTube does not have the whole video yet. We try again."


def begun(content: Content, token: Token) -> dict[str, Any]:
    """A new session for this video, of which nothing is sent yet."""
    video = checks.needed_video(content)
    total = upload.size_of(video.path)
    session = upload.open_session(resource(content), video.mime_type, total, token)
    # Kept before a byte is sent: this address alone tells after a crash what became of the upload.
    return {
        "about": about(content),
        "session": session,
        "offset": 0,
        "total": total,
        "asked_at": clock.now().isoformat(),
        "made": None,
    }


def one_more(content: Content, held: Mapping[str, Any], token: Token) -> dict[str, Any]:
    """The same upload with one more part; a part alone makes no video."""
    video = checks.needed_video(content)
    part = upload.part_of(video.path, held["offset"], upload.CHUNK)
    answer = upload.put(ask, held["session"], part, held["offset"], held["total"], video.mime_type, token)
    said = upload.understood(answer)
    if said is None:
        raise as_reading(LABEL, refused(answer))
    if not said.video and not said.is_gone and said.offset <= held["offset"]:
        raise TemporaryFailure(NOT_WHOLE, str(answer.status))
    return upload.heard(held, said)


def finished(sent: Mapping[str, Any], token: Token) -> Mapping[str, Any]:
    """The last part, which makes the video: what YouTube then says of it."""
    offset, total = int(sent["offset"]), int(sent["total"])
    while True:
        part = upload.part_of(sent["path"], offset, upload.CHUNK)
        answer = upload.put(send, sent["session"], part, offset, total, sent["mime_type"], token)
        said = upload.understood(answer)
        if said is None:
            raise refused(answer)
        if said.video:
            return said.video
        if said.is_gone:
            # "Start again from step 1", as often as it takes.
            raise UploadGone(GONE, "session_gone", TemporaryFailure(GONE, "session_gone"))
        if said.offset <= offset:
            raise TemporaryFailure(NOT_WHOLE, str(answer.status))
        # 308 is certain: a bit of the last part is missing, and no video is there.
        offset = said.offset


def about(content: Content) -> str:
    """What an upload was begun for: another text or video needs another upload."""
    video = video_of(content)
    parts = [resource(content), video.id if video else None, video.path if video else None]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def resource(content: Content) -> dict[str, Any]:
    """The video as YouTube wants to be told of it when an upload begins."""
    snippet: dict[str, Any] = {
        "title": checks.title(content),
        "description": with_link(content),
        "categoryId": CATEGORY,
    }
    if tags(content):
        snippet["tags"] = tags(content)
    # Left out, the privacy would be "public" or the channel's own: always said.
    status = {
        "privacyStatus": privacy(content),
        "selfDeclaredMadeForKids": content.options.get("made_for_kids") is True,
    }
    return {"snippet": snippet, "status": status}
