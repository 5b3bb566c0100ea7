"""The backoffice: the same flows, wider eyes, audited."""

from flask import Flask

from portal.admin import (
    desk_views,
    network_views,
    office_views,
    publishing_views,
    speciality_views,
    views,
)


def init_app(app: Flask) -> None:
    for topic in (views, desk_views, speciality_views, office_views, network_views, publishing_views):
        app.register_blueprint(topic.bp)
