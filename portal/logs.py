"""Logs: one line an event, as JSON outside debug mode. Nothing secret is ever handed to a logger, and of an
exception only its class and the way to it are written: its text may hold what somebody typed.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

from config import Config
from portal import log_filter

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

# Authlib writes the PKCE verifier at debug level; RQ writes a job's arguments at info level.
TALKATIVE = ("authlib", "rq", "rq.worker", "rq_scheduler", "urllib3", "alembic", "mail.log")


def set_up(config: Config) -> None:
    """Send structlog and the libraries' loggers to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("%(levelname)s %(name)s: %(message)s") if config.debug else QuietFormatter()
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    drawn: list[Any] = (
        [log_filter.hide, structlog.dev.ConsoleRenderer(colors=False)]
        if config.debug
        else [log_filter.hide, quiet_exceptions, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *drawn,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


@contextmanager
def job(name: str, job_id: str) -> Iterator[None]:
    """Name the job on every line that is logged meanwhile in this thread."""
    with structlog.contextvars.bound_contextvars(job=name, job_id=job_id):
        yield


class QuietFormatter(logging.Formatter):
    """A library's line as JSON like ours; an exception by its class and its way, never by its text."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": log_filter.clean(record.getMessage()),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            **structlog.contextvars.get_contextvars(),
        }
        if record.exc_info:
            line["exception"] = way_to(record.exc_info)
        return json.dumps(line)


def quiet_exceptions(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that does the same."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    elif isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if exc_info:
        event["exception"] = way_to(exc_info)
    return event


def way_to(exc_info: ExcInfo) -> str:
    """The exception's class, those behind it, and the lines of code that led to it."""
    error = exc_info[1]
    names = []
    while error is not None:
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    frames = traceback.extract_tb(exc_info[2])
    way = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([" from ".join(names), *way])
