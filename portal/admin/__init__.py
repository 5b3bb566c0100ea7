"""The backoffice: the same flows, wider eyes, audited."""

from flask import Flask

from portal.admin import (
    archive_views,
    council_views,
    desk_views,
    network_views,
    office_views,
    publishing_views,
    speciality_views,
    views,
)


def init_app(app: Flask) -> None:
    topics = (
        views,
        desk_views,
        speciality_views,
        office_views,
        network_views,
        publishing_views,
        archive_views,
        council_views,
    )
    for topic in topics:
        app.register_blueprint(topic.bp)
