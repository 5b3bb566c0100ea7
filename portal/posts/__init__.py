"""Writing, planning and following posts: composer, list, post, calendar, overview."""

from flask import Flask

from portal.posts import (
    calendar_views,
    checks_views,
    composer,
    feeds_views,
    moving_views,
    overview,
    own_days_views,
    published_views,
    shaping,
    slots_views,
    views,
    zone_change,
)

CALENDAR = (calendar_views, own_days_views, slots_views, feeds_views, zone_change)


def init_app(app: Flask) -> None:
    """Register the pages."""
    for part in (overview, views, composer, moving_views, published_views, shaping, checks_views, *CALENDAR):
        app.register_blueprint(part.bp)
