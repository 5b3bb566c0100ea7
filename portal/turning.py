"""A program of its own: turns a video of any common kind into an MP4 that networks take.

    python turning.py OUT CONTAINER [WIDTH HEIGHT BYTES] <VIDEO

WIDTH and HEIGHT are the most that the pictures may have, BYTES the most that the file may have.
It runs apart from the portal for the reasons that stripping.py names, and like it says what it did: one JSON
object a line, `progress` in percent while it works, then what the video is or `refused` with a key of the
words in videos.py.
"""

import json
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
# Longer ones would keep a machine busy for too long.
LONGEST_SECONDS = 15 * 60
# The longer side: no network shows more of a video made anew.
LONGEST_SIDE = 1920
FASTEST = 60
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
# More than pictures of our size ever take; the encoder knows no numbers without end.
MOST_BITS = 100_000_000
# Counterclockwise degrees by which players turn it → the filter that turns the pictures themselves.
TURNS = {90: [("transpose", "2")], -90: [("transpose", "1")], 180: [("hflip", ""), ("vflip", "")]}


class Most:
    """How large what is made may become."""

    def __init__(self, width: int = LONGEST_SIDE, height: int = LONGEST_SIDE, count: int = 0) -> None:
        self.width, self.height, self.count = width, height, count

    def bits(self, seconds: float, has_sound: bool) -> int | None:
        """A second's share for the pictures; None where nothing limits it."""
        if not self.count or not seconds:
            return None
        share = int(self.count * FILLED * 8 / seconds) - (SOUND_BITS if has_sound else 0)
        return max(LEAST_BITS, share) if share < MOST_BITS else None


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
            with av.open(out, "w", format="mp4", options={"movflags": "+faststart"}) as made:
                size, end = _encode(film, made, pictures, sound, seconds, most or Most())
            parts = (film, *film.streams)
            notes = {name.lower() for part in parts for name, said in part.metadata.items() if said}
            if film.chapters() or len(film.streams) > 1 + bool(sound):
                notes.add("further parts")
        if not end:
            raise Refused("unreadable")
        return {"width": size[0], "height": size[1], "duration": round(end, 3), "notes": sorted(notes)}
    except (av.error.FFmpegError, ValueError, MemoryError):
        raise Refused("unreadable") from None


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
    look, end, told = _place(made, pictures, size, most.bits(seconds, bool(sound))), 0.0, -1
    shown = -LEAST_GAP_SECONDS
    voice = sound and made.add_stream("aac", rate=SOUND_RATE, layout="stereo", bit_rate=SOUND_BITS)
    film.seek(0)
    for frame in film.decode(*filter(None, (pictures, sound))):
        if frame.pts is None:
            continue
        if not hasattr(frame, "rotation"):
            made.mux(voice.encode(frame))
            continue
        end = max(end, frame.time or 0.0)
        if (frame.time or 0.0) - shown < LEAST_GAP_SECONDS:
            continue
        shown = frame.time or 0.0
        for upright in _through(graph, frame):
            upright.pict_type = 0  # the encoder decides anew where its own key pictures stand
            made.mux(look.encode(upright))
        if end > LONGEST_SECONDS:
            raise Refused("too_long_to_turn")
        if seconds and (percent := min(99, int(end / seconds * 100))) > told:
            told = percent
            say(progress=percent)
    for stream in filter(None, (look, voice)):
        made.mux(stream.encode(None))
    return size, end + float(1 / _rate(pictures))


def _place(made: Any, pictures: Any, size: tuple[int, int], bits: int | None) -> Any:
    options = {"preset": "veryfast", "crf": "21", "profile": "high"}
    if bits:
        options |= {"maxrate": str(bits), "bufsize": str(bits)}
    look = made.add_stream("libx264", rate=_rate(pictures), options=options)
    look.width, look.height, look.pix_fmt = *size, "yuv420p"
    # Phones film at an uneven pace: each picture keeps its own instant.
    look.codec_context.time_base = CLOCK
    return look


def _rate(pictures: Any) -> Fraction:
    rate = pictures.average_rate or pictures.guessed_rate or Fraction(30)
    return Fraction(min(max(rate, 1), FASTEST))


def _upright(pictures: Any, frame: Any, most: Most) -> tuple[Any, tuple[int, int]]:
    """A chain of filters that turns pictures as a player would show them, and makes them small enough."""
    import av

    lies = frame.rotation % 180 != 0
    width, height = (frame.height, frame.width) if lies else (frame.width, frame.height)
    share = min(1.0, most.width / width, most.height / height)
    size = tuple(max(2, int(side * share) // 2 * 2) for side in (width, height))
    graph = av.filter.Graph()
    steps = [*TURNS.get(round(frame.rotation), []), ("scale", f"{size[0]}:{size[1]}"), ("format", "yuv420p")]
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
