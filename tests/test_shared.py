"""What a network allows is one number for all programs: one is told that little is left, all of them wait."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from urllib3 import HTTPHeaderDict

from portal import clock, http, shared
from portal.platforms.budget import Budget
from portal.platforms.errors import RateLimited

LOW = http.Answer(200, HTTPHeaderDict({"x-ratelimit-remaining": "3.0", "x-ratelimit-reset": "60"}), b"{}")
PLENTY = http.Answer(
    200, HTTPHeaderDict({"x-ratelimit-remaining": "900.0", "x-ratelimit-reset": "60"}), b"{}"
)

ANOTHER_PROGRAM = """
import sys
from datetime import timedelta
from redis import Redis
from portal import shared
from portal.platforms.budget import Budget
from portal.platforms.errors import RateLimited
shared._redis = Redis.from_url(sys.argv[1])
for asked in sys.stdin:
    try:
        Budget("Reddit", 50, timedelta(minutes=10)).spend()
        print("goes on", flush=True)
    except RateLimited as slow:
        print("waits", slow.whole_app, flush=True)
"""


@pytest.fixture
def together(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    redis = Redis.from_url(redis_url)
    monkeypatch.setattr(shared, "_redis", redis)
    monkeypatch.setattr(shared, "_pause_until", 0.0)
    yield redis
    redis.delete("moment:few-calls-left:Reddit")


def budget() -> Budget:
    return Budget("Reddit", 50, timedelta(minutes=10))


@pytest.fixture
def another_program(redis_url: str, project_root: Path) -> Iterator[Callable[[], str]]:
    """What a program that runs beside this one does with its next call."""
    words = [sys.executable, "-c", ANOTHER_PROGRAM, redis_url]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=project_root, stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdin and program.stdout
        asked, said = program.stdin, program.stdout

        def does() -> str:
            asked.write("and now?\n")
            asked.flush()
            return said.readline().strip()

        yield does
        asked.close()


def test_another_program_waits_when_this_one_is_told_that_little_is_left(
    together: Redis, another_program: Callable[[], str]
) -> None:
    one = budget()
    assert another_program() == "goes on"

    one.learn(LOW)
    assert another_program() == "waits True"

    one.learn(PLENTY)
    assert another_program() == "goes on"


def test_what_was_noted_ends_by_itself(together: Redis) -> None:
    budget().learn(LOW)

    ends_in = together.ttl("moment:few-calls-left:Reddit")
    assert isinstance(ends_in, int) and 0 < ends_in <= 62
    with pytest.raises(RateLimited) as slow:
        budget().spend()
    assert slow.value.until and slow.value.until <= clock.now() + timedelta(seconds=61)


def test_without_redis_each_program_goes_by_what_it_has_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Redis(port=9, socket_connect_timeout=0.1)
    monkeypatch.setattr(shared, "_redis", away)
    monkeypatch.setattr(shared, "_pause_until", 0.0)
    told, other = budget(), budget()

    told.learn(LOW)
    other.spend()

    with pytest.raises(RateLimited):
        told.spend()
    assert shared._pause_until > 0
