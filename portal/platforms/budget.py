"""What is left of an app's calls, where all accounts of the app draw on the same budget."""

from datetime import datetime, timedelta

from portal import clock, http, shared
from portal.platforms.errors import RateLimited


class Budget:
    """Reads x-ratelimit-remaining and x-ratelimit-reset, and stops while few calls are left.

    What one program was told the others know at once (`shared`). When one that publishes stops, the gate of
    the app in the database closes as well.
    """

    def __init__(self, label: str, reserve: float, longest_window: timedelta) -> None:
        self.label = label
        self.reserve = reserve
        self.longest_window = longest_window
        self._low_until: datetime | None = None

    @property
    def _name(self) -> str:
        return f"few-calls-left:{self.label}"

    def learn(self, answer: http.Answer) -> None:
        """Remember what an answer says is left; without such headers nothing changes.

        A 429 says for itself how long to wait, and closes the gate by that.
        """
        remaining = _number(answer.headers.get("x-ratelimit-remaining"))
        reset = _number(answer.headers.get("x-ratelimit-reset"))
        if remaining is None or reset is None or answer.status == 429:
            return
        window = min(timedelta(seconds=reset), self.longest_window)
        was, self._low_until = self._low_until, clock.now() + window if remaining < self.reserve else None
        if was or self._low_until:
            shared.note(self._name, self._low_until)

    def spend(self) -> None:
        """Raises RateLimited for the whole app while little is left; nothing was sent then."""
        now, until = clock.now(), self._low_until
        if until is None or until <= now:
            until = shared.noted(self._name)
        if until is not None and now < until:
            words = f"The portal has made nearly all the calls that {self.label} allows for now. It waits."
            raise RateLimited(words, until, "budget", whole_app=True)


def _number(word: str | None) -> float | None:
    try:
        number = float(word or "")
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None
