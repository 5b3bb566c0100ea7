"""Reads the Procfile, so that this machine runs the very commands that production runs."""

import os
import re
from pathlib import Path

LINE = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>.+?)\s*$")


def read(path: Path) -> dict[str, str]:
    """Name → command, in the order of the file; blank lines and comments are passed over."""
    commands = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.match(line)
        if match is None:
            raise ValueError(f"Line {number} of {path.name} must read NAME: COMMAND.")
        commands[match["name"]] = match["command"]
    return commands


def publishers() -> int:
    """How many this machine has use for: with two cores a second one would take them from the pages."""
    return 2 if (os.cpu_count() or 1) > 2 else 1


def steps(release: str) -> list[str]:
    """The single commands of a release line, each to be shown on its own."""
    return [step.strip() for step in release.split("&&") if step.strip()]
