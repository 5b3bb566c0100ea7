"""The database has no connection left, ends one in the middle, or takes a save back."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from portal import clock
from portal.extensions import db
from portal.models import Attempt, OutboxLetter, Post, Publication
from portal.posts import flows as flows_of_posts
from portal.posts.inputs import NewPost
from portal.publishing import faults
from portal.publishing.publisher import Publisher
from tests import factories
from tests.conftest import HeldJobs
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork
from tests.publishing.test_liveness import sweep_until_freed


def test_without_a_free_connection_nothing_is_claimed_and_nothing_sent(
    engine: Engine, network: FakeNetwork
) -> None:
    posts = [engine.post(factories.make_account(engine.doctor)) for _ in range(3)]
    small = create_engine(db.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.2)
    publisher = Publisher(small, needs_verification=True, threads=2)

    with small.connect(), pytest.raises(SQLAlchemyError):
        publisher.run()

    for post in posts:
        assert (engine.fresh(post).status, post.fence, post.attempts) == ("scheduled", 0, 0)
    assert network.calls == 0
    publisher.run()
    assert [engine.fresh(post).status for post in posts] == ["published"] * 3 and len(network.posts) == 3
    publisher.close()
    small.dispose()


def test_without_a_connection_after_the_claim_nothing_is_sent_that_was_not_armed(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    posts = [engine.post(factories.make_account(engine.doctor)) for _ in range(3)]
    monkeypatch.setattr(faults, "folder", tmp_path)
    monkeypatch.setattr(faults, "_do", lambda _: end_session(engine.publisher))
    (tmp_path / "after_claim").write_text("lose the session")

    with pytest.raises(DBAPIError):
        engine.run()

    assert network.calls == 0 and db.session.query(Attempt).count() == 0
    sweep_until_freed()
    engine.run()
    assert [engine.fresh(post).status for post in posts] == ["published"] * 3 and len(network.posts) == 3


def end_session(publisher: Publisher) -> None:
    """As a server that is ended, or has no memory left, does it."""
    session_pid = publisher.liveness.driver.info.backend_pid
    db.session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": session_pid})
    db.session.commit()


def test_a_save_that_is_undone_rings_for_nothing_and_tells_nobody(
    engine: Engine, network: FakeNetwork, held_jobs: HeldJobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(faults, "folder", tmp_path)
    (tmp_path / "before_commit").write_text("raise")
    wanted = NewPost(content="Never was.", scheduled_at=clock.now(), social_account_ids=[engine.account.id])

    with pytest.raises(RuntimeError):
        flows_of_posts.schedule(engine.doctor, wanted)

    assert held_jobs == [] and engine.run() == 0 and network.calls == 0
    assert [db.session.query(kind).count() for kind in (Post, Publication, OutboxLetter)] == [0, 0, 0]
