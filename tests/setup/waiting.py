"""Waiting for something to become so, with a limit."""

import time
from collections.abc import Callable

import pytest


def wait_for(condition: Callable[[], object], what: str, limit: float = 15.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen within {limit:g} s")
        time.sleep(0.02)
