"""Connecting accounts, choosing among them, renewing their permissions, disconnecting."""

from flask import Flask

from portal.social import address_views, views


def init_app(app: Flask) -> None:
    """Register the pages, and what templates show of networks' addresses."""
    app.register_blueprint(views.bp)
    app.register_blueprint(address_views.bp)
    app.jinja_env.filters["shown_address"] = views.shown_address
