"""What a run has started, found again by session: a child may change its title and group, but stays in there.

The list is also kept in a file, for the next run to find what a killed one left behind.
"""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import psutil

END_LIMIT = 3.0  # seconds for what a killed run left behind
CLOCKS_DIFFER = 2.0  # a start time is reckoned from the machine's, which may be set a little


class Sessions:
    """The sessions that one run has begun: the number of the process that leads each, and when it began."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.begun: dict[int, float] = {}

    def add(self, pid: int) -> None:
        """Remember the session that this process leads."""
        with suppress(psutil.NoSuchProcess):
            self.begun[pid] = psutil.Process(pid).create_time()
            self._write()

    def members(self, sessions: Collection[int] | None = None) -> list[psutil.Process]:
        """Whatever lives in these sessions, or in all of this run's."""
        wanted = self.begun.keys() if sessions is None else self.begun.keys() & sessions
        return [process for pid in psutil.pids() if (process := self._member(pid, wanted))]

    def forget(self) -> None:
        """Nothing is left of this run."""
        self.begun.clear()
        self.file.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what a run before this one left behind, by force if need be; say how many there were."""
        try:
            self.begun = {int(pid): begun for pid, begun in json.loads(self.file.read_text()).items()}
        except (FileNotFoundError, ValueError):  # a half-written list is as good as none
            return 0
        left = self.members()
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        for process in psutil.wait_procs(left, timeout=END_LIMIT)[1]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.forget()
        return len(left)

    def _member(self, pid: int, wanted: Collection[int]) -> psutil.Process | None:
        try:
            session = os.getsid(pid)
            if session not in wanted:
                return None
            process = psutil.Process(pid)
            # A later process may have been given the number of a leader long gone.
            is_ours = (
                self._leads_as_noted(session) and process.create_time() >= self.begun[session] - CLOCKS_DIFFER
            )
            return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None
        except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            return None

    def _leads_as_noted(self, session: int) -> bool:
        try:
            return abs(psutil.Process(session).create_time() - self.begun[session]) <= CLOCKS_DIFFER
        except psutil.NoSuchProcess:
            return True

    def _write(self) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(self.begun))
        part.replace(self.file)
