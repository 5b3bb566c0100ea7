"""Videos that people hand in: read, checked and stripped by a program apart, see stripping.py."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal import stripping

MAX_BYTES = 512 * 1024 * 1024
PATIENCE_SECONDS = 150
PROGRAM = Path(stripping.__file__)

UNREADABLE = "This video cannot be read. It may be damaged: save it again as MP4, or choose another one."
REFUSALS = {
    "unreadable": UNREADABLE,
    "no_pictures": "There are no moving pictures in this file. Choose a video.",
    "wrong_pictures": "The video must be of the kind H.264 or H.265. Save it again as MP4 (H.264).",
    "wrong_sound": "The sound of the video must be of the kind AAC. Save it again as MP4 (H.264, AAC).",
    "wrong_size": "The video must be 16 to 8,192 pixels wide and high. Save it in another size.",
    "too_short": "The video is too short. Choose a longer one.",
    "too_long": "The video must be 4 hours long or shorter. Choose a shorter one.",
    "cut": "The end of this video is missing. Perhaps the copy stopped half-way: copy it again.",
}


class NotAVideo(Exception):
    """The file cannot be taken; `words` say what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Video:
    """A stripped MP4 as it is shown: `removed` says what the file told before, see picture_notes."""

    width: int
    height: int
    duration: float
    removed: tuple[str, ...]
    mime_type: str = "video/mp4"


def strip(source: IO[bytes], into: Path) -> Video:
    """Write the picture and the sound of `source`, and nothing else of it, to `into`; raises NotAVideo."""
    told = _run(source, into)
    if "refused" in told:
        raise NotAVideo(REFUSALS.get(told["refused"], UNREADABLE))
    return Video(told["width"], told["height"], told["duration"], tuple(told["removed"]))


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
