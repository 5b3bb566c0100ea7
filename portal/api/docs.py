"""The API's description for people, at /api/docs."""

from flask import Blueprint, Flask, Response

from portal.api.endpoint import ENDPOINTS
from portal.api.openapi import ASTRAY, PROBLEMS, description
from portal.api.problems import EXPLAINED
from portal.pages import render

bp = Blueprint("api_docs", __name__)


@bp.get("/api/docs")
def show() -> Response:
    kinds = [(EXPLAINED[status], status, words) for status, words in sorted((PROBLEMS | ASTRAY).items())]
    return render("api/docs.html", api=description(ENDPOINTS), kinds=kinds)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
