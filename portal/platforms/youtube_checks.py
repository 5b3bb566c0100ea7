"""What YouTube takes: one video, a picture for it, a title, a description, tags, who sees it.

Limits from https://developers.google.com/youtube/v3/docs/videos and …/thumbnails/set.
"""

from typing import Any

from portal.platforms.base import Content, Media, Problem
from portal.platforms.errors import ContentRejected

MOST_TITLE = 100
# "bytes, not characters: len(s.encode())".
MOST_DESCRIPTION_BYTES = 5000
MOST_TAGS = 500
LARGEST_VIDEO = 274_877_906_944
LARGEST_PICTURE = 52_428_800
PICTURE_KINDS = frozenset({"image/jpeg", "image/png"})
# "15 min for channels without phone verification; 12 h otherwise".
SHORT_SECONDS = 15 * 60
LONG_SECONDS = 12 * 3600
PRIVACIES = ("public", "unlisted", "private")

_BRACKETS = "YouTube does not take the signs < and >."


def title(content: Content) -> str:
    found = content.options.get("title")
    return found.strip() if isinstance(found, str) else ""


def tags(content: Content) -> list[str]:
    """The tags; what is no list of texts is refused by `of_options` and left out here."""
    found = content.options.get("tags")
    parts = found if isinstance(found, list) else []
    return [part.strip() for part in parts if isinstance(part, str) and part.strip()]


def privacy(content: Content) -> str:
    return str(content.options.get("privacy") or "public").lower()


def shuts_comments(content: Content) -> str | None:
    """YouTube has no comments on videos for children, and UNVERIFIED: none on private ones."""
    if content.options.get("made_for_kids") is True:
        return "YouTube turns comments off on videos for children."
    return "Nobody can comment on a private video." if privacy(content) == "private" else None


def video_of(content: Content) -> Media | None:
    return next((one for one in content.media if one.mime_type.startswith("video/")), None)


def picture_of(content: Content) -> Media | None:
    """The picture that stands for the video in lists."""
    return next((one for one in content.media if one.mime_type in PICTURE_KINDS), None)


def needed_video(content: Content) -> Media:
    video = video_of(content)
    if video is None:
        raise ContentRejected("Add a video for YouTube.", "no_video")
    return video


def tags_length(words: list[str]) -> int:
    """As YouTube counts: commas between tags, and two more for each tag with a space, for its quotes."""
    return sum(len(word) + (2 if " " in word else 0) for word in words) + max(len(words) - 1, 0)


def of_description(text: str, too_long: list[Problem]) -> list[Problem]:
    found = too_long
    if too_long and not text.isascii():
        words = "Accents, emoji and the letters of many languages count twice or more there."
        found = [Problem("content", f"{too_long[0].words} {words}")]
    if "<" in text or ">" in text:
        found = [*found, Problem("content", f"{_BRACKETS} Take them out of the text.")]
    return found


def of_media(content: Content) -> list[Problem]:
    videos = [one for one in content.media if one.mime_type.startswith("video/")]
    pictures = [one for one in content.media if one.mime_type in PICTURE_KINDS]
    found: list[str] = []
    if not videos:
        found.append("Add a video for YouTube. It takes no post without one.")
    if len(videos) > 1:
        found.append(f"YouTube takes one video a post, and here are {len(videos)}. Keep one.")
    if len(pictures) > 1:
        found.append(f"YouTube takes one picture for the video, and here are {len(pictures)}. Keep one.")
    if others := [one for one in content.media if one not in videos and one not in pictures]:
        found.append(f"YouTube takes JPEG and PNG pictures, not {others[0].mime_type}. Choose another one.")
    for video in videos:
        found += _of_video(video, content)
    for picture in pictures:
        if picture.bytes > LARGEST_PICTURE:
            found.append(f"This picture has {_size(picture.bytes)}. YouTube takes up to 50 MB.")
    return [Problem("media", words) for words in found]


def _of_video(video: Media, content: Content) -> list[str]:
    found: list[str] = []
    if not video.bytes:
        found.append("This video is empty. Choose another one.")
    if video.bytes > LARGEST_VIDEO:
        found.append(f"This video has {_size(video.bytes)}. YouTube takes up to 256 GB.")
    seconds = video.duration or 0
    if seconds > LONG_SECONDS:
        found.append(f"This video is {_minutes(seconds)} long. YouTube takes up to 12 hours.")
    elif seconds > SHORT_SECONDS and content.author.facts.get("long_uploads", "allowed") != "allowed":
        found.append(
            f"This video is {_minutes(seconds)} long. This channel may upload up to 15 minutes. Confirm its "
            "phone number at youtube.com/verify, then connect it again, or choose a shorter video."
        )
    return found


def of_options(content: Content) -> list[Problem]:
    options = content.options
    found = _of_title(options.get("title")) + _of_tags(options.get("tags"))
    if privacy(content) not in PRIVACIES:
        found.append(Problem("options.privacy", f"Choose who sees the video: {', '.join(PRIVACIES)}."))
    if not isinstance(options.get("made_for_kids"), bool):
        words = "Choose whether the video is made for children."
        found.append(Problem("options.made_for_kids", words))
    return found


def _of_title(value: Any) -> list[Problem]:
    words = []
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        words.append("Enter a title for YouTube.")
    if (over := len(text) - MOST_TITLE) > 0:
        words.append(
            f"This title is {over:,} character{'s' if over > 1 else ''} too long for YouTube "
            f"({len(text):,} of {MOST_TITLE})."
        )
    if "<" in text or ">" in text:
        words.append(f"{_BRACKETS} Take them out of the title.")
    return [Problem("options.title", one) for one in words]


def _of_tags(value: Any) -> list[Problem]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        return [Problem("options.tags", "Tags must be a list of words.")]
    count = tags_length([word.strip() for word in value if word.strip()])
    if count > MOST_TAGS:
        words = (
            f"These tags are {count - MOST_TAGS:,} too long together for YouTube ({count:,} of {MOST_TAGS})."
        )
        return [Problem("options.tags", words)]
    return []


def _size(count: int) -> str:
    return f"{count / 2**30:,.1f} GB" if count >= 2**30 else f"{count / 2**20:,.1f} MB"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:,.1f} minutes" if seconds < 7200 else f"{seconds / 3600:,.1f} hours"
