"""The backoffice: the same flows, wider eyes, audited."""

from flask import Flask

from portal.admin import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
