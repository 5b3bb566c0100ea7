"""How many calls a program may make, and what it is told about it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from config import Config
from portal import create_app, extensions
from portal.api.endpoint import LIMIT
from portal.extensions import db
from portal.models import ApiKey, Doctor
from tests.signing_in import bearer

MOST = int(LIMIT.split()[0])
POSTS = "/api/v1/posts"


@pytest.fixture
def limited(
    app: Flask, settings: dict[str, str], database: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """A program before a portal that counts."""
    redis: Redis = app.extensions["redis"]
    redis.flushdb()
    counting = create_app(Config.from_env({**settings, "RATE_LIMITS": "1"}))
    counting.config.update(TESTING=True)
    monkeypatch.setitem(db._app_engines, counting, db._app_engines[app])
    # One limiter serves all portals of a process: what an earlier one met is no affair of this one.
    monkeypatch.setattr(extensions.limiter, "_storage_dead", False)
    yield counting.test_client()
    extensions.limiter.enabled = False
    redis.flushdb()


def left(client: FlaskClient, head: dict[str, str], address: str = POSTS) -> int:
    answer = client.get(address, headers=head)
    assert answer.status_code == 200 and answer.headers["RateLimit-Limit"] == str(MOST)
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 61
    return int(answer.headers["RateLimit-Remaining"])


def key_of(doctor: Doctor) -> dict[str, str]:
    row, words = ApiKey.mint(doctor, "Clinic", ["posts:read"], None)
    db.session.add(row)
    db.session.commit()
    return {"Authorization": f"Bearer {words}"}


def test_each_call_is_counted_once_and_told(limited: FlaskClient, asha: Doctor) -> None:
    head = bearer(asha)
    assert [left(limited, head) for _ in range(3)] == [MOST - 1, MOST - 2, MOST - 3]
    assert left(limited, head, "/api/v1/doctor/profile") == MOST - 1


def test_who_signs_in_is_not_read_further_than_anybody(limited: FlaskClient) -> None:
    long = b'{"email": "asha@example.org", "password": "' + b"a" * 1_000_000 + b'"}'
    answers = [
        limited.post(f"/api/v1/auth/{way}", data=long, content_type="application/json")
        for way in ("login", "verify-login", "register", "resend-otp", "refresh")
    ]
    assert [answer.status_code for answer in answers] == [413] * 5


def test_a_key_counts_for_itself_from_its_first_call(limited: FlaskClient, asha: Doctor) -> None:
    head, other = key_of(asha), key_of(asha)
    assert [left(limited, head) for _ in range(3)] == [MOST - 1, MOST - 2, MOST - 3]
    assert left(limited, other) == left(limited, bearer(asha)) == MOST - 1


def test_too_many_are_refused_until_the_oldest_is_a_minute_old(limited: FlaskClient, asha: Doctor) -> None:
    head = bearer(asha)
    assert left(limited, head) == MOST - 1
    redis: Redis = limited.application.extensions["redis"]
    (name,) = redis.keys("LIMIT*")
    (first,) = redis.lrange(name, 0, -1)
    redis.lpush(name, *[first] * (MOST - 1))
    refused = limited.get(POSTS, headers=head)
    assert refused.status_code == 429 and refused.mimetype == "application/problem+json"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    redis.delete(name)
    redis.lpush(name, *[float(first) - 60] * MOST)
    assert left(limited, head) == MOST - 1


def test_without_redis_programs_go_on_and_are_counted_in_memory(
    limited: FlaskClient, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise RedisConnectionError("away")

    monkeypatch.setattr("redis.commands.core.Script.__call__", gone)
    monkeypatch.setattr(extensions.limiter.storage, "check", lambda: False)
    head = bearer(asha)
    assert [left(limited, head) for _ in range(2)] == [MOST - 1, MOST - 2]
