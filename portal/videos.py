"""Videos that people hand in: read, checked and stripped by a program apart, see stripping.py."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any

from portal import ending, stripping, turning

MAX_BYTES = 512 * 1024 * 1024
PATIENCE_SECONDS = 150
PROGRAM = Path(stripping.__file__)
TURNING = Path(turning.__file__)
# Less than a worker's job may take.
TURNING_SECONDS = 540
# How often it is looked whether it takes too long, or has to end.
LOOK_SECONDS = 0.2

UNREADABLE = "This video cannot be read. It may be damaged: save it again as MP4, or choose another one."
REFUSALS = {
    "unreadable": UNREADABLE,
    "no_pictures": "There are no moving pictures in this file. Choose a video.",
    "wrong_pictures": "The video must be of the kind H.264 or H.265. Save it again as MP4 (H.264).",
    "wrong_sound": "The sound of the video must be of the kind AAC. Save it again as MP4 (H.264, AAC).",
    "wrong_size": "The video must be 16 pixels wide and high or more, and 8K or less. Save it so.",
    "too_short": "The video is too short. Choose a longer one.",
    "too_long": "The video must be 4 hours long or shorter. Choose a shorter one.",
    "too_long_to_turn": (
        "This video is of a kind that no network takes, and too long for us to turn it into another."
        f" Save it as MP4 (H.264), or choose one of {turning.LONGEST_SECONDS // 60} minutes or less."
    ),
    "too_slow": "Making this video ready takes us too long. Save it as MP4 (H.264), or choose a shorter one.",
    "cut": "The end of this video is missing. Perhaps the copy stopped half-way: copy it again.",
}


# What another kind of picture or sound would mend.
TO_TURN = {"wrong_pictures", "wrong_sound"}
MATROSKA = b"\x1aE\xdf\xa3"
# Said by both programs when the disk has no room for what they make.
NO_ROOM = "no_room"


class NeedsTurning(Exception):
    """The video is whole, as far as is known, and of a kind that no network takes."""


class NotAVideo(Exception):
    """The file cannot be taken; `words` say what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Interrupted(Exception):
    """This process ends before the video was turned: another one begins anew."""


@dataclass(frozen=True)
class Video:
    """A stripped MP4 as it is shown: `removed` says what the file told before, see picture_notes."""

    width: int
    height: int
    duration: float
    removed: tuple[str, ...]
    # What some networks refuse of it, see stripping.TRAITS; one that was turned has none of them.
    traits: tuple[str, ...] = ()
    mime_type: str = "video/mp4"


def strip(source: IO[bytes], into: Path) -> Video:
    """Write the picture and the sound of `source`, and nothing else of it, to `into`; raises NotAVideo,
    NeedsTurning for one that `turn` can make fit, and OSError when there is no room."""
    if container_of(source) != "mov":
        raise NeedsTurning
    told = _run(source, into)
    _check_room(told)
    if told.get("refused") in TO_TURN:
        raise NeedsTurning
    if "refused" in told:
        raise NotAVideo(REFUSALS.get(told["refused"], UNREADABLE))
    removed, traits = tuple(told["removed"]), tuple(told["traits"])
    return Video(told["width"], told["height"], told["duration"], removed, traits)


def turn(
    source: Path, into: Path, tell: Callable[[int], None], most: tuple[int, int, int] | None = None
) -> Video:
    """Write an MP4 that networks take to `into`; `tell` hears how much of it is done, in percent. `most` are
    the width, the height and the bytes that it may have. Takes minutes; raises NotAVideo, OSError when there
    is no room, and Interrupted."""
    with source.open("rb") as file:
        container = container_of(file)
        file.seek(0)
        told = _turned(file, into, [container, *map(str, most or ())], tell)
    _check_room(told)
    if "refused" in told:
        raise NotAVideo(REFUSALS.get(told["refused"], UNREADABLE))
    removed = {stripping.kind(note) for note in set(told["notes"]) - stripping.OF_THE_CONTAINER}
    return Video(told["width"], told["height"], told["duration"], tuple(sorted(removed)))


def _check_room(told: dict[str, Any]) -> None:
    """A full disk is said as such: nothing is wrong with the film."""
    if told.get("refused") == NO_ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def container_of(source: IO[bytes]) -> str:
    """The family of containers that a film belongs to, by its first bytes."""
    source.seek(0)
    return "matroska" if source.read(4) == MATROSKA else "mov"


def _turned(file: IO[bytes], into: Path, wishes: list[str], tell: Callable[[int], None]) -> dict[str, Any]:
    """The last thing that the program said; a refusal too when it was stopped or fell over."""
    command = [sys.executable, "-I", str(TURNING), str(into), *wishes]
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    with subprocess.Popen(
        command, stdin=file.fileno(), stdout=subprocess.PIPE, env={"PATH": os.defpath}, text=True
    ) as program:
        last: dict[str, Any] = {}
        late = Event()
        Thread(target=_end_in_time, args=(program, late), name="turning", daemon=True).start()
        try:
            for line in program.stdout or ():
                last = json.loads(line)
                if "progress" in last:
                    tell(last["progress"])
        except ValueError:
            last = {}
        except BaseException:
            program.kill()
            raise
    is_done = program.returncode == 0 and last and "progress" not in last
    if not is_done and ending.asked.is_set():
        raise Interrupted
    if late.is_set():
        return {"refused": "too_slow"}
    return last if is_done else {"refused": "unreadable"}


def _end_in_time(program: subprocess.Popen[str], late: Event) -> None:
    """End it when it takes too long, or when this process is to end."""
    until = time.monotonic() + TURNING_SECONDS
    while program.poll() is None and not ending.asked.wait(LOOK_SECONDS):
        if time.monotonic() > until:
            late.set()
            break
    program.kill()


def _run(source: IO[bytes], into: Path) -> dict[str, Any]:
    source.seek(0)
    # The program shares the place in the file with us, not what Python has read ahead.
    os.lseek(source.fileno(), 0, os.SEEK_SET)
    try:
        ended = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), str(into)],
            stdin=source.fileno(),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            env={"PATH": os.defpath},
            check=True,
        )
        told: dict[str, Any] = json.loads(ended.stdout)
    except (subprocess.SubprocessError, ValueError):  # it was stopped by a limit, or fell over its input
        raise NotAVideo(UNREADABLE) from None
    return told
