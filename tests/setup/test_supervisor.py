"""What watches over the programs of one machine."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config import ROOT
from tests.setup.waiting import wait_for

# A program that says its number, then waits; asked to end, it says good-bye and ends.
POLITE = """
import os, signal, sys, time
def bye(*_):
    print("bye", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, bye)
print("pid", os.getpid(), flush=True)
while True:
    time.sleep(600)
"""

# A program that does not want to hear of its end.
STUBBORN = POLITE.replace(
    "signal.signal(signal.SIGTERM, bye)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
)

# A program that ends as soon as it has begun.
SHORT = "print('here and gone', flush=True); raise SystemExit(3)"

# A program that starts another one, which goes into a process group of its own, as a worker's horse does.
PARENT = """
import os, signal, subprocess, sys, time
polite = os.path.join(os.path.dirname(__file__), "polite.py")
child = subprocess.Popen([sys.executable, polite], preexec_fn=os.setpgrp)
print("pid", os.getpid(), flush=True)
while True:
    time.sleep(600)
"""


class Run:
    """A supervisor at work on a folder of small programs."""

    def __init__(self, folder: Path, last: str, limit: float) -> None:
        self.output = folder / "output.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.setup.run_programs", str(folder), last, str(limit)],
                cwd=ROOT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def pids(self, name: str) -> list[int]:
        return [int(pid) for pid in re.findall(rf"^{name} +│ pid (\d+)$", self.text, re.MULTILINE)]

    def wait_for_pid(self, name: str, count: int = 1) -> int:
        wait_for(lambda: len(self.pids(name)) >= count, f"start {count} of {name}")
        return self.pids(name)[count - 1]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=120)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Run]]:
    """Starts a supervisor over programs given by name; ends whatever is left afterwards."""
    runs: list[Run] = []

    def begin(last: str = "", limit: float = 60.0, **programs: str) -> Run:
        (folder / "polite.py").write_text(POLITE)
        for name, code in programs.items():
            (folder / f"{name}.py").write_text(code)
        python = shlex.quote(sys.executable)
        lines = (f"{name}: {python} {folder}/{name}.py\n" for name in programs)
        (folder / "Procfile").write_text("# comment\n\n" + "".join(lines))
        runs.append(Run(folder, last, limit))
        return runs[-1]

    yield begin
    for run in runs:
        pids = [int(pid) for pid in re.findall(r"pid (\d+)$", run.text, re.MULTILINE)]
        for pid in (run.process.pid, *pids):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        run.process.wait()


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_each_line_stands_behind_the_name_of_its_program(start):
    run = start(one=POLITE, another="print('first\\nsecond', flush=True); import time; time.sleep(600)")
    wait_for(lambda: "second" in run.text, "the second line")
    run.wait_for_pid("one")

    # A line of another program may stand between two of one.
    assert re.findall(r"^another │ (.+)$", run.text, re.MULTILINE) == ["first", "second"]
    assert re.search(r"^one     │ pid \d+$", run.text, re.MULTILINE)


def test_a_file_gets_no_colours(start):
    run = start(one=POLITE)
    run.wait_for_pid("one")

    assert "\033" not in run.text


def test_what_dies_is_started_again(start):
    run = start(one=POLITE, other=POLITE)
    first, other = run.wait_for_pid("one"), run.wait_for_pid("other")

    os.kill(first, signal.SIGKILL)
    second = run.wait_for_pid("one", count=2)

    assert is_alive(second)
    assert is_alive(other)
    assert "ended (signal SIGKILL)" in run.text


def test_what_dies_at_once_again_and_again_waits_longer_each_time(start):
    run = start(one=SHORT)

    wait_for(lambda: "again in 2 s" in run.text, "the fourth death")

    waits = re.findall(
        r"ended \(exit code 3\) after [\d.]+ s; starting it again (.+)$", run.text, re.MULTILINE
    )
    assert waits[:4] == ["now", "in 0.5 s", "in 1 s", "in 2 s"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_in_order(start, number):
    run = start(one=POLITE, other=POLITE)
    pids = [run.wait_for_pid("one"), run.wait_for_pid("other")]

    code = run.end(number)

    assert code == 0
    assert run.text.count("│ bye") == 2
    assert not any(map(is_alive, pids))


def test_ctrl_c_for_the_whole_group_lets_the_programs_finish(start):
    run = start(one=POLITE)
    pid = run.wait_for_pid("one")

    os.killpg(run.process.pid, signal.SIGINT)

    assert run.process.wait(timeout=120) == 0
    assert "│ bye" in run.text
    assert not is_alive(pid)


def test_what_does_not_listen_is_ended_by_force(start):
    run = start(one=STUBBORN, limit=0.5)
    pid = run.wait_for_pid("one")

    assert run.end() == 0
    assert not is_alive(pid)


def test_what_a_program_has_started_ends_too(start):
    run = start(one=PARENT, limit=0.5)
    run.wait_for_pid(
        "one", count=2
    )  # the second number is the child's, which speaks through its parent's pipe
    pids = run.pids("one")

    run.end()

    wait_for(lambda: not any(map(is_alive, pids)), "the end of the child")


def test_what_others_need_ends_after_them(start):
    run = start("network", network=POLITE, one=POLITE.replace('print("bye"', 'time.sleep(1); print("bye"'))
    run.wait_for_pid("network")
    run.wait_for_pid("one")

    run.end()

    assert re.findall(r"^(\w+) +│ bye", run.text, re.MULTILINE) == ["one", "network"]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a process of its parent's end"
)
def test_nobody_is_left_when_the_supervisor_is_killed(start):
    run = start(one=POLITE, other=POLITE)
    pids = [run.wait_for_pid("one"), run.wait_for_pid("other")]

    run.process.kill()

    wait_for(lambda: not any(map(is_alive, pids)), "the end of the programs")


def test_the_next_start_ends_what_a_killed_supervisor_left_behind(start):
    run = start(one=STUBBORN)
    left = run.wait_for_pid("one")
    run.process.kill()
    run.process.wait()
    assert is_alive(left)

    start(one=POLITE).wait_for_pid("one")

    wait_for(lambda: not is_alive(left), "the end of what was left")


def test_a_number_that_now_belongs_to_another_program_is_left_alone(start, folder):
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    (folder / "run.json").write_text(f'{{"{stranger.pid}": 1.0}}')

    start(one=POLITE).wait_for_pid("one")

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
