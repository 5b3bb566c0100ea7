"""The scheduler's rounds: what nobody foresaw in one half of a round ends neither the other nor the next."""

from redis import Redis
from rq.exceptions import DeserializationError

from portal.scheduler import Tick
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork


class Broken(Tick):
    """RQ cannot read a job in the first round, the sweep breaks in the second, and the third is the last."""

    rounds = healed = 0

    def ring(self) -> None:
        self.rounds += 1
        if self.rounds == 1:
            raise DeserializationError("a job that was written by half")

    def heal(self) -> None:
        if self.rounds == 2:
            raise ZeroDivisionError("a bug")
        self.healed += 1
        super().heal()
        if self.rounds == 3:
            self.stop.set()


def test_a_round_that_breaks_ends_neither_its_other_half_nor_the_next(
    engine: Engine, network: FakeNetwork, redis_url: str
) -> None:
    publication = engine.post()
    tick = Broken(engine.app, Redis.from_url(redis_url))

    tick.run()

    assert (tick.rounds, tick.healed) == (3, 2)
    # No ring had reached Redis, so it published itself.
    assert engine.fresh(publication).status == "published"
