"""When a publication is tried again, and when that ends: a table of waits, with jitter."""

import random
from datetime import datetime, timedelta

from portal import clock

# Seconds to wait after the first, second, … try that certainly created nothing; the last one repeats.
WAITS = (5, 20, 60, 300, 900, 3600)

# After so many tries, or so many seconds since the first of them, a person has to ask again.
MOST_TRIES = 12
MOST_SECONDS = 24 * 3600

# A network that names a time is believed up to a day; "Retry-After: 99999999" is not.
LONGEST_GATE = 24 * 3600

# How long everything waits for an app that only the operator can mend, before it is tried once more.
OPERATOR_WAIT = 900

# Waits of a network that fails for everybody, by failures in a row beyond the gentle limit.
GENTLE_WAITS = (5, 15, 30, 60, 120, 300)

# Waits between looks that could not be made (the network is down); after the last one the doctor is asked.
LOOK_WAITS = (15, 60, 300, 900, 3600, 7200, 14400)


def wait_after(tries: int) -> float:
    """Seconds until the next try after `tries` of them, up to a fifth longer so that a crowd disperses."""
    return WAITS[min(tries, len(WAITS)) - 1] * random.uniform(1.0, 1.2)  # noqa: S311 (no secret)


def is_over(tries: int, seconds_trying: float) -> bool:
    """Whether trying by ourselves ends."""
    return tries >= MOST_TRIES or seconds_trying >= MOST_SECONDS


def seconds_until(until: datetime) -> float:
    """How long a network asked us to wait, between a second and a day: an absurd value is not believed.

    Measured on this machine's clock, against which the answer's time was computed a moment ago.
    """
    return min(max((until - clock.now()) / timedelta(seconds=1), 1.0), LONGEST_GATE)
