"""What a network takes of pictures and videos, and how it is said with the number that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.fitting import Film
from portal.platforms.base import Media, Problem

KB = 1024
MB = 1024 * 1024


@dataclass(frozen=True)
class PictureLimits:
    """Of pictures. `kinds`: MIME type → its name in words. None where the network names no limit."""

    kinds: Mapping[str, str]
    most: int
    alt_text: int
    most_bytes: int | None = None
    most_pixels: int | None = None


@dataclass(frozen=True)
class VideoLimits:
    """Of the one video of a post. `ratio` and `sides` are the least and the greatest; `refuses` is what a
    video may not be, see stripping.TRAITS: those are turned before they go there."""

    kinds: Mapping[str, str]
    most_bytes: int
    seconds: tuple[float, float]
    alt_text: int
    least_bytes: int = 0
    sides: tuple[tuple[int, int], tuple[int, int]] | None = None
    ratio: tuple[float, float] | None = None
    refuses: frozenset[str] = frozenset()

    @property
    def film(self) -> Film:
        """As far as a larger video can be brought there."""
        box = self.sides[1] if self.sides else None
        return Film(self.most_bytes, self.seconds[1], box, refuses=self.refuses)


def is_video(media: Media) -> bool:
    return media.mime_type.startswith("video/")


def media_problems(
    label: str, media: Sequence[Media], pictures: PictureLimits, videos: VideoLimits
) -> list[Problem]:
    """Everything about these files that the network of this label would refuse."""
    found = _counts(label, media, pictures)
    for number, one in enumerate(media, start=1):
        what = _name(one, number, len(media))
        words = _video(label, what, one, videos) if is_video(one) else _picture(label, what, one, pictures)
        found += words
    return [Problem("media", words) for words in found]


def _counts(label: str, media: Sequence[Media], pictures: PictureLimits) -> list[str]:
    films = sum(map(is_video, media))
    if films > 1:
        return [f"These are {films} videos. {label} takes one a post."]
    if films and len(media) > 1:
        return [f"{label} takes pictures or a video, not both in one post. Take one of them out."]
    if len(media) > pictures.most:
        return [f"These are {len(media)} pictures. {label} takes up to {pictures.most} a post."]
    return []


def _picture(label: str, what: str, one: Media, limits: PictureLimits) -> list[str]:
    if one.mime_type not in limits.kinds:
        return [f"{what} is of a kind that {label} does not take. Use {_either(limits.kinds)}."]
    found = _too_heavy(label, what, one, limits.most_bytes)
    if limits.most_pixels and one.width and one.height and one.width * one.height > limits.most_pixels:
        found.append(
            f"{what} has {one.width * one.height:,} pixels. {label} takes up to {limits.most_pixels:,}."
        )
    return found + _alt_text(label, what, one, limits.alt_text)


def _video(label: str, what: str, one: Media, limits: VideoLimits) -> list[str]:
    if one.mime_type not in limits.kinds:
        return [f"{what} is of a kind that {label} does not take. Use {_either(limits.kinds)}."]
    found = _too_heavy(label, what, one, limits.most_bytes)
    if one.bytes < limits.least_bytes:
        least = limits.least_bytes // KB
        found.append(f"{what} has {one.bytes / KB:,.0f} KB. {label} takes videos from {least} KB on.")
    shortest, longest = limits.seconds
    if one.duration is not None and not shortest <= one.duration <= longest:
        found.append(
            f"{what} lasts {_seconds(one.duration)}. {label} takes videos from {_seconds(shortest)} "
            f"to {_seconds(longest)}."
        )
    return found + _frame(label, what, one, limits) + _alt_text(label, what, one, limits.alt_text)


def _frame(label: str, what: str, one: Media, limits: VideoLimits) -> list[str]:
    if not one.width or not one.height:
        return []
    found = []
    if limits.sides:
        (least_wide, least_high), (most_wide, most_high) = limits.sides
        if not (least_wide <= one.width <= most_wide and least_high <= one.height <= most_high):
            found.append(
                f"{what} is {one.width} × {one.height} pixels. {label} takes videos from "
                f"{least_wide} × {least_high} to {most_wide} × {most_high}."
            )
    if limits.ratio and not limits.ratio[0] <= one.width / one.height <= limits.ratio[1]:
        found.append(
            f"{what} is {one.width} × {one.height} pixels. {label} takes nothing longer than three times "
            "its other side."
        )
    return found


def _too_heavy(label: str, what: str, one: Media, most: int | None) -> list[str]:
    if most is None or one.bytes <= most:
        return []
    return [f"{what} has {one.bytes / MB:,.2f} MB. {label} takes up to {most / MB:,.0f} MB."]


def _alt_text(label: str, what: str, one: Media, most: int) -> list[str]:
    length = len(one.alt_text or "")
    if length <= most:
        return []
    return [f"The description of {_lower(what)} has {length:,} characters. {label} takes up to {most:,}."]


def _name(one: Media, number: int, of: int) -> str:
    if of == 1:
        return "The video" if is_video(one) else "The picture"
    return f"{'Video' if is_video(one) else 'Picture'} {number}"


def _lower(what: str) -> str:
    return what[0].lower() + what[1:]


def _either(kinds: Mapping[str, str]) -> str:
    names = list(dict.fromkeys(kinds.values()))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _seconds(seconds: float) -> str:
    if seconds >= 120:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes:.0f} minutes" + (f" {rest:.0f} seconds" if round(rest) else "")
    return f"{seconds:g} seconds"
