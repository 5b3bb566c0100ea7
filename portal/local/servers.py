"""The embedded servers of one run: those for which no address is set."""

import time
from collections.abc import Callable
from contextlib import suppress

from config import Config
from portal.embedded import Server, ServerFailed, postgres, valkey
from portal.local.console import Console

PAUSE = 2.0  # seconds between two tries to bring back a server that died


class Servers:
    """Starts them, brings back what dies, ends them."""

    def __init__(self, config: Config, console: Console) -> None:
        self.console = console
        self.by_setting: dict[str, Server] = {}
        if config.database_url is None:
            self.by_setting["DATABASE_URL"] = postgres(config.instance_dir)
        if config.redis_url is None:
            self.by_setting["REDIS_URL"] = valkey(config.instance_dir)
        self._next_try = 0.0

    def start(self, give_up: Callable[[], bool]) -> None:
        for server in self.by_setting.values():
            with self.console.step(f"{server.title} answers"):
                server.start(tied=True, give_up=give_up)

    @property
    def environ(self) -> dict[str, str]:
        """The addresses, under the names of the settings that they stand for."""
        return {setting: server.url for setting, server in self.by_setting.items()}

    def revive(self) -> None:
        """Start again a server that died; those who wait for it find it at the same address."""
        if time.monotonic() < self._next_try:
            return
        for server in self.by_setting.values():
            if not server.is_running():
                self.console.say(f"{server.title} ended; starting it again")
                with suppress(ServerFailed):  # said in its log; we try again
                    server.revive(tied=True)
                self._next_try = time.monotonic() + PAUSE

    def stop(self) -> None:
        """End them in order; what was started last ends first."""
        for server in reversed(self.by_setting.values()):
            server.stop()
