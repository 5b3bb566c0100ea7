"""What a doctor should know of a video besides that it is out, in plain words."""

from collections.abc import Mapping
from typing import Any

from portal.platforms.base import Content
from portal.platforms.youtube_checks import privacy, title

_BAD_ENDS = {
    "failed": "could not use the video",
    "rejected": "refused the video",
    "deleted": "removed the video",
}
_PRIVACY_WORDS = {"public": "public", "unlisted": "for those with the link", "private": "private"}


def on_end(made: Mapping[str, Any]) -> str | None:
    what = _BAD_ENDS.get(str(made.get("upload_status")))
    return f"YouTube {what}. Open YouTube Studio to see why." if what else None


def on_privacy(asked: str, came: Any) -> str | None:
    """In words, when YouTube made something else of it than was asked (it may lock videos as private)."""
    if came in (None, asked):
        return None
    shown = _PRIVACY_WORDS.get(str(came), str(came))
    return (
        f"You asked for a video that is {_PRIVACY_WORDS[asked]}, but YouTube made it {shown}. "
        "Open YouTube Studio to see why and to change it."
    )


def of_preview(content: Content) -> str | None:
    name = title(content)
    if not name:
        return None
    seen = _PRIVACY_WORDS.get(privacy(content), "")
    warning = " YouTube may lock it as private; you are told if so." if seen == "public" else ""
    return f"Title: “{name}”. The video is {seen}.{warning}" if seen else f"Title: “{name}”."
