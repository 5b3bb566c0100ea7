"""Sign-in safety, letters, and how late a post may be."""

from flask import Flask

from portal.settings import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
