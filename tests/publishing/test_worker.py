"""A worker whose Redis is away, or that has to end: what it has in hand goes on, or is handed back."""

import os
import signal
import threading
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from sqlalchemy import text

from portal import ending, platforms
from portal.extensions import db
from portal.platforms.base import Content, Keep, Token
from portal.publishing import claiming
from portal.worker import Worker, leave_at_once
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork
from tests.publishing.test_staging import attach

LIMIT_SECONDS = 120.0


class Slow(FakeNetwork):
    """Uploads in two steps; before the second one it waits for `may_end`."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end, self.is_at_it = threading.Event(), threading.Event()

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return bool(content.media) and staged.get("steps") != 2

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        if not staged:
            self.is_at_it.set()
            self.may_end.wait(LIMIT_SECONDS)
            keep({"steps": 1})
        keep({"steps": 2})
        return {"steps": 2}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    fake = Slow()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    yield fake
    fake.may_end.set()


@pytest.fixture
def worker(engine: Engine, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """One with a publisher, whose Redis has just gone away."""

    def gone(*_: object) -> None:
        raise RedisConnectionError("away")

    # What one test asks for is not asked of this whole process.
    monkeypatch.setattr(ending, "asked", threading.Event())
    worker = Worker(["publish"], connection=Redis.from_url(redis_url))
    worker.app = engine.app
    engine.app.extensions["publisher"] = engine.publisher
    monkeypatch.setattr(SimpleWorker, "heartbeat", gone)
    return worker


def test_an_upload_that_ends_while_redis_is_away_does_not_wait_for_a_ring(
    engine: Engine, worker: Worker, network: Slow
) -> None:
    publication = engine.post()
    attach(publication)
    engine.publisher.run(seconds=0.1)
    assert network.is_at_it.wait(LIMIT_SECONDS) and engine.publisher.hand.uploading == 1

    network.may_end.set()
    for _ in range(60):
        with pytest.raises(RedisConnectionError):
            worker.heartbeat()
        if engine.fresh(publication).status == "published":
            break

    assert len(network.posts) == 1 and engine.publisher.hand.is_empty


def test_a_worker_that_is_stopped_while_it_is_alone_ends_when_it_has_stored_what_it_did(
    engine: Engine, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_to_stop(seconds: float, leaves_calls: bool) -> None:
        worker.request_stop(signal.SIGTERM, None)  # raises nothing in the middle of it

    publication = engine.post()
    attach(publication)
    engine.publisher.hand.uploading = 1
    monkeypatch.setattr(engine.publisher, "run", told_to_stop)

    with pytest.raises(StopRequested):
        worker.heartbeat()

    assert engine.publisher.stop.is_set()
    monkeypatch.undo()
    engine.publisher.hand.uploading = 0


def test_who_leaves_in_the_middle_of_an_upload_hands_it_back_with_the_step_it_took(
    engine: Engine, network: Slow
) -> None:
    publication = engine.post()
    attach(publication)
    engine.publisher.run(seconds=0.1)
    assert network.is_at_it.wait(LIMIT_SECONDS)

    engine.publisher.stop.set()  # by the signal
    network.may_end.set()
    engine.publisher.leave()

    engine.fresh(publication)
    assert (publication.status, publication.owner, publication.staged) == ("scheduled", None, {"steps": 1})
    assert claiming.take_back(db.session()) == 0
    assert not db.session.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE classid = 7341)"))


def test_who_is_asked_to_end_while_it_starts_ends_wherever_it_is() -> None:
    if (child := os.fork()) == 0:
        try:
            # Python lets no exception out of here, so that one would be lost.
            signal.signal(signal.SIGTERM, leave_at_once)
            gone = Slow()
            mark = weakref.ref(gone, lambda _: os.kill(os.getpid(), signal.SIGTERM))
            del gone, mark
        finally:
            os._exit(1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
