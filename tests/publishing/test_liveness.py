"""Who is dead, what becomes of what they held, and that nobody else is taken for dead."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.extensions import db
from portal.models import Publication
from portal.publishing import arming, claiming, flows
from portal.publishing.liveness import Liveness
from portal.publishing.publisher import Publisher
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork


def claim_and_arm(liveness: Liveness, *, arm: bool) -> None:
    """Take what is due, as a publisher would that then stops."""
    with liveness.session() as session:
        claimed = claiming.claim(session, liveness.owner)
        if arm:
            arming.arm(session, liveness.owner, claimed, needs_verification=True)


def sweep_until_freed() -> None:
    """A lock goes with its session, some milliseconds after the connection was closed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        flows.sweep()
        if not db.session.query(Publication).filter(Publication.owner.is_not(None)).count():
            return
    raise AssertionError("a dead publisher's rows were not freed")


def test_what_a_dead_publisher_had_only_claimed_is_due_again(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()
    with Liveness(db.engine) as other:
        claim_and_arm(other, arm=False)

    sweep_until_freed()

    assert engine.fresh(publication).status == "scheduled"
    engine.run()
    assert engine.fresh(publication).status == "published"


def test_what_a_dead_publisher_had_armed_is_looked_for_first(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()
    with Liveness(db.engine) as other:
        claim_and_arm(other, arm=True)

    sweep_until_freed()

    assert engine.fresh(publication).status == "unconfirmed"
    assert engine.run() == 0
    assert network.calls == 0


@pytest.mark.parametrize("arm", [False, True])
def test_a_living_publisher_keeps_what_it_holds_however_long_it_takes(
    engine: Engine, network: FakeNetwork, arm: bool
) -> None:
    publication = engine.post()
    with Liveness(db.engine) as other:
        claim_and_arm(other, arm=arm)
        db.session.execute(text("UPDATE publication SET updated_at = updated_at - interval '1 day'"))
        db.session.commit()

        flows.sweep()

        assert engine.fresh(publication).status == "publishing"
        assert engine.run() == 0


def test_a_session_that_the_database_ended_gets_a_new_number_and_arms_nothing_old(
    engine: Engine, network: FakeNetwork
) -> None:
    publication = engine.post()
    publisher = engine.publisher
    with publisher.liveness.session() as session:
        publisher.hand.claimed = claiming.claim(session, publisher.liveness.owner)
    old = publisher.liveness.owner
    db.session.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :n"),
        {"n": old},
    )
    db.session.commit()

    with pytest.raises(DBAPIError):
        publisher.run()
    sweep_until_freed()
    publisher.run()

    assert publisher.liveness.owner != old
    assert engine.fresh(publication).status == "published"
    assert len(network.posts) == 1


def test_stopping_hands_back_what_was_not_sent(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()
    publisher = Publisher(db.engine, needs_verification=True, threads=1)
    with publisher.liveness.session() as session:
        publisher.hand.claimed = claiming.claim(session, publisher.liveness.owner)

    publisher.stop.set()
    publisher.run()
    publisher.close()

    assert engine.fresh(publication).status == "scheduled"
    assert network.calls == 0


def test_a_post_that_always_breaks_its_publisher_steps_aside(engine: Engine, network: FakeNetwork) -> None:
    publication = engine.post()
    for _ in range(claiming.CLAIMS_UNTIL_ASIDE + 1):
        with Liveness(db.engine) as other:
            claim_and_arm(other, arm=False)
        sweep_until_freed()

    engine.fresh(publication)
    assert (publication.status, publication.error_code) == ("failed", "set_aside")


def test_a_call_that_was_held_up_too_long_is_not_made(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.publishing.publisher.BEGIN_WITHIN_SECONDS", -1.0)
    publication = engine.post()

    engine.run()

    assert engine.fresh(publication).status == "retrying"
    assert network.calls == 0
    assert publication.due_at < database_now() + timedelta(minutes=1)


def test_a_lock_is_given_up_though_something_still_knows_its_connection(
    engine: Engine, network: FakeNetwork
) -> None:
    publication = engine.post()
    liveness = Liveness(db.engine)
    claim_and_arm(liveness, arm=False)
    kept = liveness.connection.connection.dbapi_connection  # as the traceback of an error keeps it

    liveness.drop()

    sweep_until_freed()
    assert engine.fresh(publication).status == "scheduled" and kept.closed
