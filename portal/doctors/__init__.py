"""A doctor's profile, the fields of medicine, verification."""

from flask import Flask

from portal.doctors import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
