"""A portal whose letters really leave, for a mail server of the test's."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal import mail

Aim = Callable[[int], None]


@pytest.fixture
def aim(app: Flask, database: None) -> Iterator[Aim]:
    """Have letters go to this port of this machine."""
    state = app.extensions["mail"]
    before = state.port, state.suppress, state.use_tls

    def at(port: int) -> None:
        state.port, state.suppress = port, False

    yield at
    state.port, state.suppress, state.use_tls = before


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for a mail server for a moment only."""
    monkeypatch.setattr(mail, "LIMIT_SECONDS", 0.3)
