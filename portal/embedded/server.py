"""A server on a folder of its own, shared by every process that asks for it.

Each server keeps a locked file open for as long as any of its processes live. Whoever gets the lock therefore
knows that nothing runs on the folder, whatever an old pid file says: a killed machine, a pid given to someone
else and two commands at the same moment all come down to who holds the lock.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from portal.embedded.failure import ServerFailed
from portal.embedded.folders import socket_folder, unprivileged_account
from portal.tied import Account, wrap

START_LIMIT = 120.0  # seconds; after a crash PostgreSQL reads its log again, and a busy one is long
STOP_LIMIT = 10.0
PAUSE = 0.03
LOG_BYTES = 5_000_000


class Server:
    """What both servers share: starting once, adopting what runs, ending."""

    title = ""
    end_signal = signal.SIGTERM
    refuses_root = False
    socket_name = ""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.sockets = socket_folder(self.home, self.socket_name)
        self.lock_file = self.home.with_name(f"{self.home.name}.lock")
        self.log_file = self.home.with_name(f"{self.home.name}.log")
        self.account: Account | None = unprivileged_account() if self.refuses_root else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the folder ready; nothing runs on it, for the lock is ours."""
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self, tied: bool = False, give_up: Callable[[], bool] = lambda: False) -> None:
        """Return when the server answers, be it ours or one that ran before.

        A tied server ends with this process; another one stays for whoever comes next.
        """
        try:
            self._start(tied, give_up)
        except PermissionError as refused:
            raise ServerFailed(
                f"{refused.filename} belongs to another user. Start the portal as that user, "
                "or set INSTANCE_DIR to another folder."
            ) from refused

    def revive(self, tied: bool = False) -> None:
        """Start the server when nothing runs, without waiting until it answers."""
        with self._lock_when_free() as lock:
            if lock is not None:
                self.prepare()
                self._launch(lock, tied)

    def is_running(self) -> bool:
        """Whether any process of this server lives, answering or not."""
        if self._process:
            self._process.poll()
        try:
            lock = self.lock_file.open("rb")
        except FileNotFoundError:
            return False
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def stop(self, limit: float = STOP_LIMIT) -> None:
        """End the server in order; by force when it takes longer than the limit."""
        self._signal(self.end_signal)
        if not self._wait_for_end(limit):
            for process in self._tree():
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            if not self._wait_for_end(STOP_LIMIT):
                raise ServerFailed(f"{self.title} on {self.home} does not end.")
        self._remove_short_folder()

    @property
    def pid(self) -> int | None:
        """The server's process, as noted in the locked file."""
        if not self.is_running():
            return None
        text = self.lock_file.read_text()
        return int(text) if text.strip().isdecimal() else None

    def _start(self, tied: bool, give_up: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT
        self.home.parent.mkdir(parents=True, exist_ok=True)
        while not self.answers():
            self.revive(tied)
            if self._process and self._process.poll() is not None:
                raise ServerFailed(f"{self.title} did not start. {self._last_words()}")
            if give_up() or time.monotonic() > deadline:
                raise ServerFailed(f"{self.title} does not answer. {self._last_words()}")
            time.sleep(PAUSE)

    @contextmanager
    def _lock_when_free(self) -> Iterator[int | None]:
        """The lock, or None while the server runs or another process is just starting it."""
        lock = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            yield None
            return
        try:
            yield lock
        finally:
            os.close(lock)  # closed, not unlocked: a server that was launched meanwhile inherited it

    def _remove_short_folder(self) -> None:
        if self.sockets != self.home and self.home.parent.exists():
            with self._lock_when_free() as lock:
                if lock is not None:
                    shutil.rmtree(self.sockets, ignore_errors=True)

    def _launch(self, lock: int, tied: bool) -> None:
        self._turn_log()
        command = self.command()
        if tied:
            command = wrap(command, self.end_signal, self.account)
        self._process = self._run(command, as_ourselves=tied, lock=lock)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{self._process.pid}\n".encode(), 0)

    def _run(
        self, command: list[str], as_ourselves: bool = False, lock: int | None = None
    ) -> subprocess.Popen[bytes]:
        account = None if as_ourselves else self.account
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                pass_fds=() if lock is None else (lock,),
                start_new_session=True,  # Ctrl-C is for whoever started it, who then ends it in order
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    def _turn_log(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()[-5:] if self.log_file.exists() else []
        return "\n".join([f"The end of {self.log_file}:", *(f"  {line}" for line in lines)])

    def _signal(self, number: int) -> None:
        pid = self.pid
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _tree(self) -> list[psutil.Process]:
        pid = self.pid
        if not pid:
            return []
        try:
            process = psutil.Process(pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _wait_for_end(self, limit: float) -> bool:
        deadline = time.monotonic() + limit
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True
