"""`python -m portal.local run`: the whole portal on this machine, until it is asked to end."""

import fcntl
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from setproctitle import setproctitle

from config import ROOT, stop_on_bad_settings
from portal.embedded import ServerFailed
from portal.local import procfile, settings
from portal.local.console import Console, Gone
from portal.local.release import DONE, PREFIX
from portal.local.servers import Servers
from portal.local.sessions import Sessions
from portal.local.settings import Local
from portal.local.supervisor import Program, Supervisor, Task
from portal.local.welcome import Welcome
from portal.tied import follow_parent

GRACE = 8.0  # seconds for programs to finish what they hold
TAKE_OVER = 15.0  # seconds for a run that is just ending
PRACTICE_NETWORK = "python -m portal.sandbox"

# What each step of the release is called while it runs; any other is shown as it is written.
STEPS = {
    "db upgrade": "Database is up to date",
    "keys": "Keys are all there",
    "specialities": "Specialities are loaded",
    "admin": "Administrator is there",
    "demo": "Demo data is there",
}


class AlreadyRunning(Exception):
    """Another run has this folder."""


class StepFailed(Exception):
    """A step of the release went wrong; holds what it printed and its exit code."""

    def __init__(self, printed: str, code: int) -> None:
        super().__init__(printed)
        self.code = code


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; wait a little for one that is just ending."""
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + TAKE_OVER
    with (folder / "run.lock").open("a+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                is_ending = (folder / "run.ending").exists()
                if not is_ending or time.monotonic() > deadline:
                    raise AlreadyRunning(
                        f"The portal runs already in {folder}. End it, or set INSTANCE_DIR to another folder."
                    ) from None
                time.sleep(0.1)
        try:
            (folder / "run.ending").unlink(missing_ok=True)
            yield
        finally:
            (folder / "run.ending").unlink(missing_ok=True)


def programs(environ: dict[str, str]) -> list[Program]:
    """What production runs."""
    commands = procfile.read(ROOT / "Procfile")
    return [Program(name, command, environ) for name, command in commands.items() if name != "release"]


def more_publishers(environ: dict[str, str]) -> list[Program]:
    """Those beside the first, which share a crowd with it."""
    command = procfile.read(ROOT / "Procfile")["publisher"]
    numbers = range(2, procfile.publishers() + 1)
    return [Program(f"publisher{number}", command, environ) for number in numbers]


def release(supervisor: Supervisor, local: Local, environ: dict[str, str]) -> None:
    """Bring the database up to date, each step shown on its own."""
    steps = [
        step.removeprefix(PREFIX) for step in procfile.steps(procfile.read(ROOT / "Procfile")["release"])
    ]
    if local.config.demo_data:
        steps.append("demo")
    task = supervisor.begin(shlex.join(["python", "-m", "portal.local.release", *steps]), environ)
    for number, step in enumerate(steps, start=1):
        with supervisor.console.step(STEPS.get(step, step)):
            supervisor.wait(task, until=partial(_is_done, task, number))
            if supervisor.is_ending:
                raise Gone
            if not _is_done(task, number):
                raise StepFailed("\n".join(_said_since_last_step(task)), task.exit_code())


def _said_since_last_step(task: Task) -> list[str]:
    done = [number for number, line in enumerate(task.lines) if line == DONE]
    return task.lines[done[-1] + 1 :] if done else task.lines


def _is_done(task: Task, steps: int) -> bool:
    return task.lines.count(DONE) >= steps


def run(console: Console) -> None:
    """Start everything in order, watch over it, and leave nothing behind."""
    begun_at = time.monotonic()
    local = settings.read()
    folder = local.config.instance_dir
    with only_run(folder):
        sessions = Sessions(folder / "run.json")
        left = sessions.end_leftovers()
        if left:
            console.say(f"  Ended {left} processes that a former run had left behind.")
        settings.check_ports(local)
        supervisor = Supervisor(console, sessions)
        supervisor.listen()
        servers = Servers(local.config, console)
        try:
            servers.start(give_up=lambda: supervisor.is_ending)
            environ = local.environ | servers.environ
            if local.has_own_practice_network:  # first of all, because the demo data come from it
                supervisor.add(Program("practice", PRACTICE_NETWORK, environ, leaves_last=True))
            release(supervisor, local, environ)
            for program in programs(environ):
                supervisor.add(program)
            welcome = Welcome(console, local, begun_at)
            later = more_publishers(environ)
            while not supervisor.is_ending:
                supervisor.turn()
                servers.revive()
                welcome.look()
                if welcome.is_said and later:  # nobody waits for these at the start
                    supervisor.add(later.pop(0))
        except ServerFailed:
            if not supervisor.is_ending:  # else it was only not waited for
                raise
        finally:
            (folder / "run.ending").touch()
            with suppress(Gone):
                console.say("\n  Ending …")
            supervisor.stop(GRACE)
            servers.stop()


def main(arguments: list[str]) -> int:
    if arguments != ["run"]:
        sys.stderr.write("Say: python -m portal.local run\n")
        return 2
    setproctitle("portal: supervisor")
    if os.environ.get("MAKELEVEL"):
        follow_parent(signal.SIGTERM, os.getppid())  # `make` is only our clothes: without it we end
    console = Console()
    try:
        with stop_on_bad_settings():
            run(console)
    except Gone:
        return 0
    except StepFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return failed.code
    except AlreadyRunning as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    except ServerFailed as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
