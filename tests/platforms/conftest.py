"""The script of the net, and a clock that stands still, for tests that need no database."""

from datetime import UTC, datetime

import pytest

from portal import clock as portal_clock
from portal import shared
from tests.platforms.wire import wire

__all__ = ["wire"]

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other program tells this one what a network has said."""
    monkeypatch.setattr(shared, "_redis", None)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(portal_clock, "now", lambda: NOW)
    return NOW
