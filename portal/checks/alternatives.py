"""A long list of ways to say one thing, looked for one by one.

A pattern of many alternatives is tried at every letter; each alternative alone begins with words that the
engine can jump to. Apart they take a third of the time.
"""

from collections.abc import Iterator

import regex


class Alternatives:
    """Looks like a pattern to whoever asks; matches come in order and do not overlap."""

    def __init__(self, pattern: str) -> None:
        self._patterns = [regex.compile(part) for part in _split(pattern)]

    def finditer(self, text: str) -> Iterator["regex.Match[str]"]:
        found = [match for pattern in self._patterns for match in pattern.finditer(text)]
        end = 0
        # Sorting keeps the order of the list where two begin together, as a pattern would.
        for match in sorted(found, key=lambda match: match.start()):
            if match.start() >= end:
                end = match.end()
                yield match

    def search(self, text: str, start: int = 0, end: int | None = None) -> "regex.Match[str] | None":
        """The first of the list that stands there: for asking whether one does."""
        till = len(text) if end is None else end
        found = (pattern.search(text, start, till) for pattern in self._patterns)
        return next(filter(None, found), None)


def _split(pattern: str) -> Iterator[str]:
    """The parts between the bars that stand in no brackets."""
    depth, begin, is_class, is_escaped = 0, 0, False, False
    for place, character in enumerate(pattern):
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif is_class:
            is_class = character != "]"
        elif character == "[":
            is_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            yield pattern[begin:place]
            begin = place + 1
    yield pattern[begin:]
