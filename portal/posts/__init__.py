"""Writing, planning and following posts: composer, list, post, calendar, overview."""

from flask import Flask

from portal.posts import calendar_views, checks_views, composer, overview, published_views, shaping, views


def init_app(app: Flask) -> None:
    """Register the pages."""
    for part in (overview, views, composer, calendar_views, published_views, shaping, checks_views):
        app.register_blueprint(part.bp)
