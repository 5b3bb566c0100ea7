"""Runs the practice network: one process of many threads for its pages and networks, and its mail catcher."""

import ctypes
import signal
import sys
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker
from setproctitle import setproctitle

from .app import create_sandbox
from .settings import SandboxSettings
from .smtp import start_catcher
from .world import World

TITLE = "portal: practice network"
# A fault may hold a thread for long, and the portal sends more than a hundred posts at once.
THREADS = 320
CONNECTIONS = 2000
END_SECONDS = 8
PR_SET_PDEATHSIG = 1


class _Worker(ThreadWorker):
    """Ends within a second, whatever is under way; the arbiter waits longer, so that nothing is lost."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        self.cfg.set("graceful_timeout", 1)
        self.app.hurry()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        self.handle_exit(sig, frame)


class _Server(BaseApplication):
    """gunicorn with our settings alone: no command line, no files."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._world: World | None = None
        self._catcher: Controller | None = None
        super().__init__()

    def load_config(self) -> None:
        choices: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._settings.port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": _Worker,
            "worker_connections": CONNECTIONS,
            "keepalive": 75,
            "graceful_timeout": END_SECONDS,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "pre_fork": self._before_fork,
            "post_fork": _end_with_parent,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = create_sandbox(self._settings)
        self._world = app.extensions["world"]
        return app

    def hurry(self) -> None:
        """Wake what waits for a fault's or a slow line's seconds to pass."""
        if self._world:
            self._world.closing.set()

    def _before_fork(self, arbiter: Arbiter, worker: ThreadWorker) -> None:
        setproctitle(TITLE)

    def _begin(self, worker: ThreadWorker) -> None:
        setproctitle(TITLE)
        if self._world:
            self._catcher = start_catcher(self._world.letters, self._settings.smtp_port)

    def _end(self, arbiter: Arbiter, worker: ThreadWorker) -> None:
        if self._catcher:
            self._catcher.stop()
        if self._world:
            self._world.close()


def _end_with_parent(arbiter: Arbiter, worker: ThreadWorker) -> None:
    """Have the kernel end the worker when the arbiter is killed, so that a restart finds its ports free."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(settings: SandboxSettings) -> None:
    """Serve until SIGTERM or SIGINT."""
    _Server(settings).run()
