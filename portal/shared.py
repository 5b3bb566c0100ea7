"""Moments that all programs of the portal know: noted in Redis by one, read by the others.

They spare calls and are no truth: while Redis is away each program goes by what it has seen itself.
"""

import time
from datetime import datetime

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

from portal import clock

log = structlog.get_logger()

# After a failure Redis is left alone for so long: calls to networks must not wait for it one by one.
PAUSE_SECONDS = 5.0

_redis: Redis | None = None
_pause_until = 0.0


def init_app(app: Flask) -> None:
    """Bind to the app's Redis. Calls need no app context: they are made in bare threads."""
    global _redis
    _redis = app.extensions["redis"]


def note(name: str, until: datetime | None) -> None:
    """Let everybody know a moment until it has passed; None takes it back."""
    redis = _reachable()
    if redis is None:
        return
    try:
        if until is None or until <= clock.now():
            redis.delete(f"moment:{name}")
        else:
            redis.set(f"moment:{name}", until.isoformat(), exat=int(until.timestamp()) + 1)
    except RedisError as away:
        _pause(away)


def noted(name: str) -> datetime | None:
    """The moment of that name; None when there is none, or when nobody can be asked."""
    redis = _reachable()
    if redis is None:
        return None
    try:
        kept = redis.get(f"moment:{name}")
    except RedisError as away:
        _pause(away)
        return None
    return datetime.fromisoformat(kept.decode()) if isinstance(kept, bytes) else None


def _reachable() -> Redis | None:
    return _redis if time.monotonic() >= _pause_until else None


def _pause(away: RedisError) -> None:
    global _pause_until
    _pause_until = time.monotonic() + PAUSE_SECONDS
    log.warning("moments_not_shared", reason=type(away).__name__)
