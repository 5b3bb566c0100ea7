"""Serves an app by gunicorn with the portal's own settings, for as long as it is measured."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config import ROOT
from portal.tied import wrap

START_LIMIT = 120.0
PORTAL = "wsgi:app"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: str, path: str, environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """The port on which the app answers, and the number of the process that holds it."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", app]
    if app != PORTAL:
        command += ["-c", "tests/bench/bare_server.py"]
    server = subprocess.Popen(
        wrap(command, signal.SIGTERM), cwd=ROOT, env={**os.environ, **environ, "PORT": str(port)}
    )
    try:
        _wait(server, port, path)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(server: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.monotonic() + START_LIMIT
    while server.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"{path} did not answer with 200 within {START_LIMIT:g} s")
