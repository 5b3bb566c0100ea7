"""A program of its own: copies a video's picture and sound into a fresh MP4, and leaves all else behind.

    python stripping.py OUT <VIDEO

It runs apart from the portal, because decoders of foreign files are the part most likely to break: it has
no settings, no database and no secrets, may use only so much memory, time and disk, and reads nothing but
what it is given. It prints one JSON object: what the video is, or `refused` with one of REFUSALS' keys.
"""

import json
import resource
import sys
from contextlib import suppress
from typing import Any, BinaryIO

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 4096 * MEGABYTE,
    resource.RLIMIT_CPU: 120,
    resource.RLIMIT_FSIZE: 600 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
}

# What networks take. Anything else would have to be encoded anew.
PICTURES = ("h264", "hevc")
SOUNDS = ("aac",)
SIDES = (16, 8192)
SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 4 * 3600
# A container may say a little more than its last picture shows.
MAY_LACK_SECONDS = 1.0

# Words in the names of a file's own notes, and what they tell about the doctor or the patient.
TELLING = {
    "place": ("location", "gps", "xyz", "geo"),
    "time": ("creation_time", "creationdate", "date", "year"),
    "device": ("make", "model", "software", "android", "device", "camera", "firmware"),
}
# What every container says about itself.
OF_THE_CONTAINER = {
    "major_brand",
    "minor_version",
    "compatible_brands",
    "handler_name",
    "vendor_id",
    "language",
    "encoder",
    "duration",
}


class Refused(Exception):
    """The video cannot be taken; the argument says why, as a key of the words in videos.py."""


def strip(source: BinaryIO, out: str) -> dict[str, Any]:
    """Copy without encoding anew, the index first, so that playing can begin before all of it is there."""
    import av

    try:
        with av.open(source, format="mov", metadata_errors="replace") as film:
            pictures, sound = _streams(film)
            facts = _facts(film, pictures)
            with av.open(out, "w", format="mp4", options={"movflags": "+faststart"}) as copy:
                ends = _copy(film, copy, [pictures, *sound])
            if ends[pictures.index] + MAY_LACK_SECONDS < facts["duration"]:
                raise Refused("cut")
        return facts | _as_shown(out) | {"removed": sorted(_told(film, pictures))}
    except (av.error.FFmpegError, ValueError, MemoryError):
        raise Refused("unreadable") from None


def _streams(film: Any) -> tuple[Any, list[Any]]:
    """The first picture and the first sound; further tracks may hold places and times by the second."""
    covers = [
        stream for stream in film.streams.video if not stream.disposition & stream.disposition.attached_pic
    ]
    if not covers:
        raise Refused("no_pictures")
    pictures, sound = covers[0], list(film.streams.audio[:1])
    if pictures.codec_context.name not in PICTURES:
        raise Refused("wrong_pictures")
    if sound and sound[0].codec_context.name not in SOUNDS:
        raise Refused("wrong_sound")
    return pictures, sound


def _facts(film: Any, pictures: Any) -> dict[str, Any]:
    of_stream = float(pictures.duration * pictures.time_base) if pictures.duration else 0.0
    seconds = of_stream or (film.duration or 0) / 1_000_000
    if not all(SIDES[0] <= side <= SIDES[1] for side in (pictures.width, pictures.height)):
        raise Refused("wrong_size")
    if seconds < SHORTEST_SECONDS:
        raise Refused("too_short")
    if seconds > LONGEST_SECONDS:
        raise Refused("too_long")
    return {"duration": round(seconds, 3)}


def _copy(film: Any, copy: Any, streams: list[Any]) -> dict[int, float]:
    """The second at which each stream's last packet ends."""
    places = {stream.index: copy.add_stream_from_template(stream, opaque=True) for stream in streams}
    for stream in streams:
        places[stream.index].metadata.clear()
        if stream.codec_context.name == "hevc":
            # Apple's players know HEVC by this name alone.
            places[stream.index].codec_context.codec_tag = "hvc1"
    ends = {stream.index: 0.0 for stream in streams}
    begins = {stream.index: float((stream.start_time or 0) * stream.time_base) for stream in streams}
    for packet in film.demux(streams):
        if packet.dts is None:
            continue
        number = packet.stream.index
        shown = packet.pts if packet.pts is not None else packet.dts
        ends[number] = max(
            ends[number], float((shown + (packet.duration or 0)) * packet.time_base) - begins[number]
        )
        packet.stream = places[number]
        copy.mux(packet)
    return ends


def _as_shown(path: str) -> dict[str, Any]:
    """How wide and high it is on a screen; its first picture is decoded, so that we know it can be."""
    import av

    with av.open(path, format="mov") as film:
        first = next(film.decode(film.streams.video[0]), None)
        if first is None:
            raise Refused("unreadable")
        lies = first.rotation % 180 != 0
        width, height = film.streams.video[0].width, film.streams.video[0].height
    return {"width": height, "height": width} if lies else {"width": width, "height": height}


def _told(film: Any, pictures: Any) -> set[str]:
    """What the file said beside picture and sound, in the words of TELLING."""
    notes = {name.lower() for part in (film, *film.streams) for name, value in part.metadata.items() if value}
    told = {kind(name) for name in notes - OF_THE_CONTAINER}
    return told | (
        {"other"} if len(film.streams.video) + len(film.streams.audio[:1]) < len(film.streams) else set()
    )


def kind(name: str) -> str:
    return next((kind for kind, words in TELLING.items() if any(word in name for word in words)), "other")


def main() -> None:
    for limit, most in LIMITS.items():
        with suppress(ValueError, OSError):  # macOS knows no limit for memory
            resource.setrlimit(limit, (most, most))
    try:
        told = strip(sys.stdin.buffer, sys.argv[1])
    except Refused as refused:
        told = {"refused": str(refused)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
