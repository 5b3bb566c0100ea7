"""Registering, signing in and out, passwords."""

from flask import Flask

from portal.auth import asking_more, passkey_views, places, sessions, views


def init_app(app: Flask) -> None:
    """Register the pages and tell flask-login who is there."""
    sessions.init_app(app)
    app.register_blueprint(views.bp)
    app.register_blueprint(passkey_views.bp)
    app.jinja_env.globals["has_little_but_letters"] = asking_more.has_little_but_letters
    app.context_processor(lambda: {"passkey_place": places.here, "passkey_name": places.by_name})
