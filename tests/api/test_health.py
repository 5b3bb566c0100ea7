"""Whether the portal says truly that it is ready."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from config import Config
from portal import create_app, queue
from portal.extensions import db
from portal.worker import Heartbeat


@pytest.fixture
def redis(app: Flask) -> Iterator[Redis]:
    redis: Redis = app.extensions["redis"]
    redis.flushdb()
    yield redis
    redis.flushdb()


@pytest.fixture
def heartbeat(redis: Redis) -> Heartbeat:
    """A worker of every queue that has just said that it lives."""
    heartbeat = Heartbeat(redis, list(queue.QUEUES))
    heartbeat.beat()
    return heartbeat


def test_the_process_lives(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(client: FlaskClient, redis: Redis, heartbeat: Heartbeat) -> None:
    redis.set("portal:scheduler:one", "1", ex=10)
    assert client.get("/ready").status_code == 200


def test_who_does_not_answer_is_named(client: FlaskClient, redis: Redis) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "not ready", "missing": ["worker", "scheduler"]}


def test_a_worker_that_died_without_a_word_is_missed_within_ten_seconds(
    client: FlaskClient, redis: Redis, heartbeat: Heartbeat
) -> None:
    redis.set("portal:scheduler:one", "1", ex=10)
    assert all(0 < redis.ttl(key) <= 10 for key in heartbeat.keys)
    redis.delete(*heartbeat.keys)
    assert client.get("/ready").get_json()["missing"] == ["worker"]


def test_letters_alone_are_not_ready(client: FlaskClient, redis: Redis) -> None:
    redis.set("portal:scheduler:one", "1", ex=10)
    Heartbeat(redis, ["letters", "look", "media", "films"]).beat()
    assert client.get("/ready").get_json()["missing"] == ["worker"]


def test_a_redis_that_was_restarted_knows_the_workers_again(
    client: FlaskClient, redis: Redis, heartbeat: Heartbeat
) -> None:
    redis.flushdb()
    redis.set("portal:scheduler:one", "1", ex=10)
    heartbeat.beat()
    assert client.get("/ready").status_code == 200


def test_without_redis_the_portal_says_so_at_once(settings: dict[str, str], database: None) -> None:
    app = create_app(Config.from_env({**settings, "REDIS_URL": "redis://127.0.0.1:1/0"}))
    answer = app.test_client().get("/ready")
    assert answer.status_code == 503
    assert "redis" in answer.get_json()["missing"]
    assert app.test_client().get("/health").status_code == 200


def test_without_a_database_the_portal_says_so(settings: dict[str, str]) -> None:
    away = {**settings, "DATABASE_URL": "postgresql://postgres@127.0.0.1:1/gone"}
    app = create_app(Config.from_env(away))
    answer = app.test_client().get("/ready")
    assert answer.status_code == 503
    assert "database" in answer.get_json()["missing"]
    with app.app_context():
        db.engine.dispose()
