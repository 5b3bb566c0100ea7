"""Programs of the doctor's own, told of what happens instead of asking."""

from flask import Flask

from portal.webhooks import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
