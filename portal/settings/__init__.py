"""Sign-in safety, letters, how late a post may be, a copy of everything, and leaving."""

from flask import Flask

from portal.settings import app_views, email_views, leaving_views, passkey_views, views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
    app.register_blueprint(app_views.bp)
    app.register_blueprint(email_views.bp)
    app.register_blueprint(leaving_views.bp)
    app.register_blueprint(passkey_views.bp)
