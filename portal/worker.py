"""A worker: `python -m portal.worker [QUEUE …]`, all queues when none is named.

The one place that chooses the kind of worker: one that does not fork, because a publisher keeps its threads,
its connections and its lock from job to job.
"""

import signal
import sys
from types import FrameType
from typing import Any

import setproctitle
import structlog
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.job import Job

from config import Config, stop_on_bad_settings
from portal import create_app, embedded, queue

log = structlog.get_logger()


class Worker(SimpleWorker):
    """RQ's worker inside the app, with a telling name and a stop that the publisher hears at once."""

    app: Flask

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish what is in the air, hand back the rest, end."""
        if publisher := self.app.extensions.get("publisher"):
            publisher.stop.set()
        super().request_stop(signum, frame)

    def procline(self, message: str) -> None:
        """Keep the name: RQ would write the job's into it."""

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        """Each job in an app context of its own, so that its database session ends with it."""
        with self.app.app_context():
            return super().perform_job(*args, **kwargs)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """A failed job is logged by its name; RQ would log its arguments."""
        log.error("job_failed", job=(job.func_name or "").rpartition(".")[2], exc_info=exc_info)


def main(queues: list[str]) -> None:
    """Work until told to stop."""
    with stop_on_bad_settings():
        config = embedded.ensure(Config.from_env())
    names = queues or list(queue.QUEUES)
    setproctitle.setproctitle(f"portal: worker ({', '.join(names)})")
    app = create_app(config)
    # A client of its own: a worker waits for minutes in one call, where the web gives up within a second.
    worker = Worker(names, connection=Redis.from_url(config.redis_url or ""))
    worker.app = app
    worker.work(logging_level="WARNING")
    if publisher := app.extensions.get("publisher"):
        publisher.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main(sys.argv[1:])
