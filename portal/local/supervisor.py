"""Watches over programs: starts them, shows what they print, starts again what dies, ends all of them."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

import psutil

from portal.local.console import Console, Gone
from portal.local.sessions import Sessions
from portal.tied import wrap

WAITS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before each further start of what keeps dying
SETTLED = 10.0  # seconds; what lived longer than this has not died at once
TURN = 0.2
AGAIN = 0.5
KILL_LIMIT = 2.0
LONGEST_LINE = 16_384


@dataclass
class Program:
    """One program to keep alive; `leaves_last` ones end after the others, which may still talk to them."""

    name: str
    command: str
    environ: Mapping[str, str]
    leaves_last: bool = False
    process: subprocess.Popen[bytes] | None = None
    begun_at: float = 0.0
    due_at: float = 0.0
    deaths: int = 0

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Task:
    """A command that comes to an end by itself, and what it has printed so far."""

    process: subprocess.Popen[bytes] | None = None
    lines: list[str] = field(default_factory=list)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def exit_code(self) -> int:
        """How it ended; 1 when a signal ended it."""
        code = self.process.poll() if self.process else None
        return code if code and code > 0 else 1


@dataclass
class _Pipe:
    name: str
    show: Callable[[str, str], None]
    rest: bytes = b""

    def take(self, chunk: bytes) -> None:
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if len(self.rest) > LONGEST_LINE:
            lines, self.rest = [*lines, self.rest], b""
        for line in lines:
            self.show(self.name, line.decode(errors="replace").rstrip("\r"))

    def close(self) -> None:
        if self.rest:
            self.take(b"\n")


@dataclass
class Supervisor:
    """One loop without threads: a process that is told when its parent's *thread* ends wants it so."""

    console: Console
    sessions: Sessions
    programs: list[Program] = field(default_factory=list)
    is_ending: bool = False
    is_hurried: bool = False
    asked_at: float = 0.0

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        wake, signalled = os.pipe()
        for end in (wake, signalled):
            os.set_blocking(end, False)
        self.selector.register(wake, selectors.EVENT_READ, None)
        self._wakeup = signalled

    def listen(self) -> None:
        """Take SIGINT and SIGTERM as the wish to end; a second one as the wish to end now."""
        signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only wakes the loop
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_end)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants us to stay
            signal.signal(signal.SIGHUP, self._asked_to_end)

    def add(self, program: Program) -> None:
        self.console.introduce([program.name])
        self.programs.append(program)
        self._start(program)

    def begin(self, command: str, environ: Mapping[str, str]) -> Task:
        """Start a command that comes to an end by itself; what it prints is kept."""
        task = Task()
        task.process = self._spawn(command, environ, _Pipe("", lambda _, line: task.lines.append(line)))
        return task

    def wait(self, task: Task, until: Callable[[], bool]) -> None:
        """Watch over everything until something is so, the task has ended, or we are asked to end."""
        while not until() and task.is_alive() and not self.is_ending:
            self.turn()
        while self._pump(0):  # its last words may lie in the pipe still
            pass

    def turn(self, seconds: float = TURN) -> None:
        """Show what was printed meanwhile, and start again what died."""
        self._pump(seconds)
        for program in self.programs:
            if self.is_ending or program.is_alive():
                continue
            if program.process is not None:
                self._bury(program)
            elif time.monotonic() >= program.due_at:
                self._start(program)

    def stop(self, limit: float) -> None:
        """End everything: politely, and by force what is still there after the limit."""
        self.is_ending = True
        last = {program.process.pid for program in self.programs if program.process and program.leaves_last}
        self._end(self.sessions.begun.keys() - last, limit)
        self._end(last, limit)
        self.sessions.forget()

    def _start(self, program: Program) -> None:
        show = self.console.line_of
        # `exec`, so that the signals we send reach the program and not a shell around it.
        program.process = self._spawn(f"exec {program.command}", program.environ, _Pipe(program.name, show))
        program.begun_at = time.monotonic()

    def _spawn(self, command: str, environ: Mapping[str, str], pipe: _Pipe) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            wrap(["/bin/sh", "-c", command], signal.SIGTERM),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            start_new_session=True,  # Ctrl-C comes to us alone, and we end everything in order
        )
        self.sessions.add(process.pid)
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
            self.selector.register(process.stdout, selectors.EVENT_READ, pipe)
        return process

    def _bury(self, program: Program) -> None:
        code = program.process.returncode if program.process else 0
        # What a killed master leaves behind would keep its port from the next one.
        for orphan in self.sessions.members({program.process.pid} if program.process else set()):
            with suppress(psutil.NoSuchProcess):
                orphan.kill()
        lived = time.monotonic() - program.begun_at
        program.deaths = 1 if lived > SETTLED else program.deaths + 1
        wait = WAITS[min(program.deaths, len(WAITS)) - 1]
        program.process, program.due_at = None, time.monotonic() + wait
        when = f"in {wait:g} s" if wait else "now"
        self.console.line_of(
            program.name, f"ended ({_fate(code)}) after {lived:.1f} s; starting it again {when}"
        )

    def _end(self, leaders: Collection[int], limit: float) -> None:
        for process in self.sessions.members(leaders):
            if process.pid in leaders:  # what these have started is theirs to end
                process.terminate()
        for process in self._left_after(limit, leaders):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._left_after(KILL_LIMIT, leaders)
        while self._pump(0):
            pass

    def _left_after(self, limit: float, leaders: Collection[int]) -> list[psutil.Process]:
        """What still lives in these sessions when the limit is over, or nothing as soon as nothing does."""
        deadline = time.monotonic() + limit
        while left := self.sessions.members(leaders):
            if self.is_hurried or time.monotonic() >= deadline:
                break
            self._pump(0.05)
            for program in self.programs:
                program.is_alive()  # asks for its exit code, without which it stays as a zombie
        return left

    def _pump(self, seconds: float) -> bool:
        """Show what the programs printed; wait for it up to so many seconds. Whether there was anything."""
        found = False
        for key, _ in self.selector.select(seconds):
            pipe: _Pipe | None = key.data
            with suppress(BlockingIOError):
                chunk = os.read(key.fd, 65_536)
                found = found or pipe is not None
                if pipe is not None:
                    self._show(pipe, chunk, key.fileobj)
        return found

    def _show(self, pipe: _Pipe, chunk: bytes, source: object) -> None:
        try:
            pipe.take(chunk) if chunk else pipe.close()
        except Gone:
            self.is_ending = True
        if not chunk:
            self.selector.unregister(source)  # type: ignore[arg-type]
            source.close()  # type: ignore[attr-defined]

    def _asked_to_end(self, number: int, _frame: FrameType | None) -> None:
        # A SIGTERM to a group comes twice, for make passes its own on. A second Ctrl-C means impatience.
        again = self.is_ending and time.monotonic() - self.asked_at > AGAIN
        self.is_hurried = self.is_hurried or (again and number == signal.SIGINT)
        if not self.is_ending:
            self.is_ending, self.asked_at = True, time.monotonic()


def _fate(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
