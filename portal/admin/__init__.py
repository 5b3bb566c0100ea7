"""The backoffice: the same flows, wider eyes, audited."""

from flask import Flask

from portal.admin import network_views, publishing_views, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.register_blueprint(network_views.bp)
    app.register_blueprint(publishing_views.bp)
