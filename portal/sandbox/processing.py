"""Networks work for a while on what was uploaded: here for so many questions, or so many seconds."""

import threading
import time

WORKING = "working"
DONE = "done"
FAILED = "failed"


class Processing:
    """What is being worked on, in memory: after a restart all of it is done."""

    def __init__(self, polls: int, seconds: float) -> None:
        self._polls = polls
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked: dict[str, int] = {}
        self._began: dict[str, float] = {}
        self._failing: set[str] = set()

    def begin(self, id: str, is_broken: bool = False) -> None:
        """Start working on a file; a broken one fails in the end."""
        with self._lock:
            self._asked[id], self._began[id] = 0, time.monotonic()
            if is_broken:
                self._failing.add(id)

    def ask(self, id: str) -> tuple[str, int]:
        """How far it is, and how often that was asked before."""
        with self._lock:
            asked = self._asked.get(id, self._polls)
            self._asked[id] = asked + 1
        return self._state(id, asked), asked

    def state(self, id: str) -> str:
        """How far it is; looking on the side counts as no question."""
        return self._state(id, self._asked.get(id, self._polls))

    def _state(self, id: str, asked: int) -> str:
        waited = time.monotonic() - self._began.get(id, 0.0)
        if asked < self._polls and waited < self._seconds:
            return WORKING
        return FAILED if id in self._failing else DONE
