"""Real processes of the portal, started quickly, to be killed and frozen."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The program that forks the others: the imports of a dozen workers would cost more than the tests."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()  # it is ready

    def start(self, module: str, *words: str, environ: dict[str, str], log: Path) -> "Program":
        pid = self._order({"start": [module, *words], "environ": environ, "log": str(log)})
        return Program(self, pid, module, words)

    def poll(self, pid: int) -> int | None:
        return self._order({"poll": pid})

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    def _order(self, order: dict[str, Any]) -> Any:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())


@dataclass
class Program:
    """One running process; `words` are what it was started with."""

    nursery: Nursery
    pid: int
    module: str
    words: tuple[str, ...]
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, the negative number of a signal; None while it lives."""
        if self.returncode is None:
            self.returncode = self.nursery.poll(self.pid)
        return self.returncode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it, frozen or not."""
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)

    @property
    def is_frozen(self) -> bool:
        return self.poll() is None and psutil.Process(self.pid).status() == psutil.STATUS_STOPPED
