"""PostgreSQL and Valkey for a machine that has neither: from wheels, in INSTANCE_DIR, started when needed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from config import Config
from portal.embedded.failure import ServerFailed
from portal.embedded.postgres import Postgres
from portal.embedded.server import Server
from portal.embedded.valkey import Valkey

__all__ = [
    "Postgres",
    "Server",
    "ServerFailed",
    "Valkey",
    "ensure",
    "postgres",
    "temporary_postgres",
    "temporary_valkey",
    "valkey",
]


def postgres(instance_dir: Path) -> Postgres:
    """The PostgreSQL of this instance folder, running or not."""
    return Postgres(instance_dir / "postgres")


def valkey(instance_dir: Path) -> Valkey:
    """The Valkey of this instance folder, running or not."""
    return Valkey(instance_dir / "valkey")


def ensure(config: Config) -> Config:
    """The same settings with the addresses filled in, and servers that answer there.

    What is started here stays: other processes share it, and `make run` ends it.
    """
    database_url, redis_url = config.database_url, config.redis_url
    if database_url is None:
        database = postgres(config.instance_dir)
        database.start()
        database_url = database.url
    if redis_url is None:
        queues = valkey(config.instance_dir)
        queues.start()
        redis_url = queues.url
    return replace(config, database_url=database_url, redis_url=redis_url)


@contextmanager
def temporary_postgres() -> Iterator[Postgres]:
    """A fresh, fast PostgreSQL for tests and measurements, gone afterwards."""
    with _folder() as folder:
        server = Postgres(folder / "postgres", fleeting=True)
        with _running(server):
            yield server


@contextmanager
def temporary_valkey() -> Iterator[Valkey]:
    """A fresh Valkey for tests and measurements, gone afterwards."""
    with _folder() as folder:
        server = Valkey(folder / "valkey")
        with _running(server):
            yield server


@contextmanager
def _running(server: Server) -> Iterator[None]:
    server.start(tied=True)
    try:
        yield
    finally:
        server.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="portal-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
