"""PostgreSQL killed in a burst, restarted, without a free connection, and with a full disk."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portal.extensions import db
from tests.faults.conftest import House
from tests.faults.fleet import Fleet

pytestmark = [pytest.mark.faults]


CRASHES = 5


def test_postgresql_killed_in_the_middle_of_a_burst_doubles_and_loses_nothing(
    fleet: Fleet, house: House
) -> None:
    """Five times, each a little further on: calls in the air, outcomes in memory, letters half written."""
    crowd = [fleet.connect() for _ in range(10)]
    posts = []
    for crash in range(CRASHES):
        for account in crowd:
            fleet.fail("slow", times=2, account=account.remote_id, seconds=0.3)
        fresh = [fleet.post(f"Burst {crash} {a.id} {n}.", a, seconds=0.5) for a in crowd for n in range(2)]
        posts += fresh
        numbers = [post.id for post in fresh]
        fleet.until(lambda: out(numbers) >= crash * 4, "in the middle")  # noqa: B023 - called at once
        crash_postgresql(house)

    fleet.stand()  # as the supervisor does with a worker that a crash ended
    fleet.until_published(*posts)


def out(numbers: list[int]) -> int:
    count = text("SELECT count(*) FROM publication WHERE status = 'published' AND id = ANY(:ids)")
    return int(db.session.execute(count, {"ids": numbers}).scalar_one())


def crash_postgresql(house: House) -> None:
    """End it as a power cut would, without a word to anybody, and start it again."""
    db.session.rollback()  # our own connection is to be tested before it is used again
    pid = house.postgres.pid
    assert pid
    os.kill(pid, signal.SIGQUIT)  # pg_ctl stop -m immediate
    while house.postgres.is_running():
        time.sleep(0.02)  # between two looks
    house.postgres.start(tied=True)


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
