"""The picture that stands for a video. The video is out already: a picture that fails is only told."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from portal.platforms.base import Token
from portal.platforms.calls import ask, read
from portal.platforms.errors import PlatformError
from portal.platforms.youtube_calls import LABEL, UPLOAD, headers, reason_of
from portal.platforms.youtube_checks import LARGEST_PICTURE
from portal.platforms.youtube_upload import part_of

# What each reason means; https://developers.google.com/youtube/v3/docs/thumbnails/set
WORDS = {
    "forbidden": "Confirm the channel’s phone number at youtube.com/verify.",
    "uploadRateLimitExceeded": "YouTube takes no more pictures today.",
    "quotaExceeded": "The portal has used up what it may send to YouTube today.",
    "invalidImage": "YouTube cannot read the picture.",
    "imageFormatUnsupported": "YouTube does not take this kind of picture.",
    "imageTooTall": "The picture is too tall.",
    "imageTooWide": "The picture is too wide.",
}
_BY_HAND = "You can set one in YouTube Studio."


def set_thumbnail(video_id: str, picture: Mapping[str, Any], token: Token) -> str | None:
    """Give the video its picture; a sentence for the doctor when that did not work. Never raises one."""
    url = f"{UPLOAD}/thumbnails/set?videoId={quote(video_id, safe='')}&uploadType=media"
    heads = {**headers(token), "Content-Type": str(picture["mime_type"])}
    try:
        content = part_of(picture["path"], 0, LARGEST_PICTURE)
        answer = ask(LABEL, "POST", url, headers=heads, body=content, total_seconds=60.0)
    except PlatformError:
        return f"The video is out, but without your picture. {_BY_HAND}"
    if answer.status == 200:
        return None
    why = WORDS.get(reason_of(read(answer) or {}), "")
    return " ".join(filter(None, ("The video is out, but without your picture.", why, _BY_HAND)))
