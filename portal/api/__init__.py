"""The JSON API: the pages' inputs and flows in other clothes."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from portal import error_pages
from portal.api import (
    auth,
    checks,
    docs,
    doctor,
    health,
    master,
    media,
    openapi,
    posts,
    problems,
    social,
    webhooks,
)
from portal.api.addresses import RowId
from portal.api.blueprint import build

# Naming a module here declares its endpoints.
__all__ = [
    "auth",
    "checks",
    "docs",
    "doctor",
    "health",
    "master",
    "media",
    "openapi",
    "posts",
    "social",
    "webhooks",
]


def init_app(app: Flask) -> None:
    """Register what the modules named above have declared; after the pages' own error handlers."""
    app.url_map.converters["id"] = RowId
    app.register_blueprint(build())
    app.register_error_handler(HTTPException, answer)
    health.init_app(app)
    docs.init_app(app)


def answer(wrong: HTTPException) -> HTTPException | Response:
    """A problem for a program, a page for a person; an address nobody knows belongs to no blueprint."""
    return problems.from_http(wrong) if problems.is_wanted() else error_pages.answer(wrong)
