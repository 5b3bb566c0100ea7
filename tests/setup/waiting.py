"""Waiting for something to become so, with a limit."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found | None], what: str, limit: float = 120.0) -> Found:
    """What the condition gives, once that is something."""
    deadline = time.monotonic() + limit
    while not (found := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {limit:g} s")
        time.sleep(0.02)
    return found
