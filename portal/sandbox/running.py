"""Starts the practice network as a process of its own, for tests and measurements."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import urllib3

READY_SECONDS = 20.0


@dataclass
class RunningSandbox:
    """A practice network that answers at `url` and takes letters at `smtp_port`."""

    url: str
    smtp_port: int
    process: subprocess.Popen[bytes]

    def stop(self, limit_seconds: float = 10.0) -> int:
        """End it as the supervisor does; gives its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(limit_seconds)

    def kill(self) -> None:
        """End it as a power cut would, the whole family."""
        for child in _children(self.process.pid):
            _kill(child)
        self.process.kill()
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


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
