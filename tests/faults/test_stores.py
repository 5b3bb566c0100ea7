"""Redis flushed, restarted, gone and its answers lost; PostgreSQL killed in a burst, and with a full disk."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import queue
from portal.extensions import db
from tests.faults.conftest import House
from tests.faults.cutting import cut_answers
from tests.faults.fleet import Fleet

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("fleet")]

# How long Redis stays away. An outage of 30 seconds differs from one of five by nothing but the waits of RQ,
# which double from one to the next.
GONE_SECONDS = 5.0


def test_flushing_redis_loses_nothing_and_the_tick_is_back(fleet: Fleet) -> None:
    fleet.until_published(fleet.post("Before the flush."))

    fleet.redis.flushall()

    fleet.until(lambda: fleet.redis.exists("rq:job:portal-tick"), "the tick is back")
    fleet.until_published(fleet.post("After the flush."))
    fleet.stand()


def test_redis_restarted_with_what_it_had(fleet: Fleet, house: House) -> None:
    house.valkey.stop()
    house.valkey.start(tied=True)

    fleet.until_published(fleet.post("After a restart."))
    fleet.stand()


def test_without_redis_posts_still_leave_and_saving_answers_in_time(fleet: Fleet, house: House) -> None:
    first = fleet.post("Planned before.", seconds=2)
    house.valkey.stop()
    Path(house.valkey.home / "dump.rdb").unlink(missing_ok=True)
    gone_at = time.monotonic()
    try:
        second = fleet.schedule("Saved without Redis.")

        fleet.until_published(first, second)
        fleet.until(lambda: time.monotonic() - gone_at > GONE_SECONDS, "an outage")
    finally:
        house.valkey.start(tied=True)

    fleet.until_published(fleet.post("After it came back empty."))
    # RQ waits ever longer for a Redis that is away: successors need not.
    for name in ("publisher", "second publisher", "worker"):
        fleet.standing[name].send_signal(signal.SIGTERM)
    fleet.until(lambda: all(p.poll() == 0 for n, p in fleet.standing.items() if n != "scheduler"), "ended")


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

    assert fleet.ready() == (503, ["scheduler"])

    fleet.stand()
    fleet.until_published(publication)
    assert fleet.ready() == (200, [])


def test_without_any_worker_the_scheduler_publishes_itself(fleet: Fleet) -> None:
    for name in ("publisher", "second publisher"):
        fleet.standing[name].kill()
        fleet.until_dead(fleet.standing[name])

    fleet.until_published(fleet.post("No worker lives."))


def test_postgresql_killed_in_the_middle_of_a_burst_doubles_and_loses_nothing(
    fleet: Fleet, house: House
) -> None:
    accounts = [fleet.connect() for _ in range(12)]
    for account in accounts:
        fleet.fail("slow", times=4, account=account.remote_id, seconds=0.3)
    posts = [fleet.post(f"Burst {a.id} {n}.", a, seconds=1) for a in accounts for n in range(4)]
    numbers = [post.id for post in posts]
    begun = text("SELECT count(*) FROM publication WHERE status = 'published' AND id = ANY(:ids)")
    fleet.until(lambda: db.session.execute(begun, {"ids": numbers}).scalar_one() > 5, "in the middle")

    db.session.rollback()  # our own connection is to be tested before it is used again
    pid = house.postgres.pid
    assert pid
    os.kill(pid, signal.SIGQUIT)  # pg_ctl stop -m immediate: as a power cut, without a word to anybody
    while house.postgres.is_running():
        time.sleep(0.02)  # between two looks
    house.postgres.start(tied=True)

    fleet.until_published(*posts)


def test_postgresql_restarted_in_order(fleet: Fleet, house: House) -> None:
    publication = fleet.post("Over a restart.", seconds=1)
    db.session.remove()
    house.postgres.stop()
    house.postgres.start(tied=True)

    db.session.add(publication)
    fleet.until_published(publication)


@pytest.fixture(params=["attempt", "publication"])
def full_disk(fleet: Fleet, request: pytest.FixtureRequest) -> Iterator[str]:
    """The database has no room for new attempts, or for any news of a publication."""
    table = request.param
    when = {
        "attempt": "BEFORE INSERT ON attempt FOR EACH ROW",
        "publication": "BEFORE UPDATE ON publication FOR EACH ROW WHEN (NEW.status = 'published')",
    }[table]
    full = "BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END"
    db.session.execute(text(f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ {full} $$"))
    db.session.execute(text(f"CREATE TRIGGER full_disk {when} EXECUTE FUNCTION full_disk()"))
    db.session.commit()
    yield table
    db.session.rollback()
    db.session.execute(text("DROP FUNCTION full_disk CASCADE"))
    db.session.commit()


def test_a_full_disk_below_the_database_stops_without_harm_and_goes_on_by_itself(
    full_disk: str, fleet: Fleet
) -> None:
    posts = [fleet.post(f"No room for {full_disk} {n}.", fleet.connect()) for n in range(3)]
    sends = 0 if full_disk == "attempt" else 1
    tried = text("SELECT count(*) FROM publication WHERE fence > 0 AND id = ANY(:ids)")
    fleet.until(
        lambda: (
            db.session.execute(tried, {"ids": [post.id for post in posts]}).scalar_one() == 3
            and all(fleet.appeared(post.text) == sends for post in posts)
        ),
        "tried",
    )
    assert not any(post.status == "published" for post in posts)

    db.session.execute(text(f"DROP TRIGGER full_disk ON {full_disk}"))
    db.session.commit()

    fleet.until_published(*posts)
