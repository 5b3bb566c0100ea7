"""The whole portal as make run starts it: up, hit, healed, ended."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config import ROOT
from portal import embedded
from tests.setup.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(600)]

UP_LIMIT = 180.0  # a busy machine with two cores takes its time


class WholeRun:
    """One `python -m portal.local run` and what it says."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.port = int(environ["PORT"])
        self.output = folder / "output.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.local", "run"],
                cwd=ROOT,
                env={**os.environ, **environ, "INSTANCE_DIR": str(folder / "instance"), "DEMO_DATA": "0"},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait_until_up(self) -> None:
        wait_for(
            lambda: "ends everything" in self.text or self.process.poll() is not None, "the start", UP_LIMIT
        )
        assert self.process.poll() is None, self.text
        # On a busy machine it gives up saying so, and is ready all the same a while later.
        wait_for(self.is_ready, "health", UP_LIMIT)

    def programs(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def titled(self, title: str) -> psutil.Process:
        """The living program of that title: one that was just started has none yet."""
        return wait_for(lambda: self._living(title), f"a program titled {title!r}", UP_LIMIT)

    def _living(self, title: str) -> psutil.Process | None:
        for each in self.programs():
            with suppress(psutil.NoSuchProcess):
                if " ".join(each.cmdline()).startswith(title):
                    return each
        return None


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], WholeRun]]:
    """Starts the portal with ports of its own; ends whatever is left afterwards."""
    environ = {name: str(free_port()) for name in ("PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT")}
    runs: list[WholeRun] = []

    def begin(**more: str) -> WholeRun:
        runs.append(WholeRun(folder, environ | more))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(timeout=120)
    for server in (embedded.postgres(folder / "instance"), embedded.valkey(folder / "instance")):
        server.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_everything_heals_starts_again_after_a_power_cut_and_ends(start):
    run = start()
    run.wait_until_up()

    for title in ("portal: worker (publish)", "portal: scheduler", "portal: practice network"):
        run.titled(title).kill()
    for server in (embedded.postgres(run.folder / "instance"), embedded.valkey(run.folder / "instance")):
        os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: run.text.count("ended (signal SIGKILL)") == 3, "the news of three deaths", UP_LIMIT)
    wait_for(run.is_ready, "health", UP_LIMIT)

    cut_power(run)
    second = start()
    second.wait_until_up()
    assert answers_to_a_huge_body_and_the_next_call(second) == [413, 200]

    programs = second.programs()
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(timeout=120) == 0
    assert not [each for each in programs if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def answers_to_a_huge_body_and_the_next_call(run: WholeRun) -> list[int]:
    """What one connection hears that sends more than anybody reads, and then goes on."""
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=60)
    body = b'{"email": "' + b"a" * 5_000_000 + b'"}'
    calls = [("POST", "/api/v1/auth/login", body), ("GET", "/health", None)]
    heard = []
    for method, path, sent in calls:
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        heard.append(answer.status)
    connection.close()
    return heard


def cut_power(run: WholeRun) -> None:
    """End everything at once: all are stopped first, lest one starts what another has just lost."""
    family = [psutil.Process(run.process.pid)]
    family[0].suspend()
    family += run.programs()
    for act in (psutil.Process.suspend, psutil.Process.kill):
        for process in family:
            # Some end by themselves as soon as the one that they belong to is gone.
            with suppress(psutil.NoSuchProcess):
                act(process)
    run.process.wait()


def test_a_setting_that_only_a_later_step_can_judge_is_one_sentence_too(start):
    run = start(ADMIN_EMAIL="carla@clinic.example", ADMIN_PASSWORD="short")

    assert run.process.wait(timeout=UP_LIMIT) == 2
    assert run.text.splitlines()[-1] == "ADMIN_PASSWORD must be from 12 to 128 characters long."
