"""Starts the practice network as a process of its own, for tests and measurements."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import urllib3

# Only what fails takes that long: a machine under load may take twenty times its usual second.
READY_SECONDS = 120.0


@dataclass
class RunningSandbox:
    """A practice network that answers at `url` and takes letters at `smtp_port`."""

    url: str
    smtp_port: int
    process: subprocess.Popen[bytes]

    def stop(self, limit_seconds: float = 60.0) -> int:
        """End it as the supervisor does; gives its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(limit_seconds)

    def kill(self) -> None:
        """End it as a power cut would, the whole family; nobody answers any more when this returns."""
        family = _children(self.process.pid)
        self.process.kill()  # first, or it would start another child
        for child in family:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(family, timeout=60)
        self.process.wait()


def start_sandbox(
    folder: Path,
    port: int = 0,
    smtp_port: int = 0,
    public_url: str = "http://127.0.0.1:8000",
    delay_ms: int = 0,
) -> RunningSandbox:
    """Start one with its state under `folder`; it answers when this returns. Ports are free unless named."""
    port, smtp_port = port or free_port(), smtp_port or free_port()
    url = f"http://127.0.0.1:{port}"
    environ = os.environ | {
        "SANDBOX_PORT": str(port),
        "SANDBOX_SMTP_PORT": str(smtp_port),
        "INSTANCE_DIR": str(folder.resolve()),
        "PUBLIC_URL": public_url,
        "SANDBOX_URL": url,
        "SANDBOX_DELAY_MS": str(delay_ms),
    }
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen([sys.executable, "-m", "portal.sandbox"], env=environ, cwd=root)
    running = RunningSandbox(url, smtp_port, process)
    try:
        _wait_until_ready(running)
    except BaseException:
        running.kill()
        raise
    return running


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(running: RunningSandbox) -> None:
    deadline = time.monotonic() + READY_SECONDS
    http = urllib3.PoolManager(retries=False, timeout=1.0)
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            raise RuntimeError(f"the practice network ended with {running.process.returncode}")
        try:
            if http.request("GET", f"{running.url}/_/health").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)
    raise TimeoutError(f"the practice network did not answer within {READY_SECONDS:g} s")


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
