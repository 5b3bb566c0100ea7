"""How much one, two and four workers publish, what each process weighs, and what a bare caller reaches."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psutil

from portal import http, queue
from portal.platforms import base, get
from portal.publishing.publisher import THREADS
from tests.bench import crowd
from tests.bench.findings import Finding
from tests.bench.serving import serving
from tests.bench.stand import Stand

WORKERS = (1, 2, 4)
POSTS = 2_000
AFTER = 4.0
CALLS = 3_000
RUN_LIMIT = 90.0


def throughput(stand: Stand) -> list[Finding]:
    """Posts a second, each number of workers beside one alone, and one beside calls without an engine."""
    bare = _bare_calls(stand)
    found = [Finding("workers", f"only calls, from {THREADS} threads", bare, "posts/s")]
    alone = 0.0
    for number in WORKERS:
        speed = _speed_of(stand, number)
        alone = alone or speed
        against, words = (bare, "only calls") if number == 1 else (alone, "one worker")
        found.append(Finding("workers", f"{number} publishing", speed, "posts/s", against, words))
    return found


def _speed_of(stand: Stand, number: int) -> float:
    stand.forget_arrivals()
    crowd.forget()
    stand.publishers(number)
    crowd.plan(POSTS, POSTS, after=AFTER)
    # One ring for each, so that all of them wait for the instant: what they find then is what is measured.
    time.sleep(AFTER - 0.8)
    for _ in range(number):
        queue.ring(stand.redis, "publish_due")
    stand.until(lambda: not crowd.open_posts(), "all posts are out", RUN_LIMIT)
    times = [at for _, at in stand.arrivals()]
    stand.end()
    return len(times) / (max(times) - min(times))


def _bare_calls(stand: Stand) -> float:
    """What the same calls reach without claiming, arming and settling."""
    http.bind(stand.network_url)
    network, numbers, lock = get("twitter"), count(), threading.Lock()
    author, token = base.Author("1", "account", "Dr. Bench", "bench"), base.Token("bench")

    def call(_: int) -> None:
        with lock:
            number = next(numbers)
        network.publish({"body": f'{{"text":"call {number}"}}', "thread": []}, author, token)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(call, range(THREADS)))  # opens the connections
        begun = time.perf_counter()
        list(pool.map(call, range(CALLS)))
        return CALLS / (time.perf_counter() - begun)


def memory(stand: Stand) -> list[Finding]:
    """What each process takes for itself, shared pages counted in parts, after some work."""
    crowd.forget()
    publisher = stand.publishers()[0]
    scheduler = stand.scheduler()
    other = stand.start("portal.worker", "letters", "look", "media")
    crowd.plan(POSTS, POSTS, after=2.0)
    with (
        serving("wsgi:app", "/health", stand.environ) as (_, web),
        serving("tests.bench.bare:app", "/", stand.environ) as (_, bare),
    ):
        stand.until(lambda: not crowd.open_posts(), "all posts are out", RUN_LIMIT)
        least = _weight(psutil.Process(bare).children()[0].pid)
        pids = {
            "a web process": psutil.Process(web).children()[0].pid,
            "the worker that publishes": publisher.pid,
            "the worker for all else": other.pid,
            "the scheduler": scheduler.pid,
        }
        found = [Finding("memory", "a web process of bare Flask", least, "MB")]
        found += [
            Finding("memory", what, _weight(pid), "MB", least, "bare Flask") for what, pid in pids.items()
        ]
    stand.end()
    return found


def _weight(pid: int) -> float:
    told = psutil.Process(pid).memory_full_info()
    return float(getattr(told, "pss", told.uss)) / 2**20
