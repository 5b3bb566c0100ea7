"""What is left of an app's calls, where all accounts of the app draw on the same budget."""

from datetime import datetime, timedelta

from portal import clock, http
from portal.platforms.errors import RateLimited


class Budget:
    """Reads x-ratelimit-remaining and x-ratelimit-reset, and stops while few calls are left.

    Each process knows what the network told it last. Stopping closes the app's gate in the database, and with
    it every other process stops too.
    """

    def __init__(self, label: str, reserve: float, longest_window: timedelta) -> None:
        self.label = label
        self.reserve = reserve
        self.longest_window = longest_window
        self._low_until: datetime | None = None

    def learn(self, answer: http.Answer) -> None:
        """Remember what an answer says is left; without such headers nothing changes.

        A 429 says for itself how long to wait, and closes the gate by that.
        """
        remaining = _number(answer.headers.get("x-ratelimit-remaining"))
        reset = _number(answer.headers.get("x-ratelimit-reset"))
        if remaining is None or reset is None or answer.status == 429:
            return
        window = min(timedelta(seconds=reset), self.longest_window)
        self._low_until = clock.now() + window if remaining < self.reserve else None

    def spend(self) -> None:
        """Raises RateLimited for the whole app while little is left; nothing was sent then."""
        until = self._low_until
        if until is not None and clock.now() < until:
            words = f"The portal has made nearly all the calls that {self.label} allows for now. It waits."
            raise RateLimited(words, until, "budget", whole_app=True)


def _number(word: str | None) -> float | None:
    try:
        number = float(word or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None
