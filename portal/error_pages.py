"""The pages that people see when something went wrong, each with a way out."""

from urllib.parse import urlsplit

import psycopg2
import structlog
from flask import Flask, Response, current_app, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from config import Config
from portal import request_id, typed_again
from portal.auth import sessions

log = structlog.get_logger()

# A database that is started again is back within seconds.
RETRY_SECONDS = 10
# The driver's own where a statement is sent past SQLAlchemy.
WITHOUT_DATABASE: tuple[type[Exception], ...] = (
    *(OperationalError, InterfaceError, NoConnectionFree),
    *(psycopg2.OperationalError, psycopg2.InterfaceError),
)
AWAY = "The portal cannot answer at the moment. Try again in a few seconds."


def init_app(app: Flask) -> None:
    """Needs app.config["PORTAL"], the checked settings, and what portal.pages gives to templates."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(CSRFError, expired)
    for kind in WITHOUT_DATABASE:
        app.register_error_handler(kind, without_database)


def without_database(failed: Exception) -> AnyResponse:
    """The database is away, or too busy to answer in time: no fault of the person's, and it passes."""
    reason = getattr(failed, "orig", None) or failed
    log.error("without_database", reason=type(reason).__name__)
    passing = ServiceUnavailable(AWAY, retry_after=RETRY_SECONDS)
    return current_app.make_response(current_app.handle_http_exception(passing))


def expired(problem: CSRFError) -> HTTPException | AnyResponse:
    """A form whose mark is over: who is signed in finds all that was typed, and sends it once more."""
    if not typed_again.can_keep():
        return answer(problem)
    if current_user.is_authenticated:
        return typed_again.page(is_out=False)
    return sessions.typed_signed_out() or answer(problem)


def answer(problem: HTTPException) -> HTTPException | Response:
    """The page for a problem; redirects and problems that have no page stay what they are."""
    if problem.response is not None or problem.code is None:
        return problem
    try:
        body = draw("expired" if isinstance(problem, CSRFError) else str(problem.code), problem)
    except TemplateNotFound:
        return problem
    headers = [(name, value) for name, value in problem.get_headers() if name.lower() != "content-type"]
    return Response(body, problem.code, headers, mimetype="text/html")


def draw(name: str, problem: HTTPException) -> str:
    """Drawn past the context processors, which ask who is signed in: the database may be what is missing."""
    config: Config = current_app.config["PORTAL"]
    return current_app.jinja_env.get_template(f"errors/{name}.html").render(
        practice=config.is_practice,
        practice_url=f"{config.sandbox_url}/" if config.sandbox_url else None,
        wait=waiting_words(getattr(problem, "retry_after", None)),
        limit=size_words(request.max_content_length),
        back=page_before(),
        request_id=request_id.current(),
    )


def page_before() -> str | None:
    """The page of ours that the form was on; never an address that somebody else put there."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or before.path[:1] != "/" or before.path[:2] == "//":
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def waiting_words(seconds: object) -> str | None:
    if not isinstance(seconds, int):
        return None
    minutes = -(-seconds // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"


def size_words(limit: int | None) -> str | None:
    return f"{limit // 1_000_000} MB" if limit else None
