"""Starts the portal's programs without waiting for their imports: `python -m tests.faults.nursery`.

It loads what they need once and forks; each child then runs its module as `python -m MODULE` would. Orders
are lines of JSON: {"start": [MODULE, WORD, …], "environ": {…}, "log": PATH} is answered with a process's
number, {"poll": NUMBER} with its exit code, or null while it lives. When they end, everything is ended.
"""

import json
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rq
import rq_scheduler
import setproctitle

import portal
from portal import clock, jobs
from portal.publishing import faults

# Imported for the children's sake.
LOADED = (rq, rq_scheduler, setproctitle, portal, jobs)

# The name of a file with seconds by which a child's clock is wrong; it may change while the child lives.
CLOCK = "TEST_CLOCK_IS_WRONG_BY"


class Nursery:
    """The children that were started and how those that ended have ended."""

    def __init__(self) -> None:
        self.living: set[int] = set()
        self.ended: dict[int, int] = {}

    def obey(self, order: dict[str, Any]) -> int | None:
        if "poll" in order:
            self.reap()
            return self.ended.get(order["poll"])
        return self.start(order["start"], order["environ"], order["log"])

    def start(self, words: list[str], environ: dict[str, str], log: str) -> int:
        pid = os.fork()
        if pid == 0:
            live(words, environ, log)
        self.living.add(pid)
        return pid

    def reap(self) -> None:
        for pid in list(self.living):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self.living.remove(pid)
                self.ended[pid] = os.waitstatus_to_exitcode(status)

    def end(self) -> None:
        for pid in self.living:
            os.kill(pid, signal.SIGKILL)


def live(words: list[str], environ: dict[str, str], log: str) -> None:
    """Be the program; never returns."""
    code = 1
    try:
        become(environ, log)
        sys.argv = list(words)
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def become(environ: dict[str, str], log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((0, nothing), (1, file), (2, file)):
        os.dup2(new, old)
    os.environ.clear()
    os.environ.update(environ)
    # What a fresh process reads while it imports.
    faults.folder = faults.folder_of(environ)
    if CLOCK in environ:
        turn_clock(Path(environ[CLOCK]))


def turn_clock(file: Path) -> None:
    """Let this process's clocks be wrong by as much as the file says."""
    right_now: Callable[[], datetime] = clock.now
    right_time = time.time

    def wrong_by() -> float:
        return float(file.read_text() or 0)

    clock.now = lambda: right_now() + timedelta(seconds=wrong_by())
    time.time = lambda: right_time() + wrong_by()


def main() -> None:
    nursery = Nursery()
    answer(None)
    for line in sys.stdin:
        answer(nursery.obey(json.loads(line)))
    nursery.end()


def answer(number: int | None) -> None:
    sys.stdout.write(f"{json.dumps(number)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
