"""Ids and secrets as networks make them: numbers that rise with time, strings nobody guesses."""

import secrets
import string
import threading
import time

ALPHABET = string.ascii_letters + string.digits
# X counts its milliseconds from here; LinkedIn counts from 1970.
X_EPOCH_MS = 1_288_834_974_657


class Numbers:
    """Nineteen-digit ids that rise with time, each given once even when two are asked for at once."""

    def __init__(self, epoch_ms: int = 0) -> None:
        self._epoch_ms = epoch_ms
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, self.at(time.time()))
            return self._last

    def at(self, moment: float) -> int:
        """The lowest id of a moment."""
        return (int(moment * 1000) - self._epoch_ms) << 22

    def moment(self, number: int) -> float:
        return ((number >> 22) + self._epoch_ms) / 1000


def secret(prefix: str, length: int) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
