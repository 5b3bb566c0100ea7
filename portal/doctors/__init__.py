"""A doctor's profile, the fields of medicine, verification."""

from flask import Flask

from portal.doctors import licence_views, standing, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.register_blueprint(licence_views.bp)
    app.jinja_env.globals["standing_of"] = standing.of
