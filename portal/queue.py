"""The doorbell: rings a worker. Truth is in PostgreSQL; a ring that is lost, doubled or late does no harm."""

import structlog
from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from portal.transaction import after_commit

log = structlog.get_logger()

# One queue for each kind of work, so that a long video never stands before a short text.
QUEUES = ("publish", "letters", "look", "media", "films")

QUEUE_OF_JOB = {
    "publish_due": "publish",
    "sweep": "publish",
    "look_for_lost": "look",
    "look_again": "look",
    "write_comments": "look",
    "refresh_tokens": "look",
    "inspect_tokens": "look",
    "prepare_due": "media",
    "turn_videos": "films",
    "read_figures": "look",
    "recheck_published": "look",
    "write_archive": "look",
    "deliver_webhooks": "look",
    "drain_letters": "letters",
    "remind_doctors": "letters",
    "clean_up": "letters",
    "follow_clocks": "letters",
    "make_repeats": "letters",
    "announce_ends": "letters",
    "erase_left": "letters",
}

JOB_TIMEOUT_SECONDS = 600

# So many rings on one queue are enough: each answers all the work there is.
RINGS_WAITING = 4


def connect(redis_url: str) -> Redis:
    """A client that gives up quickly: saving a post must answer within a second while Redis is away."""
    return Redis.from_url(
        redis_url, socket_connect_timeout=0.3, socket_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


def enqueue(job: str, *ids: int) -> None:
    """Ring for `portal.jobs.<job>` once the open transaction is committed; carries ids and nothing else."""
    redis = current_app.extensions["redis"]
    after_commit(lambda: ring(redis, job, *ids))


def ring_again(redis: Redis, job: str) -> None:
    """Ring for work that the tick found, unless its queue has rings enough: nobody may be there to answer."""
    try:
        if Queue(QUEUE_OF_JOB[job], connection=redis).count < RINGS_WAITING:
            ring(redis, job)
    except RedisError as away:
        log.warning("ring_lost", job=job, reason=type(away).__name__)


def ring(redis: Redis, job: str, *ids: int) -> None:
    """Put the job on its queue now. A queue that is away is logged; the scheduler's tick finds the work."""
    try:
        Queue(QUEUE_OF_JOB[job], connection=redis).enqueue(
            f"portal.jobs.{job}",
            args=ids,
            # A publisher ends its runs by itself, and an alarm in the middle of one would be a fault.
            job_timeout=-1 if job == "publish_due" else JOB_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=3600,
            # RQ would otherwise write the arguments into the job's description and so into the log.
            description=job,
        )
    except RedisError as away:
        log.warning("ring_lost", job=job, reason=type(away).__name__)
