"""A program of its own: copies a video's picture and sound into a fresh MP4, and leaves all else behind.

    python stripping.py OUT <VIDEO

It runs apart from the portal,
because decoders of foreign files are the part most likely to break: it has no settings, no database and no
secrets, may use only so much memory, time and disk, and reads nothing but what it is given. It prints one
JSON object: what the video is, or `refused` with one of REFUSALS' keys.
"""

import errno
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 4096 * MEGABYTE,
    resource.RLIMIT_CPU: 120,
    resource.RLIMIT_FSIZE: 600 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
}

# What networks take, with the tones that they know of each. None shows more than 60 pictures a second or
# plays more than two channels. Anything else has to be encoded anew, unless it is too long for that.
PICTURES = {"h264": ("yuv420p", "yuvj420p"), "hevc": ("yuv420p", "yuvj420p", "yuv420p10le")}
FASTEST = 60.5
CHANNELS = 2
SOUNDS = ("aac",)
LONGEST_TO_TURN = 15 * 60
# The disk is full, which is not the film's fault.
FULL = {errno.ENOSPC, errno.EDQUOT}
SIDES = (16, 8192)
MOST_PIXELS = 36_000_000
SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 4 * 3600
# A container may say a little more than its last picture shows.
MAY_LACK_SECONDS = 1.0

# What some networks refuse of a film that is kept; those get one that is turned, see fitting.Film. "edited":
# sound and pictures do not begin together, which a list of edits alone can say. "open": pictures lean on some
# from before their group. "slow": fewer than 23 a second. "sound": AAC of a kind that not every player knows.
TRAITS = ("hevc", "interlaced", "open", "edited", "slow", "sound")
SLOWEST = 22.9
PLAIN_SOUND, FASTEST_SOUND = "LC", 48_000
# Nobody hears that sound is early by less. ITU-R BT.1359.
TOGETHER_SECONDS = 0.045
# Parts of H.264 and H.265: a picture from which everything begins anew, and pictures before it that do not.
ANEW, LEANING = 5, {8, 9}

# Between the pictures of H.264 and H.265 stand notes ("SEI"): a camera's name, its place and the time of day
# among them. These kinds tell how to show the pictures, and stay: where playing can begin, two eyes, how it
# lies, and what its tones mean. ITU-T H.264 and H.265, annex D.
SHOWING = {6, 45, 47, 129, 136, 137, 144, 147}
# Where a picture's own notes stand: the kinds of its parts, and how long the head of a part is.
NOTES = {"h264": ({6}, 1), "hevc": ({39, 40}, 2)}
# Notes of two encoders about themselves.
OF_ENCODERS = (
    bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef"),
    bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e"),
)
UNREGISTERED = 5

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


Part = tuple[int, memoryview]


class Refused(Exception):
    """The video cannot be taken; the argument says why, as a key of the words in videos.py."""


def strip(source: BinaryIO, out: str) -> dict[str, Any]:
    """Copy without encoding anew, the index first, so that playing can begin before all of it is there."""
    import av

    try:
        with av.open(source, format="mov", metadata_errors="replace") as film:
            pictures, sound = _streams(film)
            seconds = _seconds(pictures, film)
            _check(pictures, sound, any_kind=seconds > LONGEST_TO_TURN)
            is_edited = _are_apart(pictures, sound)
            with av.open(out, "w", format="mp4", options=_order(is_edited)) as copy:
                end, told, is_cut, is_open = _copy(film, copy, pictures, sound, is_edited)
            if is_cut:
                # Phones cut a film by hiding what was cut off: it would still be in the copy.
                raise Refused("wrong_pictures")
            if end + MAY_LACK_SECONDS < seconds:
                raise Refused("cut")
            if end > LONGEST_SECONDS:
                raise Refused("too_long")
            told |= _told(film)
            found = {"hevc": pictures.codec_context.name == "hevc", "open": is_open, "edited": is_edited}
            found |= {"sound": any(map(_is_uncommon, sound))}
        return {"duration": round(end, 3), "removed": sorted(told)} | _as_shown(out, found)
    except (av.error.FFmpegError, ValueError, MemoryError) as trouble:
        raise Refused("no_room" if getattr(trouble, "errno", None) in FULL else "unreadable") from None


def _streams(film: Any) -> tuple[Any, list[Any]]:
    """The first picture and the first sound; further tracks may hold places and times by the second."""
    covers = [
        stream for stream in film.streams.video if not stream.disposition & stream.disposition.attached_pic
    ]
    if not covers:
        raise Refused("no_pictures")
    return covers[0], list(film.streams.audio[:1])


def _seconds(pictures: Any, film: Any) -> float:
    """As the file says; what it really is, is counted while it is copied."""
    of_stream = float(pictures.duration * pictures.time_base) if pictures.duration else 0.0
    seconds = of_stream or (film.duration or 0) / 1_000_000
    if seconds < SHORTEST_SECONDS:
        raise Refused("too_short")
    if seconds > LONGEST_SECONDS:
        raise Refused("too_long")
    return seconds


def _check(pictures: Any, sound: list[Any], any_kind: bool) -> None:
    sides = (pictures.width, pictures.height)
    if not all(SIDES[0] <= side <= SIDES[1] for side in sides) or sides[0] * sides[1] > MOST_PIXELS:
        raise Refused("wrong_size")
    kind = pictures.codec_context.name
    is_common = pictures.codec_context.pix_fmt in PICTURES.get(kind, ())
    is_fast = (pictures.average_rate or 0) > FASTEST
    if kind not in PICTURES or not (any_kind or (is_common and not is_fast)):
        raise Refused("wrong_pictures")
    for voice in sound:
        is_many = voice.codec_context.channels > CHANNELS
        if voice.codec_context.name not in SOUNDS or (is_many and not any_kind):
            raise Refused("wrong_sound")


def _are_apart(pictures: Any, sound: list[Any]) -> bool:
    """Whether sound and pictures begin so far from one another that it would be seen."""
    begins = [float((one.start_time or 0) * one.time_base) for one in (pictures, *sound)]
    return max(begins) - min(begins) > TOGETHER_SECONDS


def _order(is_edited: bool) -> dict[str, str]:
    """The index first; and no list of edits, which some networks refuse, where nothing is lost by that."""
    plain = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
    return {"movflags": "+faststart"} if is_edited else plain


def _is_uncommon(voice: Any) -> bool:
    coder = voice.codec_context
    return coder.profile not in (PLAIN_SOUND, None) or coder.sample_rate > FASTEST_SOUND


def _copy(
    film: Any, copy: Any, pictures: Any, sound: list[Any], is_edited: bool
) -> tuple[float, set[str], bool, bool]:
    """The second at which the last picture ends, what was told between the pictures, whether some of them
    are there and never shown, and whether they lean on others from before their group."""
    streams = [pictures, *sound]
    places = {stream.index: copy.add_stream_from_template(stream, opaque=True) for stream in streams}
    for stream in streams:
        places[stream.index].metadata.clear()
    kind = pictures.codec_context.name
    if kind == "hevc":
        # Apple's players know HEVC by this name alone.
        places[pictures.index].codec_context.codec_tag = "hvc1"
    width = _width_of_lengths(kind, pictures.codec_context.extradata or b"")
    begins, end = float((pictures.start_time or 0) * pictures.time_base), 0.0
    told, is_cut, is_open = set[str](), False, False
    for packet in film.demux(streams):
        if packet.dts is None or (not is_edited and _is_before(packet, pictures)):
            continue
        if packet.stream is pictures:
            shown = packet.pts if packet.pts is not None else packet.dts
            end = max(end, float((shown + (packet.duration or 0)) * packet.time_base) - begins)
            is_cut = is_cut or packet.is_discard
            parts = list(_parts(packet, kind, width))
            is_open = is_open or _leans(kind, packet.is_keyframe, {number for number, _ in parts})
            packet = _quiet(packet, kind, width, parts, told)
        packet.stream = places[packet.stream.index]
        copy.mux(packet)
    return end, told, is_cut, is_open


def _is_before(packet: Any, pictures: Any) -> bool:
    """Whether it is what an encoder of sound says before the first sound: a list of edits would hide it."""
    return packet.stream is not pictures and packet.pts is not None and packet.pts + packet.duration <= 0


def _width_of_lengths(kind: str, head: bytes) -> int:
    """Of how many bytes the length before each part of a picture is; 0 where parts are marked otherwise."""
    place = {"h264": 4, "hevc": 21}[kind]
    return (head[place] & 3) + 1 if len(head) > place and head[0] == 1 else 0


def _parts(packet: Any, kind: str, width: int) -> Iterator[Part]:
    """The parts of a picture, each with the number of its kind and with its length in front."""
    whole, at = memoryview(packet), 0
    head = NOTES[kind][1]
    while width and at + width < len(whole):
        end = at + width + int.from_bytes(whole[at : at + width])
        part = whole[at + width : end]
        yield (part[0] & 31 if head == 1 else part[0] >> 1 & 63) if len(part) else 0, whole[at:end]
        at = end


def _leans(kind: str, is_first: bool, numbers: set[int]) -> bool:
    """Whether a picture is shown between two groups, and needs both. `is_first`: playing can begin here."""
    return bool(numbers & LEANING) if kind == "hevc" else is_first and bool(numbers) and ANEW not in numbers


def _quiet(packet: Any, kind: str, width: int, parts: Sequence[Part], told: set[str]) -> Any:
    """The same packet without its notes."""
    import av

    kinds, head = NOTES[kind]
    kept = [
        part
        for number, part in parts
        if number not in kinds or _is_for_showing(bytes(part[width + head :]), told)
    ]
    if sum(map(len, kept)) in (0, packet.size):
        return packet
    quiet = av.Packet(b"".join(kept))
    quiet.stream, quiet.time_base = packet.stream, packet.time_base
    quiet.pts, quiet.dts, quiet.duration = packet.pts, packet.dts, packet.duration
    quiet.is_keyframe = packet.is_keyframe
    return quiet


def _is_for_showing(note: bytes, told: set[str]) -> bool:
    """Whether a note holds nothing but what players need."""
    said, at, needed = note.replace(b"\0\0\3", b"\0\0"), 0, True
    while at + 2 <= len(said) and said[at:] != b"\x80":
        numbers = []
        for _ in range(2):  # the kind, then the length: each a row of 255s and a rest
            number = 0
            while at < len(said) and said[at] == 255:
                number, at = number + 255, at + 1
            numbers.append(number + (said[at] if at < len(said) else 0))
            at += 1
        kind, length = numbers
        if kind == UNREGISTERED and not said.startswith(OF_ENCODERS, at):
            told.add("other")
        needed, at = needed and kind in SHOWING, at + length
    return needed


def _as_shown(path: str, found: dict[str, bool]) -> dict[str, Any]:
    """How wide and high it is on a screen, and which of TRAITS it has; its first picture is decoded, so that
    we know it can be."""
    import av

    with av.open(path, format="mov") as film:
        pictures = film.streams.video[0]
        first = next(film.decode(pictures), None)
        if first is None:
            raise Refused("unreadable")
        found |= {"interlaced": first.interlaced_frame, "slow": (pictures.average_rate or 0) < SLOWEST}
        width, height = pictures.width, pictures.height
    if first.rotation % 180:
        width, height = height, width
    return {"width": width, "height": height, "traits": [one for one in TRAITS if found[one]]}


def _told(film: Any) -> set[str]:
    """What the file said beside picture and sound, in the words of TELLING."""
    notes = {name.lower() for part in (film, *film.streams) for name, value in part.metadata.items() if value}
    told = {kind(name) for name in notes - OF_THE_CONTAINER}
    more = len(film.streams.video) + len(film.streams.audio[:1]) < len(film.streams)
    return told | ({"other"} if more or film.chapters() else set())


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
