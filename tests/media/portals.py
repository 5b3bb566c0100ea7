"""A portal that is served on this machine, for browsers and for networks that fetch media from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.extensions import db
from portal.sandbox.running import free_port
from tests.databases import Databases


@dataclass
class Served:
    """The portal's address, and the app behind it."""

    address: str
    app: Flask


@contextmanager
def serving(databases: Databases, settings: dict[str, str], name: str, **own: str) -> Iterator[Served]:
    """A portal over a database of its own, until the end of the block."""
    address = f"http://127.0.0.1:{free_port()}"
    own |= {"DATABASE_URL": databases.copy(name), "PUBLIC_URL": address}
    app = create_app(Config.from_env({**settings, **own}))
    app.config.update(TESTING=True)
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(address, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
