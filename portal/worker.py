"""A worker: `python -m portal.worker [QUEUE …]`, all queues when none is named.

The one place that chooses the kind of worker: one that does not fork, because a publisher keeps its threads,
its connections and its lock from job to job.
"""

import gc
import os
import signal
import socket
import sys
from threading import Event, Thread
from types import FrameType
from typing import Any

import setproctitle
import structlog
from flask import Flask
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from sqlalchemy.exc import DBAPIError

from config import Config, stop_on_bad_settings
from portal import create_app, embedded, ending, logs, queue, resealing
from portal.publishing import flows
from portal.publishing.faults import fault

log = structlog.get_logger()


HEARTBEAT = "portal:worker:"
HEARTBEAT_SECONDS = 10
BEAT_EVERY_SECONDS = 2.0

# How long a worker goes on with what it has in hand before it looks for Redis again.
ALONE_SECONDS = 2.0

# A Redis that is silent, not gone, is noticed within this time. RQ waits for seven minutes.
SILENT_SECONDS = 30

# People at the pages come first where both want the same processor; what is not urgent comes last.
NICE_PUBLISHING, NICE_OTHERS = 15, 19


class Heartbeat(Thread):
    """Says every two seconds which queues this process answers; /ready reads it.

    RQ's own list of workers is written at birth only, so a Redis that was restarted would never know us.
    """

    def __init__(self, redis: Redis, queues: list[str]) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.redis = redis
        who = f"{socket.gethostname()}:{os.getpid()}"
        self.keys = [f"{HEARTBEAT}{name}:{who}" for name in queues]
        self.stop = Event()

    def run(self) -> None:
        while not self.stop.wait(BEAT_EVERY_SECONDS):
            self.beat()

    def beat(self) -> None:
        try:
            for key in self.keys:
                self.redis.set(key, "alive", ex=HEARTBEAT_SECONDS)
        except RedisError:
            pass  # it is away; the next beat tells it again

    def end(self) -> None:
        """Say goodbye, so that nobody waits for the last beat to fade."""
        self.stop.set()
        try:
            self.redis.delete(*self.keys)
        except RedisError:
            pass  # it is away, and the beat fades by itself


class Worker(SimpleWorker):
    """RQ's worker inside the app, with a telling name and a stop that the publisher hears at once."""

    app: Flask
    # RQ would look for a Redis that is away once a minute in the end.
    max_connection_wait_time = 2.0
    is_alone = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish what is in the air, hand back the rest, end."""
        ending.asked.set()
        if publisher := self.app.extensions.get("publisher"):
            publisher.stop.set()
        if self.is_alone:
            # RQ takes us for idle, and would break into what the publisher does.
            self._stop_requested = True
        else:
            super().request_stop(signum, frame)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell Redis that we live, before each wait for a job. While it is away nobody rings: what this
        process has in hand must not wait for that."""
        try:
            super().heartbeat(timeout, pipeline)
        except (RedisConnectionError, RedisTimeoutError):
            self.go_on_alone()
            raise

    def go_on_alone(self) -> None:
        """Collect uploads that have ended, and go on with their posts; between two jobs alone."""
        self.is_alone = True
        try:
            with self.app.app_context():
                flows.help_out(False, ALONE_SECONDS)
        except DBAPIError as away:
            log.warning("alone_without_database", reason=type(away.orig).__name__)
        finally:
            self.is_alone = False
        if self._stop_requested:
            raise StopRequested

    def procline(self, message: str) -> None:
        """Keep the name: RQ would write the job's into it."""

    def perform_job(self, job: Job, *args: Any, **kwargs: Any) -> bool:
        """Each job in an app context of its own, so that its database session ends with it."""
        fault("before_job")
        with logs.job(job_name(job), job.id), self.app.app_context():
            return super().perform_job(job, *args, **kwargs)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """A failed job is logged by its name; RQ would log its arguments."""
        log.error("job_failed", job=job_name(job), exc_info=exc_info)


def job_name(job: Job) -> str:
    """The last part of its function's name; the rest would only repeat where jobs live."""
    return (job.func_name or "").rpartition(".")[2]


def main(queues: list[str]) -> None:
    """Work until told to stop."""
    with stop_on_bad_settings():
        config = embedded.ensure(Config.from_env())
    names = queues or list(queue.QUEUES)
    setproctitle.setproctitle(f"portal: worker ({', '.join(names)})")
    os.nice(NICE_PUBLISHING if "publish" in names else NICE_OTHERS)
    app = create_app(config)
    with stop_on_bad_settings(), app.app_context():
        resealing.refuse_lost_keys()
    # All this stays for good; to look through it for garbage would halt every thread for a fifth of a second.
    gc.collect()
    gc.freeze()
    # A client of its own: a worker waits for minutes in one call, where the web gives up within a second.
    worker = Worker(names, connection=Redis.from_url(config.redis_url or ""), worker_ttl=SILENT_SECONDS)
    worker.app = app
    heartbeat = Heartbeat(queue.connect(config.redis_url or ""), names)
    heartbeat.beat()
    heartbeat.start()
    try:
        # It ends when it is told to, and when Redis goes away in the middle of a job.
        worker.work(logging_level="WARNING")
    finally:
        heartbeat.end()
        if publisher := app.extensions.get("publisher"):
            publisher.leave()


def leave_at_once(*_: object) -> None:
    """Asked to end while it still starts, with nothing in hand. An exception would be lost where Python lets
    none through, such as behind a weak reference, and the request with it."""
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave_at_once)
    main(sys.argv[1:])
