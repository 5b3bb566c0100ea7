"""A doctor's change and a publisher's claim at the same moment: one wins, and what was accepted is sent."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Config
from portal import clock, create_app, queue
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from portal.posts import flows
from portal.posts.inputs import PostChanges
from portal.transaction import transaction
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post

ROUNDS = 12
CLAIM = text("""
WITH chosen AS (
    SELECT id FROM publication WHERE status = 'scheduled' AND due_at <= portal_now() FOR UPDATE SKIP LOCKED
)
UPDATE publication SET status = 'publishing', phase = 'claimed', owner = 1, moved_by = 'portal'
FROM chosen WHERE publication.id = chosen.id RETURNING publication.id, publication.version
""")


@pytest.fixture
def portal(
    databases: Databases, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An app over a database of its own, whose commits are real."""
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("races")}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def due_post() -> tuple[Doctor, SocialAccount, Post]:
    doctor = make_doctor()
    account = make_account(doctor)
    return doctor, account, make_post(doctor, account, content="Old", scheduled_at=clock.now())


def claim() -> list[Any]:
    with Session(db.engine) as session:
        rows = list(session.execute(CLAIM).all())
        session.commit()
        return rows


def in_thread(app: Flask, act: Any) -> tuple[threading.Thread, list[Any]]:
    """Run `act` in a thread of its own; its result, or the Conflict it raised, ends up in the list."""
    results: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                results.append(act())
            except Conflict as lost:
                results.append(lost)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def changing(doctor_id: int, post_id: int, content: str) -> Any:
    doctor, post = db.session.get_one(Doctor, doctor_id), db.session.get_one(Post, post_id)
    return flows.change(doctor, post, PostChanges(content=content, scheduled_at=clock.now())).version


def cancelling(doctor_id: int, post_id: int) -> str:
    flows.cancel(db.session.get_one(Doctor, doctor_id), db.session.get_one(Post, post_id))
    return "cancelled"


def status_of(post: Post) -> str:
    db.session.rollback()
    db.session.expire_all()
    return post.status


@pytest.mark.parametrize("act", [changing, cancelling])
def test_of_a_claim_and_a_doctor_exactly_one_wins(portal: Flask, act: Any) -> None:
    for _ in range(ROUNDS):
        doctor, _account, post = due_post()
        arguments = (doctor.id, post.id, "New") if act is changing else (doctor.id, post.id)
        thread, results = in_thread(portal, lambda a=arguments: act(*a))
        claimed = claim()
        thread.join(120)
        claimed += claim()  # a change that won leaves the post due: it goes out as changed
        lost = isinstance(results[0], Conflict)
        if act is cancelling:
            assert lost == bool(claimed)
            assert status_of(post) == ("publishing" if lost else "cancelled")
        else:
            assert [row.version for row in claimed] == [1 if lost else 2]
            assert status_of(post) == "publishing"
            assert post.content == ("Old" if lost else "New")


def test_a_post_in_a_doctors_hands_is_passed_by(portal: Flask) -> None:
    _doctor, _account, post = due_post()
    with transaction():
        flows.lock(post)
        assert claim() == []
    assert len(claim()) == 1


def test_a_change_waits_for_a_claim_that_came_first(portal: Flask) -> None:
    doctor, _account, post = due_post()
    ids = (doctor.id, post.id)
    with Session(db.engine) as publisher:
        assert len(publisher.execute(CLAIM).all()) == 1
        thread, results = in_thread(portal, lambda: changing(*ids, "New"))
        wait_for_a_blocked_statement()
        publisher.commit()
    thread.join(120)
    assert isinstance(results[0], Conflict)
    assert "going out right now" in results[0].words


def test_two_windows_change_one_after_the_other(portal: Flask) -> None:
    doctor, account, _ = due_post()
    post = make_post(doctor, account, content="Old", scheduled_at=clock.now() + timedelta(hours=1))
    ids = (doctor.id, post.id)
    runs = [in_thread(portal, lambda n=n: changing(*ids, f"New {n}")) for n in range(4)]
    for thread, _results in runs:
        thread.join(120)
    # Each tells the version that it finds after its commit, which may be a later one than its own.
    assert {results[0] for _thread, results in runs} <= {2, 3, 4, 5}
    db.session.refresh(post)
    assert post.version == 5


def wait_for_a_blocked_statement() -> None:
    """Until some session waits for a row that another holds."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _ in range(3000):
        with db.engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        threading.Event().wait(0.02)
    raise AssertionError("nobody came to wait for the row")
