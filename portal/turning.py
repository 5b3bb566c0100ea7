"""A program of its own: turns a video of any common kind into an MP4 that networks take.

    python turning.py OUT CONTAINER [WIDTH HEIGHT BYTES] <VIDEO

WIDTH and HEIGHT are the most that the pictures may have, BYTES the most that the file may have.
It runs apart from the portal for the reasons that stripping.py names, and like it says what it did: one JSON
object a line, `progress` in percent while it works, then what the video is or `refused` with a key of the
words in videos.py.
"""

import errno
import json
import math
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any, BinaryIO

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 6144 * MEGABYTE,
    resource.RLIMIT_CPU: 1800,
    resource.RLIMIT_FSIZE: 600 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
}
CONTAINERS = ("mov", "matroska")
# The disk is full, which is not the film's fault.
FULL = {errno.ENOSPC, errno.EDQUOT}
# Longer ones would keep a machine busy for too long.
LONGEST_SECONDS = 15 * 60
# The longer side: no network shows more of a video made anew.
LONGEST_SIDE = 1920
# Instagram takes 23 to 60 pictures a second; of fewer, each is shown several times.
SLOWEST, FASTEST = 23, 60
# Pictures that come sooner after one another are left out; phones are never quite even.
LEAST_GAP_SECONDS = 0.9 / FASTEST
# Checked before anything is decoded.
WIDEST, MOST_PIXELS = 8192, 36_000_000
CLOCK = Fraction(1, 90_000)
SOUND_RATE = 48_000
SOUND_BITS = 128_000
# Of the bytes that a file may have: the rest is its index, and the encoder's own freedom.
FILLED = 0.9
LEAST_BITS = 100_000
# No network shows more of a second, and Instagram takes 25 million with its sound.
MOST_BITS = 24_000_000
# Colours that a plain screen has not, by their numbers in ITU-T H.273: tones of high range (PQ and HLG), and
# the wide space of BT.2020. Without being drawn anew they look pale.
HIGH_RANGE, WIDE, PLAIN = {16, 18}, 9, 1
PLAIN_COLOURS = "out_primaries=bt709:out_transfer=bt709:out_color_matrix=bt709:intent=perceptual"
# In which numbers colours are kept: 0 is red, green and blue as they are, 2 is unknown.
AS_THEY_ARE, UNKNOWN = 0, 2
# From where black to white is told: not the whole of a byte.
NARROW = 1
# The index first; no list of edits, which some networks refuse.
ORDER = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
# Counterclockwise degrees by which players turn it → the filter that turns the pictures themselves.
TURNS = {90: [("transpose", "2")], -90: [("transpose", "1")], 180: [("hflip", ""), ("vflip", "")]}


class Most:
    """How large what is made may become."""

    def __init__(self, width: int = LONGEST_SIDE, height: int = LONGEST_SIDE, count: int = 0) -> None:
        self.width, self.height, self.count = width, height, count

    def bits(self, seconds: float, has_sound: bool) -> int:
        """A second's share for the pictures."""
        if not self.count or not seconds:
            return MOST_BITS
        share = int(self.count * FILLED * 8 / seconds) - (SOUND_BITS if has_sound else 0)
        return min(max(LEAST_BITS, share), MOST_BITS)


class Refused(Exception):
    """The video cannot be turned; the argument says why, as a key of the words in videos.py."""


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def turn(source: BinaryIO, out: str, container: str, most: Most | None = None) -> dict[str, Any]:
    """Encode the first picture and the first sound anew; nothing else of the file is read."""
    import av

    try:
        with av.open(source, format=container, metadata_errors="replace") as film:
            pictures, sound = _pictures(film), next(iter(film.streams.audio), None)
            seconds = _seconds(film, pictures)
            with av.open(out, "w", format="mp4", options=ORDER) as made:
                size, end = _encode(film, made, pictures, sound, seconds, most or Most())
            parts = (film, *film.streams)
            notes = {name.lower() for part in parts for name, said in part.metadata.items() if said}
            if film.chapters() or len(film.streams) > 1 + bool(sound):
                notes.add("further parts")
        if not end:
            raise Refused("unreadable")
        return {"width": size[0], "height": size[1], "duration": round(end, 3), "notes": sorted(notes)}
    except (av.error.FFmpegError, ValueError, MemoryError) as trouble:
        raise Refused("no_room" if getattr(trouble, "errno", None) in FULL else "unreadable") from None


def _pictures(film: Any) -> Any:
    """The first that are a film: a cover is a picture that comes along."""
    moving = [one for one in film.streams.video if not one.disposition & one.disposition.attached_pic]
    if not moving:
        raise Refused("no_pictures")
    width, height = moving[0].width, moving[0].height
    if max(width, height) > WIDEST or width * height > MOST_PIXELS:
        raise Refused("wrong_size")
    return moving[0]


def _seconds(film: Any, pictures: Any) -> float:
    of_stream = float(pictures.duration * pictures.time_base) if pictures.duration else 0.0
    seconds = of_stream or (film.duration or 0) / 1_000_000
    if seconds > LONGEST_SECONDS:
        raise Refused("too_long_to_turn")
    return seconds


def _encode(
    film: Any, made: Any, pictures: Any, sound: Any, seconds: float, most: Most
) -> tuple[tuple[int, int], float]:
    """The size of the pictures, and the second at which the last one was shown."""
    first = next(film.decode(pictures), None)
    if first is None:
        raise Refused("unreadable")
    graph, size = _upright(pictures, first, most)
    look = _place(made, pictures, first, size, most.bits(seconds, bool(sound)))
    voice = sound and made.add_stream("aac", rate=SOUND_RATE, layout="stereo", bit_rate=SOUND_BITS)
    begins = _begins(pictures, sound)
    speech, end, told, shown = None, 0.0, -1, -LEAST_GAP_SECONDS
    film.seek(0)
    for frame in film.decode(*filter(None, (pictures, sound))):
        if frame.pts is None:
            continue
        frame.pts -= round(begins / frame.time_base)
        if not hasattr(frame, "rotation"):
            speech = speech or _steady(frame)
            _write(made, voice, speech, frame if frame.time < LONGEST_SECONDS else None)
            continue
        end = max(end, frame.time or 0.0)
        if (frame.time or 0.0) - shown < LEAST_GAP_SECONDS:
            continue
        if shown < 0:
            frame.pts = 0  # nothing is black until the first picture comes
        shown = frame.time or 0.0
        _write(made, look, graph, frame)
        if end > LONGEST_SECONDS:
            raise Refused("too_long_to_turn")
        if seconds and (percent := min(99, int(end / seconds * 100))) > told:
            told = percent
            say(progress=percent)
    for stream, filters in ((look, graph), (voice, speech)):
        if stream and filters:
            _write(made, stream, filters, None)
            _mux(made, stream.encode(None))
    return size, end + float(1 / max(_own_rate(pictures), Fraction(1)))


def _begins(pictures: Any, sound: Any) -> float:
    """The second at which the earlier of the two begins: what is made begins with it."""
    return max(0.0, min(float((one.start_time or 0) * one.time_base) for one in (pictures, sound) if one))


def _write(made: Any, stream: Any, graph: Any, frame: Any) -> None:
    """Bring a frame through its filters into the file; None brings what they still hold."""
    for ready in _through(graph, frame):
        if hasattr(ready, "rotation"):
            ready.pict_type = 0  # the encoder decides anew where its own key pictures stand
        _mux(made, stream.encode(ready))


def _mux(made: Any, packets: list[Any]) -> None:
    """Without what the encoder of sound says before the first sound: a list of edits would hide it."""
    made.mux([one for one in packets if one.pts is None or one.pts + (one.duration or 1) > 0])


def _steady(frame: Any) -> Any:
    """A chain of filters after which the sound begins with the film and has no gaps."""
    import av

    graph = av.filter.Graph()
    facts = {"format": frame.format.name, "layout": frame.layout.name, "sample_rate": frame.sample_rate}
    parts = [
        graph.add_abuffer(**facts, time_base=frame.time_base),
        graph.add("aresample", f"{SOUND_RATE}:async=1:first_pts=0"),
        graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*parts).configure()
    return graph


def _place(made: Any, pictures: Any, first: Any, size: tuple[int, int], bits: int) -> Any:
    options = {"preset": "veryfast", "crf": "21", "profile": "high"}
    options |= {"maxrate": str(bits), "bufsize": str(bits)}
    look = made.add_stream("libx264", rate=_rate(pictures), options=options)
    look.width, look.height, look.pix_fmt = *size, "yuv420p"
    # Phones film at an uneven pace: each picture keeps its own instant.
    coder = look.codec_context
    coder.time_base = CLOCK
    colours = (first.color_primaries, first.color_trc, first.colorspace)
    if _is_wide(first):
        colours = (PLAIN, PLAIN, PLAIN)
    elif first.colorspace == AS_THEY_ARE:
        colours = (UNKNOWN, UNKNOWN, UNKNOWN)
    coder.color_primaries, coder.color_trc, coder.colorspace = colours
    coder.color_range = NARROW
    return look


def _is_wide(frame: Any) -> bool:
    return frame.color_trc in HIGH_RANGE or frame.color_primaries == WIDE


def _rate(pictures: Any) -> Fraction:
    rate = max(_own_rate(pictures), Fraction(1))
    return min(rate * math.ceil(SLOWEST / rate), Fraction(FASTEST))


def _own_rate(pictures: Any) -> Fraction:
    return pictures.average_rate or pictures.guessed_rate or Fraction(30)


def _upright(pictures: Any, frame: Any, most: Most) -> tuple[Any, tuple[int, int]]:
    """A chain of filters that turns pictures as a player would show them, and makes them small enough. What
    was drawn in every second line, too slowly, too fast or in colours of other screens becomes plain."""
    import av

    lies = frame.rotation % 180 != 0
    width, height = (frame.height, frame.width) if lies else (frame.width, frame.height)
    share = min(1.0, most.width / width, most.height / height)
    size = tuple(max(2, int(side * share) // 2 * 2) for side in (width, height))
    graph = av.filter.Graph()
    rate = _rate(pictures)
    steps = [("bwdif", "send_frame")] if frame.interlaced_frame else []
    # Just under 23 is a film at 23.976 whose last picture is short.
    steps += [] if SLOWEST - 0.1 <= _own_rate(pictures) <= FASTEST else [("fps", str(rate))]
    steps += TURNS.get(round(frame.rotation), [])
    scale = f"{size[0]}:{size[1]}:out_range=tv"
    steps += [("scale", f"{scale}:{PLAIN_COLOURS}" if _is_wide(frame) else scale), ("format", "yuv420p")]
    parts = [graph.add_buffer(template=pictures)]
    parts += [graph.add(name, said) if said else graph.add(name) for name, said in steps]
    graph.link_nodes(*parts, graph.add("buffersink")).configure()
    return graph, (size[0], size[1])


def _through(graph: Any, frame: Any) -> Iterator[Any]:
    import av

    graph.push(frame)
    with suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            yield graph.pull()


def main() -> None:
    for limit, most in LIMITS.items():
        with suppress(ValueError, OSError):  # macOS knows no limit for memory
            resource.setrlimit(limit, (most, most))
    os.nice(10)  # pages and posts come first
    try:
        if sys.argv[2] not in CONTAINERS:
            raise Refused("unreadable")
        wanted = Most(*map(int, sys.argv[3:6])) if len(sys.argv) > 3 else None
        say(**turn(sys.stdin.buffer, sys.argv[1], sys.argv[2], wanted))
    except Refused as refused:
        say(refused=str(refused))


if __name__ == "__main__":
    main()
