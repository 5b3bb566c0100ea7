"""What a doctor should know of a video besides that it is out, in plain words."""

from collections.abc import Mapping
from typing import Any

from portal.platforms.base import Afterwards, Content
from portal.platforms.youtube_calls import inner
from portal.platforms.youtube_checks import privacy, title

_BAD_ENDS = {
    "failed": "could not use the video",
    "rejected": "refused the video",
    "deleted": "removed the video",
}
# What status.failureReason and status.rejectionReason stand for.
# https://developers.google.com/youtube/v3/docs/videos#status.uploadStatus
_WHY = {
    "conversion": "It could not turn the video into its own kinds.",
    "invalidFile": "It could not read the file.",
    "emptyFile": "The file was empty.",
    "tooSmall": "The file was too small.",
    "codec": "It does not know how the video was made. Save it as MP4.",
    "uploadAborted": "The upload was broken off.",
    "copyright": "It says that somebody else owns a part of it.",
    "claim": "It says that somebody else owns a part of it.",
    "trademark": "It says that the video uses somebody else’s name or sign.",
    "inappropriate": "It says that the video breaks its rules.",
    "termsOfUse": "It says that the video breaks its rules.",
    "duplicate": "It says that the channel has this video already.",
    "length": "It is too long for this channel.",
    "legal": "It names a legal reason.",
    "uploaderAccountSuspended": "The channel is suspended.",
    "uploaderAccountClosed": "The channel is closed.",
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


def afterwards(video: Mapping[str, Any] | None, asked: str) -> Afterwards:
    """What a look some time later gave: whether the video is ready, why it never will be, and who sees it."""
    if video is None:
        return Afterwards(news="YouTube does not have this video any more.", is_over=True)
    status, work = inner(video, "status"), inner(video, "processingDetails")
    state = str(status.get("uploadStatus"))
    if state in _BAD_ENDS:
        why = _WHY.get(str(status.get("failureReason") or status.get("rejectionReason")), "")
        words = f"YouTube {_BAD_ENDS[state]}. {why} Open YouTube Studio to see more."
        return Afterwards(trouble=words.replace("  ", " "), is_over=True)
    if work.get("processingStatus") in ("failed", "terminated"):
        return Afterwards(trouble="YouTube could not prepare the video. Save it as MP4 and send it again.")
    ready = "YouTube has prepared the video: people can watch it." if state == "processed" else None
    return Afterwards(news=ready, trouble=_locked(asked, status.get("privacyStatus")))


def _locked(asked: str, came: Any) -> str | None:
    return on_privacy(asked, came) if asked in _PRIVACY_WORDS else None


def of_preview(content: Content) -> str | None:
    name = title(content)
    if not name:
        return None
    seen = _PRIVACY_WORDS.get(privacy(content), "")
    warning = " YouTube may lock it as private; you are told if so." if seen == "public" else ""
    return f"Title: “{name}”. The video is {seen}.{warning}" if seen else f"Title: “{name}”."
