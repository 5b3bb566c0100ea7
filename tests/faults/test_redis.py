"""Redis flushed, restarted in a burst, gone for half a minute, silent, and its answers lost."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3
from sqlalchemy import text

from portal import clock, queue
from portal.extensions import db
from portal.models import Publication
from portal.sandbox.running import free_port
from tests.faults.conftest import House
from tests.faults.cutting import cut_answers
from tests.faults.fleet import Fleet
from tests.signing_in import bearer

pytestmark = [pytest.mark.faults]

GONE_SECONDS = 30.0

# Saving that waited for Redis, or a post that waited for a ring, would take far longer than this; how quick
# both are on an idle machine is measured elsewhere.
SAVE_SECONDS = LATE_SECONDS = 15.0

LATENESS = text("""
SELECT extract(epoch FROM min(a.created_at) - p.due_at) FROM attempt a
JOIN publication p ON p.id = a.publication_id WHERE p.id = ANY(:ids) GROUP BY p.id
""")


class Web:
    """The portal's web server, with its limits on, as a program of the doctor's uses it."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.url = f"http://127.0.0.1:{free_port()}"
        bind = ("--bind", self.url.removeprefix("http://"), "--workers", "1")
        self.program = fleet.start("gunicorn", "wsgi:app", *bind, RATE_LIMITS="1")
        self.headers = bearer(fleet.doctor)
        fleet.until(self.answers, "the web server answers")

    def answers(self) -> bool:
        try:
            return bool(self.fleet.http.request("GET", f"{self.url}/health").status == 200)
        except urllib3.exceptions.HTTPError:
            return False

    def save(self, words: str, account_id: int, seconds: float) -> tuple[int, float]:
        """Save a post that falls due in so many seconds; its publication, and how long the answer took."""
        at = (clock.now() + timedelta(seconds=seconds)).isoformat()
        body = {"content": words, "scheduled_at": at, "social_account_ids": [account_id]}
        began = time.monotonic()
        answer = self.fleet.http.request("POST", f"{self.url}/api/v1/posts", json=body, headers=self.headers)
        took = time.monotonic() - began
        assert answer.status == 201, answer.data
        return answer.json()["publications"][0]["id"], took


@pytest.fixture
def web(fleet: Fleet) -> Iterator[Web]:
    server = Web(fleet)
    yield server
    server.program.send_signal(signal.SIGTERM)
    fleet.until_dead(server.program)


def test_flushing_redis_loses_nothing_and_the_tick_is_back(fleet: Fleet) -> None:
    fleet.until_published(fleet.post("Before the flush."))

    fleet.redis.flushall()

    fleet.until(lambda: fleet.redis.exists("rq:job:portal-tick"), "the tick is back")
    fleet.until_published(fleet.post("After the flush."))
    fleet.stand()


def test_redis_restarted_in_the_middle_of_a_burst(fleet: Fleet, house: House) -> None:
    posts = burst(fleet, 8, 3)
    fleet.until(lambda: published(posts) > 3, "in the middle")

    house.valkey.stop()
    house.valkey.start(tied=True)

    fleet.until_published(*posts, fleet.post("After a restart."))


def test_half_a_minute_without_redis(fleet: Fleet, house: House, web: Web) -> None:
    """It is killed and comes back empty. Meanwhile posts leave and saving answers in time, and one network
    answers after our limit; afterwards the tick and the workers are back by themselves."""
    accounts = [fleet.connect() for _ in range(6)]
    slow = fleet.connect()
    fleet.fail("slow", account=slow.remote_id, seconds=22)
    for n, account in enumerate(accounts):
        web.save(f"Saved before {n}.", account.id, 3600)
    pid = house.valkey.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    gone_at = time.monotonic()
    saved, took = [], []
    try:
        late = fleet.post("Answered after our limit.", slow)
        while time.monotonic() - gone_at < GONE_SECONDS - 6:
            account = accounts[len(saved) % len(accounts)]
            number, seconds = web.save(f"Saved without Redis {len(saved)}.", account.id, 3)
            saved.append(number)
            took.append(seconds)
            fleet.until(lambda: left(saved[-1]), "left without Redis")
        fleet.until_status(late, "unconfirmed", "published")
        fleet.until(lambda: time.monotonic() - gone_at > GONE_SECONDS, "the end of the outage")
    finally:
        Path(house.valkey.home / "dump.rdb").unlink(missing_ok=True)
        house.valkey.start(tied=True)
    fleet.until(lambda: fleet.redis.exists("rq:job:portal-tick"), "the tick is back")
    fleet.stand()
    fleet.until(lambda: not fleet.jobs_waiting(), "rings are answered")

    assert max(took) < SAVE_SECONDS
    lateness = sorted(float(one) for one in db.session.execute(LATENESS, {"ids": saved}).scalars())
    # Nobody can be rung for, so the scheduler itself publishes, and never early.
    assert lateness[0] >= 0 and lateness[len(lateness) // 2] < LATE_SECONDS and len(lateness) == len(saved)
    make_due("Saved before%")
    fleet.until_published(late, fleet.post("After it came back empty."))


def make_due(words: str) -> None:
    of_posts = "post_id IN (SELECT id FROM post WHERE content LIKE :words)"
    db.session.execute(
        text(f"UPDATE publication SET due_at = portal_now() WHERE {of_posts}"), {"words": words}
    )
    db.session.commit()


def left(number: int) -> bool:
    return db.session.get_one(Publication, number).attempts > 0


def burst(fleet: Fleet, accounts: int, each: int) -> list[Publication]:
    """Posts of one moment on accounts that answer slowly, so that there is a middle."""
    crowd = [fleet.connect() for _ in range(accounts)]
    for account in crowd:
        fleet.fail("slow", times=each, account=account.remote_id, seconds=0.3)
    return [fleet.post(f"Burst {a.id} {n}.", a, seconds=1) for a in crowd for n in range(each)]


def published(posts: list[Publication]) -> int:
    return sum(post.status == "published" for post in posts)


def test_a_ring_whose_answer_is_lost_is_rung_again_and_does_no_harm(fleet: Fleet) -> None:
    with cut_answers(fleet.redis.connection_pool.connection_kwargs["path"]) as address:
        client = queue.connect(address)
        for _ in range(3):
            queue.ring(client, "publish_due")
    fleet.until_published(fleet.post("Rung for again and again."))


def test_when_both_tickers_are_dead_it_is_said_and_posts_leave_once_on_return(fleet: Fleet) -> None:
    fleet.standing["scheduler"].kill()
    fleet.until_dead(fleet.standing["scheduler"])
    publication = fleet.post("Nobody ticks.")
    # Its last word is good for ten seconds; let them pass.
    for key in fleet.redis.scan_iter("portal:scheduler:*"):
        fleet.redis.delete(key)

    fleet.until(lambda: fleet.ready() == (503, ["scheduler"]), "it is said")

    fleet.stand()
    fleet.until_published(publication)
    fleet.until(lambda: fleet.ready() == (200, []), "all is well")


def test_without_any_worker_the_scheduler_publishes_itself(fleet: Fleet) -> None:
    for name in ("publisher", "second publisher"):
        fleet.standing[name].kill()
        fleet.until_dead(fleet.standing[name])

    fleet.until_published(fleet.post("No worker lives."))
