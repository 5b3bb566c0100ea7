"""What Instagram takes of texts, pictures and videos, said with the number that is wrong."""

import re

from portal.fitting import Film, Shape
from portal.platforms.base import Content, Media, Problem
from portal.platforms.media_limits import MB, is_video

# UNVERIFIED in its counting unit. Hashtags and mentions are part of it.
MOST_CHARACTERS = 2_200
# "API reference: 30. Instagram announced a cap of 5 … Warn above 5, block above 30." UNVERIFIED which holds.
MOST_HASHTAGS = 30
SHOWN_HASHTAGS = 5
MOST_MENTIONS = 20
MOST_ALT_TEXT = 1_000
MOST_ITEMS = 10
PICTURE_BYTES = 8 * MB
PICTURE_RATIOS = (4 / 5, 1.91)
# "width 320–1440 px (outside is scaled)": better by us, from the sharper picture.
VIDEO_BYTES = 300 * MB
VIDEO_SECONDS = (3, 15 * 60)
# "moov atom first, no edit list, H.264/HEVC, progressive, closed GOP, 4:2:0, 23–60 fps, ≤ 1920 px wide,
# ≤ 25 Mbit/s, AAC ≤ 48 kHz 1–2 ch 128 kbit/s". The last is taken as advice: phones write a little more.
VIDEO_BOX = (1920, 8192)
VIDEO_BITS = 25_000_000
REFUSED = frozenset({"interlaced", "open", "edited", "slow", "sound"})
FILM = Film(VIDEO_BYTES, VIDEO_SECONDS[1], VIDEO_BOX, VIDEO_BITS, REFUSED)
SHAPE = Shape(frozenset({"image/jpeg"}), PICTURE_RATIOS, PICTURE_BYTES, widest=1440, film=FILM)
VIDEO_RATIOS = (0.01, 10)
VIDEO_KINDS = ("video/mp4", "video/quicktime")
FORMATS = ("feed", "reel")

_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.@])@[\w.]+")


def hashtags(text: str) -> int:
    return len(_HASHTAG.findall(text))


def text_problems(text: str) -> list[Problem]:
    """The tags and names of a text; its length is counted elsewhere."""
    found = []
    if hashtags(text) > MOST_HASHTAGS:
        words = f"This text has {hashtags(text)} hashtags. Instagram takes up to {MOST_HASHTAGS}."
        found.append(Problem("content", words))
    names = len(_MENTION.findall(text))
    if names > MOST_MENTIONS:
        words = f"This text names {names} people with an @. Instagram takes up to {MOST_MENTIONS}."
        found.append(Problem("content", words))
    return found


def media_problems(content: Content) -> list[Problem]:
    """Everything about the pictures and videos."""
    media = content.media
    found = []
    if not media:
        found.append("Instagram takes no text alone. Add a picture or a video.")
    if len(media) > MOST_ITEMS:
        found.append(f"These are {len(media)} pictures and videos. Instagram takes up to {MOST_ITEMS}.")
    for number, one in enumerate(media, start=1):
        what = f"{'Video' if is_video(one) else 'Picture'} {number}"
        found += _video(what, one) if is_video(one) else _picture(what, one)
    return [Problem("media", words) for words in found] + _format_problems(content)


def _format_problems(content: Content) -> list[Problem]:
    wish = content.options.get("format")
    if wish is None:
        return []
    if wish not in FORMATS:
        return [Problem("options.format", "Choose feed or reel for Instagram.")]
    if wish == "reel" and not (len(content.media) == 1 and is_video(content.media[0])):
        return [Problem("options.format", "A reel must be one video, with nothing else in the post.")]
    return []


def _picture(what: str, one: Media) -> list[str]:
    if one.mime_type != "image/jpeg":
        kind = one.mime_type.rpartition("/")[2].upper()
        return [f"{what} is a {kind} file. Instagram takes JPEG pictures alone."]
    found = _too_heavy(what, one, PICTURE_BYTES)
    if one.width and one.height and not PICTURE_RATIOS[0] <= one.width / one.height <= PICTURE_RATIOS[1]:
        found.append(
            f"{what} is {one.width} × {one.height} pixels, a ratio of {one.width / one.height:.3f}:1. "
            "Instagram takes 0.8:1 (4:5) to 1.91:1. Crop it."
        )
    length = len(one.alt_text or "")
    if length > MOST_ALT_TEXT:
        found.append(
            f"The description of {what.lower()} has {length:,} characters. Instagram takes up to "
            f"{MOST_ALT_TEXT:,}."
        )
    return found


def _video(what: str, one: Media) -> list[str]:
    if one.mime_type not in VIDEO_KINDS:
        return [f"{what} is of a kind that Instagram does not take. Use MP4 or MOV."]
    found = _too_heavy(what, one, VIDEO_BYTES)
    if one.duration is not None and not VIDEO_SECONDS[0] <= one.duration <= VIDEO_SECONDS[1]:
        found.append(
            f"{what} lasts {one.duration:,.1f} seconds. Instagram takes {VIDEO_SECONDS[0]} to "
            f"{VIDEO_SECONDS[1]:,} seconds."
        )
    if one.width and one.height and not VIDEO_RATIOS[0] <= one.width / one.height <= VIDEO_RATIOS[1]:
        found.append(f"{what} is {one.width} × {one.height} pixels. Instagram takes no such shape.")
    return found


def _too_heavy(what: str, one: Media, most: int) -> list[str]:
    if one.bytes <= most:
        return []
    return [f"{what} has {one.bytes / MB:,.2f} MB. Instagram takes up to {most // MB} MB."]
