"""Writing, planning and following posts: composer, list, post, calendar, overview."""

from flask import Flask

from portal.posts import (
    calendar_views,
    checks_views,
    comments_views,
    composer,
    consents_views,
    feeds_views,
    link_views,
    moving_views,
    overview,
    own_days_views,
    published_views,
    series_views,
    shaping,
    slots_views,
    texts_views,
    unsaved_views,
    views,
    zone_change,
)

MANY = (moving_views, series_views)
WRITING = (
    composer,
    unsaved_views,
    shaping,
    checks_views,
    texts_views,
    link_views,
    comments_views,
    consents_views,
)
CALENDAR = (calendar_views, own_days_views, slots_views, feeds_views, zone_change)


def init_app(app: Flask) -> None:
    """Register the pages."""
    for part in (overview, views, published_views, *WRITING, *CALENDAR, *MANY):
        app.register_blueprint(part.bp)
