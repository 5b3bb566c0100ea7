"""Whether the portal says truly that it is ready."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from rq import Queue, Worker

from config import Config
from portal import create_app
from portal.extensions import db


@pytest.fixture
def redis(app: Flask) -> Iterator[Redis]:
    redis: Redis = app.extensions["redis"]
    redis.flushdb()
    yield redis
    redis.flushdb()


@pytest.fixture
def worker(redis: Redis) -> Iterator[Worker]:
    """A worker that has just said that it lives."""
    worker = Worker([Queue("letters", connection=redis)], connection=redis, name="test worker")
    worker.register_birth()
    yield worker
    worker.register_death()


def test_the_process_lives(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_when_everything_answers(client: FlaskClient, redis: Redis, worker: Worker) -> None:
    redis.set("portal:scheduler:one", "1", ex=10)
    assert client.get("/ready").status_code == 200


def test_who_does_not_answer_is_named(client: FlaskClient, redis: Redis) -> None:
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "not ready", "missing": ["worker", "scheduler"]}


def test_a_worker_that_died_without_a_word_does_not_count(
    client: FlaskClient, redis: Redis, worker: Worker
) -> None:
    redis.set("portal:scheduler:one", "1", ex=10)
    redis.hset(worker.key, "last_heartbeat", "2020-01-01T00:00:00.000000Z")
    assert client.get("/ready").get_json()["missing"] == ["worker"]


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
