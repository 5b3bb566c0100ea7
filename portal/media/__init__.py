"""Uploaded media under their public addresses."""

from flask import Flask

from portal import files
from portal.media import views


def init_app(app: Flask) -> None:
    files.init_app(app)
    app.register_blueprint(views.bp)
