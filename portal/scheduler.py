"""The tick: `python -m portal.scheduler`. rq-scheduler drives one repeating job of a fixed id; this
wrapper puts it back when it is missing, survives Redis going away, and publishes itself when a post is late.

Two may run; neither is needed for truth, which is in PostgreSQL.
"""

import os
import signal
import socket
import time
from datetime import UTC, datetime
from threading import Event

import setproctitle
import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq_scheduler import Scheduler
from sqlalchemy.exc import DBAPIError

from config import Config, stop_on_bad_settings
from portal import create_app, embedded, queue, resealing
from portal.extensions import db
from portal.publishing import flows
from portal.publishing.faults import fault

log = structlog.get_logger()

TICK_ID = "portal-tick"
TICK_SECONDS = 1
HEARTBEAT = "portal:scheduler:"
HEARTBEAT_SECONDS = 10

# Rings are lost when Redis is away or no worker lives: then this process publishes what is later than this.
LATE_SECONDS = 0.5

# For so long at a time, that it goes on ringing: a crowd keeps the workers busy, who need no help by this.
HELP_SECONDS = 2.0

# How often what is over is forgotten (sessions, codes, letters), and what will be over is told of.
HOURLY = (
    "clean_up",
    "announce_ends",
    "turn_videos",
    "follow_clocks",
    "make_repeats",
    "erase_left",
    "inspect_tokens",
)
HOUR_SECONDS = 3600

# How often it is looked whether figures of published posts should be read.
FIGURES_SECONDS = 600

# How often it is looked whether something should be asked of posts that went out lately, or will soon.
RECHECK_SECONDS = 15


class Tick:
    """The loop of one scheduler process."""

    def __init__(self, app: Flask, redis: Redis) -> None:
        self.app = app
        self.redis = redis
        self.scheduler = Scheduler("publish", connection=redis, interval=TICK_SECONDS)
        self.name = f"{HEARTBEAT}{socket.gethostname()}:{os.getpid()}"
        self.stop = Event()
        self.is_late = False
        # Whether the last round reached Redis: without it no worker hears anything.
        self.can_ring = False
        self.hour_ends_at = time.monotonic()
        self.figures_at = self.recheck_at = time.monotonic()

    def run(self) -> None:
        """Tick until `stop` is set; a database or Redis that is away is waited for."""
        while not self.stop.is_set():
            started = time.monotonic()
            for step in (self.ring, self.heal):
                try:
                    step()
                except Exception as broke:
                    # Whatever it was, the rest of this round and the next one are made all the same: where no
                    # worker can be rung for, nobody but this process publishes.
                    log.exception("round_broke", step=step.__name__, kind=type(broke).__name__)
            self.stop.wait(max(TICK_SECONDS - (time.monotonic() - started), 0.05))
        self.leave()

    def ring(self) -> None:
        """Let rq-scheduler ring, and say that we live."""
        self.can_ring = False
        try:
            self.redis.set(self.name, datetime.now(UTC).isoformat(), ex=HEARTBEAT_SECONDS)
            self.keep_tick()
            self.drop_stale_lock()
            if time.monotonic() >= self.hour_ends_at:
                for job in HOURLY:
                    queue.ring(self.redis, job)
                self.hour_ends_at = time.monotonic() + HOUR_SECONDS
            if time.monotonic() >= self.figures_at:
                queue.ring(self.redis, "read_figures")
                self.figures_at = time.monotonic() + FIGURES_SECONDS
            if time.monotonic() >= self.recheck_at:
                queue.ring_again(self.redis, "recheck_published")
                queue.ring_again(self.redis, "look_again")
                queue.ring_again(self.redis, "write_archive")
                self.recheck_at = time.monotonic() + RECHECK_SECONDS
            if self.redis.llen("rq:queue:publish") < queue.RINGS_WAITING and self.scheduler.acquire_lock():
                try:
                    fault("holding_tick_lock")
                    self.scheduler.enqueue_jobs()
                finally:
                    self.scheduler.remove_lock()
            self.can_ring = True
        except RedisError as away:
            log.warning("tick_without_redis", reason=type(away).__name__)

    def keep_tick(self) -> None:
        """Put the repeating job back when Redis has forgotten it."""
        if TICK_ID in self.scheduler and self.redis.exists(f"rq:job:{TICK_ID}"):
            return
        self.scheduler.schedule(
            datetime.now(UTC).replace(tzinfo=None),
            "portal.jobs.publish_due",
            interval=TICK_SECONDS,
            repeat=None,
            id=TICK_ID,
            queue_name="publish",
            timeout=-1,
            description="publish_due",
        )

    def drop_stale_lock(self) -> None:
        """rq-scheduler's lock outlives a killed holder by ten seconds and more; doubled rings do no harm."""
        held_since = self.redis.get(Scheduler.scheduler_lock_key)
        if held_since and time.time() - float(held_since) > 2 * TICK_SECONDS:
            self.redis.delete(Scheduler.scheduler_lock_key)

    def heal(self) -> None:
        """Sweep, and publish here when nobody else does in time."""
        with self.app.app_context():
            try:
                flows.sweep()
                was_late, self.is_late = self.is_late, flows.lateness() > LATE_SECONDS
                if self.can_ring:
                    # Only when the last ring was not answered: a worker does it better, beside others.
                    flows.help_out(was_late and self.is_late, HELP_SECONDS)
                else:
                    flows.stand_in(HELP_SECONDS)
            except DBAPIError as away:
                log.warning("tick_without_database", reason=type(away.orig).__name__)
                db.session.rollback()

    def leave(self) -> None:
        """Write down what is in the air, and say goodbye: /ready need not wait for the heartbeat to end."""
        if publisher := self.app.extensions.get("publisher"):
            publisher.leave()
        try:
            self.redis.delete(self.name)
        except RedisError:
            pass  # it is away; the heartbeat ends by itself


def main() -> None:
    """Tick until told to stop."""
    setproctitle.setproctitle("portal: scheduler")
    with stop_on_bad_settings():
        config = embedded.ensure(Config.from_env())
    app = create_app(config)
    with stop_on_bad_settings(), app.app_context():
        resealing.refuse_lost_keys()
    tick = Tick(app, queue.connect(config.redis_url or ""))

    def end(*_: object) -> None:
        tick.stop.set()
        if publisher := app.extensions.get("publisher"):
            publisher.stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    tick.run()


if __name__ == "__main__":
    main()
