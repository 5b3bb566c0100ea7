"""What a flow may raise when a person asked for something that cannot be done."""

from collections.abc import Mapping, Sequence
from typing import Any


class Invalid(Exception):
    """An input that cannot be taken as it is; `words` say what to do.

    `field` names the input's field, dotted for a nested one ("publications.0.content"), or is empty when
    it is about the whole. `more` are further problems of the same input, as (field, words).
    """

    def __init__(self, field: str, words: str, more: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(words)
        self.field = field
        self.words = words
        self.problems = [(field, words), *more]


class Refused(Invalid):
    """An input that the checks stop. `found` are (field, words, entry), where the entry says more about the
    same finding for a program that wants to show it."""

    def __init__(self, found: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
        (field, words, _), *more = found
        super().__init__(field, words, [(name, said) for name, said, _ in more])
        self.found = list(found)


class NotAllowed(Exception):
    """This person may not do this; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Conflict(Exception):
    """The thing has moved on meanwhile: a post that has begun to go out, a newer version; `words` say so."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Changed(Conflict):
    """It is no longer the version that the change was made from."""


class TooSoon(Exception):
    """Asked for again too early; possible again after `seconds`."""

    def __init__(self, words: str, seconds: int) -> None:
        super().__init__(words)
        self.words = words
        self.seconds = seconds
