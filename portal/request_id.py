"""A name for each request: echoed to whoever asked, and on every line that is logged meanwhile."""

import re
import secrets

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
# Whatever else a caller sends could forge a line of the log.
ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def current() -> str | None:
    """The request that is being answered; None in a job or a command."""
    name = structlog.contextvars.get_contextvars().get("request_id")
    return name if isinstance(name, str) else None


def named(asked: str) -> str:
    """The name that was asked for, if it is one, or a new one."""
    return asked if ACCEPTABLE.fullmatch(asked) else secrets.token_hex(8)


def init_app(app: Flask) -> None:
    @app.before_request
    def name_it() -> None:
        g.request_id = named(request.headers.get(HEADER, ""))
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def echo(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    @app.teardown_request
    def forget(failure: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")
