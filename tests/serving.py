"""A portal served on this machine, for browsers and for networks that fetch media from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from flask import Flask
from flask.ctx import AppContext
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from config import Config
from portal import create_app
from portal.extensions import db
from portal.models import Doctor
from tests.databases import Databases
from tests.signing_in import sign_in

# As Playwright takes it.
Cookie = dict[str, Any]


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Thousands of lines help nobody."""


@dataclass
class Served:
    """The portal's address, and the app behind it."""

    address: str
    app: Flask

    def desk(self) -> AppContext:
        """Where rows are made and read."""
        return self.app.app_context()

    def read(self, query: Any) -> Any:
        """What the database holds now."""
        with self.desk():
            return db.session.scalars(query).all()

    def cookie(self, doctor_id: int, address: str | None = None) -> Cookie:
        """Of a browser that this doctor is signed in with."""
        with self.desk():
            client = sign_in(self.app.test_client(), db.session.get_one(Doctor, doctor_id))
        kept = client.get_cookie("portal")
        assert kept is not None
        return {"name": "portal", "value": kept.value, "url": address or self.address}


@contextmanager
def serving(databases: Databases, settings: dict[str, str], name: str, **own: str) -> Iterator[Served]:
    """A portal over a database of its own, until the end of the block."""
    server = make_server("127.0.0.1", 0, _nobody, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    own |= {"DATABASE_URL": databases.copy(name), "PUBLIC_URL": address}
    # Not TESTING: an app under test reads all static files again for each of them.
    server.app = app = create_app(Config.from_env({**settings, **own}))
    with answering(server, app):
        yield Served(address, app)


@contextmanager
def answering(server: BaseWSGIServer, app: Flask) -> Iterator[None]:
    """The server beside the tests, until the end of the block; then its connections to the database go."""
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def _nobody(environ: Any, start_response: Any) -> Any:
    raise AssertionError("the portal's address has to be known before there is a portal")
