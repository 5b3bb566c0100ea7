"""Memory on disk: records written behind the answers by one thread, in one SQLite file.

The networks are asked for thousands of posts a second, so the requests of one moment share a commit.
Every answer waits for its own (settle_mine, after each request): a killed process has lost nothing
that it acknowledged. A letter, which comes by no request, calls settle() itself.
"""

import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

LINGER_SECONDS = 0.02
RETRY_SECONDS = 1.0
LARGEST_BATCH = 5000

log = logging.getLogger(__name__)

Record = dict[str, Any]


class _Step(NamedTuple):
    kind: str
    key: str | None = None
    record: Record | None = None
    settled: threading.Event | None = None


class Journal:
    """Keeps JSON records by kind and key, and gives them back after a restart."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS records"
            " (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )
        self._steps: queue.SimpleQueue[_Step | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._urgent = threading.Event()
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._begun = threading.Lock()
        # Whether this thread has said something that may not be on disk yet.
        self._mine = threading.local()

    def load(self, kind: str) -> Iterator[Record]:
        """Every record of a kind, oldest key first; to be asked before the first keep()."""
        rows = self._database.execute("SELECT body FROM records WHERE kind = ? ORDER BY key", (kind,))
        for (body,) in rows.fetchall():
            yield json.loads(body)

    def keep(self, kind: str, key: str, record: Record) -> None:
        """Remember a record soon; the caller hands over a dictionary that nobody changes afterwards."""
        self._put(_Step(kind, key, record))

    def drop(self, kind: str, key: str) -> None:
        self._put(_Step(kind, key))

    def drop_all(self, kind: str) -> None:
        self._put(_Step(kind))

    def settle(self, limit_seconds: float = 5.0) -> None:
        """Wait until everything said so far is on disk."""
        settled = threading.Event()
        self._put(_Step("", settled=settled))
        self._urgent.set()
        self._mine.is_open = False
        if not settled.wait(limit_seconds):
            log.warning("the practice network's disk is slow: a record is not written yet")

    def settle_mine(self) -> None:
        """Wait until what this thread has said is on disk; at once when it has said nothing."""
        if getattr(self._mine, "is_open", False):
            self.settle()

    def close(self) -> None:
        """Write what is left and let the file go."""
        with self._begun:
            self._closing.set()
            if self._writer.is_alive():
                self._steps.put(None)
                self._urgent.set()
                self._writer.join()
            self._database.close()

    def _put(self, step: _Step) -> None:
        self._mine.is_open = True
        self._steps.put(step)
        if self._writer.ident is None:
            with self._begun:
                if self._writer.ident is None and not self._closing.is_set():
                    self._writer.start()

    def _write(self) -> None:
        ended = False
        while not ended:
            batch = [self._steps.get()]
            self._urgent.wait(LINGER_SECONDS)
            self._urgent.clear()
            while len(batch) < LARGEST_BATCH and not self._steps.empty():
                batch.append(self._steps.get())
            ended = None in batch
            self._save([step for step in batch if step is not None])

    def _save(self, batch: list[_Step]) -> None:
        while True:
            try:
                self._commit(batch)
                break
            except sqlite3.Error:
                # A full disk must not end the practice network; memory still holds everything.
                log.exception("the practice network cannot write its state; trying again")
                if self._closing.wait(RETRY_SECONDS):
                    break
        for step in batch:
            if step.settled:
                step.settled.set()

    def _commit(self, batch: list[_Step]) -> None:
        self._database.execute("BEGIN")
        try:
            for step in batch:
                self._apply(step)
            self._database.execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _apply(self, step: _Step) -> None:
        kind, key, record, settled = step
        if settled:
            return
        if record is not None:
            body = json.dumps(record, separators=(",", ":"))
            self._database.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (kind, key, body))
        elif key is not None:
            self._database.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))
        else:
            self._database.execute("DELETE FROM records WHERE kind = ?", (kind,))
