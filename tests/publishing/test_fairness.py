"""Nobody waits for somebody else's crowd, video or network."""

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal import clock, platforms
from portal.extensions import db
from portal.models import Publication
from portal.platforms.base import Content, Keep, Token
from portal.platforms.errors import RateLimited
from portal.publishing import claiming
from portal.publishing.publisher import UPLOADS
from tests import factories
from tests.publishing.conftest import Engine, database_now
from tests.publishing.fake_network import FakeNetwork, raises
from tests.publishing.test_staging import attach

LIMIT_SECONDS = 120

CROWD = text("""
WITH posts AS (
    INSERT INTO post (doctor_id, content, timezone, scheduled_at)
    SELECT :doctor, 'Crowd ' || n, 'UTC', portal_now() - interval '10 minutes'
    FROM generate_series(1, :count) n
    RETURNING id, doctor_id, scheduled_at
), accounts AS (
    SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS number
    FROM social_account WHERE doctor_id = :doctor
)
INSERT INTO publication (post_id, social_account_id, doctor_id, platform, status, due_at, client_ref)
SELECT p.id, a.id, p.doctor_id, 'twitter', 'scheduled', p.scheduled_at, p.id::text
FROM posts p JOIN accounts a ON a.place = p.id % a.number
""")


class SlowUploads(FakeNetwork):
    """Every post with media needs an upload, and uploads last until `may_end`."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()
        self.uploading = threading.Semaphore(0)
        self.text_is_out = threading.Event()

    def needs_staging(self, content: Content, staged: Mapping[str, Any]) -> bool:
        return bool(content.media) and not staged

    def stage(self, content: Content, token: Token, staged: Mapping[str, Any], keep: Keep) -> dict[str, Any]:
        self.uploading.release()
        assert self.may_end.wait(LIMIT_SECONDS)
        return {"done": True}

    def create(self, sent: Mapping[str, Any]) -> Any:
        if sent["text"] == "A short text.":
            self.text_is_out.set()
        return super().create(sent)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, network: FakeNetwork) -> Iterator[SlowUploads]:
    fake = SlowUploads()
    monkeypatch.setitem(platforms.PLATFORMS, "twitter", fake)
    yield fake
    fake.may_end.set()


def run_beside(engine: Engine) -> threading.Thread:
    """The publisher's loop in a thread, as a worker process would run it."""

    def run() -> None:
        with engine.app.app_context():
            engine.run()

    beside = threading.Thread(target=run)
    beside.start()
    return beside


def test_five_thousand_posts_of_one_doctor_do_not_stand_before_anothers_single_one(
    engine: Engine, network: FakeNetwork
) -> None:
    for _ in range(9):
        factories.make_account(engine.doctor)
    db.session.execute(CROWD, {"doctor": engine.doctor.id, "count": 5000})
    db.session.commit()
    other = factories.make_account(factories.make_doctor())
    single = factories.make_post(other.doctor, other, scheduled_at=database_now()).publications[0]

    with engine.publisher.liveness.session() as session:
        claimed = claiming.claim(session, engine.publisher.liveness.owner, most=2)

    assert single.id in [row.id for row in claimed]


def test_long_videos_do_not_hold_up_a_short_text(engine: Engine, slow: SlowUploads) -> None:
    # More than the publisher has threads of either kind.
    for _ in range(engine.publisher.threads + UPLOADS):
        attach(engine.post(factories.make_account(engine.doctor)))
    beside = run_beside(engine)
    assert slow.uploading.acquire(timeout=LIMIT_SECONDS)

    engine.post(factories.make_account(engine.doctor), content="A short text.")

    assert slow.text_is_out.wait(LIMIT_SECONDS)
    assert not slow.may_end.is_set()
    slow.may_end.set()
    beside.join(LIMIT_SECONDS)
    assert {row.status for row in db.session.query(Publication)} == {"published"}


def test_a_run_whose_time_is_over_does_not_wait_for_uploads(engine: Engine, slow: SlowUploads) -> None:
    video = engine.post()
    attach(video)

    engine.publisher.run(seconds=1)
    db.session.rollback()
    assert (video.status, video.phase) == ("publishing", "claimed")

    slow.may_end.set()
    engine.run()
    assert engine.fresh(video).status == "published"
    assert len(slow.posts) == 1


def test_an_account_that_is_asked_to_wait_delays_no_other(engine: Engine, network: FakeNetwork) -> None:
    network.script = [raises(RateLimited("Slower.", clock.now() + timedelta(minutes=5)))]
    first = engine.post()
    engine.run()
    second = engine.post()
    others = [engine.post(factories.make_account(engine.doctor)) for _ in range(3)]

    engine.run()

    assert {engine.fresh(other).status for other in others} == {"published"}
    assert (engine.fresh(first).status, engine.fresh(second).status) == ("retrying", "scheduled")
