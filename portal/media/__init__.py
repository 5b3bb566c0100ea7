"""Uploaded media under their public addresses, and the doctor's library of them."""

from flask import Flask
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from portal import files
from portal.media import library_views, views
from portal.media.moving import move_media
from portal.object_store import StoreAway

# Networks that fetch a file from us come again.
RETRY_SECONDS = 60


def init_app(app: Flask) -> None:
    files.init_app(app)
    app.register_blueprint(views.bp)
    app.register_blueprint(library_views.bp)
    app.cli.add_command(move_media)

    @app.errorhandler(StoreAway)
    def away(_: StoreAway) -> Response:
        answer = app.handle_http_exception(ServiceUnavailable(retry_after=RETRY_SECONDS))
        return app.make_response(answer)
