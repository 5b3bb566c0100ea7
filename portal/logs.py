"""Logs: one line an event, as JSON outside debug mode. Nothing secret is ever handed to a logger."""

import logging
import sys

import structlog

from config import Config


def set_up(config: Config) -> None:
    """Send structlog and the libraries' loggers to standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # Authlib writes the PKCE verifier at debug level; RQ writes a job's arguments at info level.
    for name in ("authlib", "rq", "rq.worker", "rq_scheduler", "urllib3", "alembic", "mail.log"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False)
            if config.debug
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
