"""Registering, signing in and out, passwords."""

from flask import Flask

from portal.auth import sessions, views


def init_app(app: Flask) -> None:
    """Register the pages and tell flask-login who is there."""
    sessions.init_app(app)
    app.register_blueprint(views.bp)
