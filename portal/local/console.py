"""What a person sees while the portal runs on their machine."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 96, 93, 95)
BOLD, DIM, RED, GREEN = 1, 2, 31, 32
WIDTH = 44


class Gone(Exception):
    """Nobody reads what we print any more."""


class Console:
    """Progress with ticks, and the lines of many programs, each behind the name of its own."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = self.stream.isatty()
        self.has_colour = self.is_terminal and "NO_COLOR" not in os.environ
        self.names: list[str] = []

    def say(self, text: str = "") -> None:
        try:
            self.stream.write(f"{text}\n")
            self.stream.flush()
        except UnicodeEncodeError:
            self.stream.write(f"{text.encode('ascii', 'replace').decode()}\n")
        except OSError as closed:
            raise Gone from closed

    def introduce(self, names: Sequence[str]) -> None:
        """Give each program its colour, and all of them one column."""
        self.names = [*self.names, *(name for name in names if name not in self.names)]

    def line_of(self, name: str, line: str) -> None:
        """One line that a program printed, behind its name."""
        width = max(map(len, self.names), default=0)
        colour = COLOURS[self.names.index(name) % len(COLOURS)] if name in self.names else BOLD
        self.say(f"{self._paint(f'{name:<{width}} │', colour)} {line}")

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Show that something is under way, then that it is done and how long it took."""
        begun = time.monotonic()
        if self.is_terminal:
            self.stream.write(f"  {self._paint('…', DIM)} {words}")
            self.stream.flush()
        try:
            yield
        except BaseException:
            self._finish("✗", RED, words, begun)
            raise
        self._finish("✓", GREEN, words, begun)

    def box(self, rows: Sequence[tuple[str, str]]) -> None:
        """A frame around names and what belongs to each; an empty row is a gap."""
        column = max(len(name) for name, _ in rows) + 2
        texts = [f"{name:<{column}}{value}".rstrip() for name, value in rows]
        width = max(map(len, texts)) + 4
        self.say(f"  ┌{'─' * width}┐")
        for text, (name, _) in zip(texts, rows, strict=True):
            shown = self._paint(name, BOLD) + text[len(name) :] if name else text
            self.say(f"  │  {shown}{' ' * (width - len(text) - 2)}│")
        self.say(f"  └{'─' * width}┘")

    def _finish(self, sign: str, colour: int, words: str, begun: float) -> None:
        back = "\r\033[K" if self.is_terminal else ""
        took = self._paint(f"{time.monotonic() - begun:5.1f} s", DIM)
        self.say(f"{back}  {self._paint(sign, colour)} {words:<{WIDTH}}{took}")

    def _paint(self, text: str, colour: int) -> str:
        return f"\033[{colour}m{text}\033[0m" if self.has_colour else text
