"""A portal of real processes over servers of its own, with a network that answers in 50 ms.

PostgreSQL keeps its promises here as in production: it waits for the disk at every commit.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import urllib3
from redis import Redis

from config import ROOT, Config
from portal import create_app, embedded
from portal.embedded import Postgres
from portal.extensions import db
from portal.tied import wrap
from tests.bench.serving import free_port
from tests.databases import Databases

ANSWER_MS = 50
READY_SECONDS = 120.0
END_SECONDS = 15.0


@dataclass
class Stand:
    """What the sections measure. `redis` and the database are this stand's own."""

    environ: dict[str, str]
    server: Postgres
    databases: Databases
    redis: Redis
    network: "subprocess.Popen[bytes]"
    network_url: str
    log: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def start(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        """A process of the portal; it ends with this one."""
        command = wrap([sys.executable, "-m", module, *words], signal.SIGTERM)
        # A line for each post is written here as in production, and read by nobody.
        with self.log.open("ab") as log:
            environ = {**os.environ, **self.environ}
            process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def publishers(self, count: int = 1) -> list["subprocess.Popen[bytes]"]:
        """So many workers that publish, listening when this returns."""
        begun = [self.start("portal.worker", "publish") for _ in range(count)]
        pids = {str(process.pid) for process in begun}
        self.until(lambda: pids <= self._listening(), "the workers listen")
        return begun

    def scheduler(self) -> "subprocess.Popen[bytes]":
        process = self.start("portal.scheduler")
        self.until(lambda: self.redis.keys("portal:scheduler:*"), "the scheduler ticks")
        return process

    def _listening(self) -> set[str]:
        return {key.decode().rpartition(":")[2] for key in self.redis.keys("portal:worker:publish:*")}

    def end(self, *processes: "subprocess.Popen[bytes]") -> None:
        """End these politely, all of them when none is named."""
        ending = list(processes or self.processes)
        for process in ending:
            process.terminate()
        for process in ending:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.processes.remove(process)

    def arrivals(self) -> list[tuple[str, float]]:
        """Which text reached the network when, in seconds since 1970."""
        answer = self.http.request("GET", f"{self.network_url}/_/arrivals")
        return [(text, at) for text, at in json.loads(answer.data)]

    def forget_arrivals(self) -> None:
        self.http.request("DELETE", f"{self.network_url}/_/arrivals")

    def until(self, condition: Callable[[], Any], what: str, limit: float = READY_SECONDS) -> Any:
        """Wait until it is so; raises TimeoutError."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.1)  # between two looks
        told = self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""
        raise TimeoutError(f"not within {limit:g} s: {what}\n{told}")

    def cpu_of_database(self) -> float:
        """Seconds of processor time that PostgreSQL has used since its start."""
        pid_file = next(self.server.home.rglob("postmaster.pid"))
        return cpu_of(int(pid_file.read_text().split()[0]), with_children=True)


def cpu_of(pid: int, with_children: bool = False) -> float:
    """Seconds of processor time that a process has used; children that have ended count too."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)] if with_children else [process]
    total = 0.0
    for one in family:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + (times.children_user + times.children_system)
    return total


@contextmanager
def standing() -> Iterator[Stand]:
    """A stand with an app context, without any process of the portal yet."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    server = Postgres(folder / "postgres")
    port = free_port()
    network: subprocess.Popen[bytes] | None = None
    try:
        server.start(tied=True)
        databases = Databases(server)
        with embedded.temporary_valkey() as valkey:
            environ = {
                "DATABASE_URL": databases.copy("bench"),
                "REDIS_URL": valkey.url,
                "INSTANCE_DIR": str(folder / "instance"),
                "SANDBOX_URL": f"http://127.0.0.1:{port}",
                "RATE_LIMITS": "0",
                # The same for all processes, whichever port they take: it stands in what they sign.
                "PUBLIC_URL": "http://127.0.0.1:1",
            }
            command = [sys.executable, "-m", "tests.bench.answering", str(port), str(ANSWER_MS)]
            network = subprocess.Popen(wrap(command, signal.SIGTERM), cwd=ROOT)
            redis = Redis.from_url(valkey.url)
            stand = Stand(environ, server, databases, redis, network, environ["SANDBOX_URL"], folder / "log")
            with create_app(Config.from_env(environ)).app_context():
                try:
                    yield stand
                finally:
                    stand.end()
                    db.session.remove()
                    db.engine.dispose()
    finally:
        if network is not None:
            network.terminate()
            network.wait()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
