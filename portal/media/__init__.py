"""Uploaded media under their public addresses, and the doctor's library of them."""

from flask import Flask

from portal import files
from portal.media import library_views, views


def init_app(app: Flask) -> None:
    files.init_app(app)
    app.register_blueprint(views.bp)
    app.register_blueprint(library_views.bp)
