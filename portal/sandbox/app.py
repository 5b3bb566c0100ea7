"""The practice network as one Flask application."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from .doors import doors
from .hooks import hooks
from .networks import NETWORKS
from .pages import pages
from .settings import SandboxSettings
from .websites import websites
from .wire import answer
from .world import open_world, this_world

LARGEST_BYTES = 64 * 1024 * 1024
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def create_sandbox(settings: SandboxSettings) -> Flask:
    """The application, with the state that an earlier start left in its folder."""
    app = Flask(__name__, static_url_path="/_/static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BYTES
    app.extensions["world"] = open_world(settings)
    app.register_blueprint(pages)
    app.register_blueprint(doors)
    app.register_blueprint(hooks)
    app.register_blueprint(websites)
    for network in NETWORKS:
        app.register_blueprint(network.routes)
    if settings.delay_seconds:
        app.after_request(_take_time)
    app.after_request(_protect)
    app.after_request(_remember)  # the last one added comes first: what is slow is the line, not the disk
    app.register_error_handler(HTTPException, _tell)
    return app


def _take_time(response: Response) -> Response:
    """A network that answers slowly does so after the work, like a slow line."""
    if request.blueprint in {network.key for network in NETWORKS}:
        this_world().wait(this_world().settings.delay_seconds)
    return response


def _remember(response: Response) -> Response:
    """Nothing is acknowledged before it is on disk."""
    this_world().journal.settle_mine()
    return response


def _protect(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _tell(error: HTTPException) -> Response:
    """Errors that no network words itself, as JSON that resembles theirs."""
    status, title = error.code or 500, error.name
    return answer({"status": status, "title": title, "message": title, "detail": error.description}, status)
