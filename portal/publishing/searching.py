"""When a publisher searches for due work, how much of it it takes at once, and when it calls another."""

import time
from collections.abc import Callable
from concurrent.futures import Executor

from sqlalchemy.orm import Session

from portal.publishing import claiming
from portal.publishing.claiming import Claimed

# As many again as can be in the air: more would lie in one hand while another stands idle.
PORTIONS_PER_THREAD = 2

# A full portion means that there is more: then another publisher is called, at most so often.
CALL_SECONDS = 0.5

# The search for due work costs the database what it costs: after one that gave nothing it rests for so long,
# after any other for as long as it took, at most. Neither when nothing is in the air.
REST_SECONDS = 0.05


class Search:
    """One publisher's. `call_another` runs in a thread: Redis may be away, and nothing waits for it."""

    def __init__(self, threads: int, pool: Executor, call_another: Callable[[], object]) -> None:
        self.portion = min(threads * PORTIONS_PER_THREAD, claiming.CLAIM_AT_MOST)
        self.pool = pool
        self.call_another = call_another
        self.rest_until = self.call_after = 0.0

    @property
    def rests(self) -> bool:
        return time.monotonic() < self.rest_until

    def claim(self, session: Session, owner: int) -> list[Claimed]:
        """A portion of what is due."""
        began = time.monotonic()
        claimed = claiming.claim(session, owner, self.portion)
        ended = time.monotonic()
        # Not longer than it took, lest a crowd waits for a database that is slow just because of it.
        self.rest_until = ended + (min(ended - began, REST_SECONDS) if claimed else REST_SECONDS)
        if len(claimed) == self.portion and ended >= self.call_after:
            self.call_after = ended + CALL_SECONDS
            self.pool.submit(self.call_another)
        return claimed
