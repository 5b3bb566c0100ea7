"""A portal of real processes over a database of its own, to be killed, frozen and cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import urllib3
from redis import Redis
from sqlalchemy import text

from portal.extensions import db
from portal.models import Attempt, Doctor, Publication, SocialAccount
from portal.platforms.base import Token
from portal.sandbox.running import RunningSandbox
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 30.0


class Fleet:
    """Workers, schedulers and one practice network; `doctor` is verified and has an account on X."""

    def __init__(self, settings: dict[str, str], sandbox: RunningSandbox, folder: Path) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.folder = folder
        self.http = urllib3.PoolManager(retries=False, timeout=5.0)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.doctor: Doctor = factories.make_doctor(full_name="Dr. Asha Menon")
        self.account = self.connect("asha")

    # What a test arranges

    def connect(self, handle: str, platform: str = "twitter") -> SocialAccount:
        """An account on the practice network, as if its person had pressed "Allow"."""
        body = {"platform": platform, "handle": handle, "name": f"Dr. {handle.title()}"}
        body["client_id"] = f"practice-{platform}"
        given = self.ask("POST", "/_/people", body)
        remote_id = given["identity"]["account"]
        account = factories.make_account(self.doctor, platform, remote_id=remote_id, handle=handle)
        # Half of its life ahead, so that nothing renews it during the test.
        ends = factories.clock.now() + timedelta(hours=2)
        account.token = Token(
            given["access_token"],
            given.get("refresh_token"),
            ends,
            refresh_at=ends - timedelta(hours=1),
            scopes=frozenset(given["scope"].replace(",", " ").split()),
        )
        db.session.commit()
        return account

    def post(self, words: str, account: SocialAccount | None = None, seconds: float = 0) -> Publication:
        """A post that falls due in so many seconds."""
        due = db.session.execute(text("SELECT portal_now()")).scalar_one() + timedelta(seconds=seconds)
        post = factories.make_post(self.doctor, account or self.account, content=words, scheduled_at=due)
        return post.publications[0]

    def fail(self, kind: str, times: int = 1, platform: str = "twitter", **facts: Any) -> None:
        """Let the next publishing calls go wrong."""
        self.ask("POST", "/_/faults", {"platform": platform, "kind": kind, "times": times, **facts})

    # Processes

    def worker(self, *queues: str, fault: str = "", **settings: str) -> subprocess.Popen[bytes]:
        """A worker process; `fault` is "point=deed", done once at that point by whoever comes there first."""
        environ = dict(settings)
        if fault:
            point, deed = fault.split("=")
            own = self.folder / f"faults-{len(self.processes)}"
            own.mkdir()
            (own / point).write_text(deed)
            environ["PORTAL_FAULTS"] = str(own)
        return self.start("portal.worker", *(queues or ("publish", "look")), **environ)

    def scheduler(self, **settings: str) -> subprocess.Popen[bytes]:
        return self.start("portal.scheduler", **settings)

    def start(self, module: str, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        environ = {**os.environ, **self.settings, **settings}
        log = (self.folder / f"{module}-{len(self.processes)}.log").open("wb")
        command = [sys.executable, "-m", module, *words]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=log, stdout=log)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        """End every process, frozen ones too."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()

    def until_ready(self) -> None:
        """Wait until a worker and a scheduler answer their bells."""
        redis = Redis.from_url(self.settings["REDIS_URL"])
        self.until(lambda: redis.scard("rq:workers") and redis.keys("portal:scheduler:*"), "ready")

    # What a test waits for and finds

    def until(self, condition: Callable[[], Any], what: str, limit: float = LIMIT_SECONDS) -> Any:
        """Wait for a condition, or fail with the logs."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            db.session.rollback()
            db.session.expire_all()
            if found := condition():
                return found
            time.sleep(0.05)  # between two looks at the condition
        logs = "\n".join(f"{log.name}\n{log.read_text()[-3000:]}" for log in self.folder.glob("*.log"))
        rows = db.session.execute(text("SELECT id, status, phase, error_message FROM publication")).all()
        raise AssertionError(f"not within {limit} s: {what}\n{rows}\n{logs}")

    def until_status(self, publication: Publication, *statuses: str, hurry: bool = True) -> str:
        """Wait until the publication is in one of these states; waiting times are dated back meanwhile."""

        def reached() -> str | None:
            if hurry:
                self.hurry()
            return publication.status if publication.status in statuses else None

        return str(self.until(reached, f"publication {publication.id} in {statuses}"))

    def hurry(self) -> None:
        """Date back what waits for a second look or another try, instead of waiting for it."""
        past = "portal_now() - interval '1 second'"
        for name, status in (("look_at", "unconfirmed"), ("due_at", "retrying")):
            db.session.execute(
                text(
                    f"UPDATE publication SET {name} = {past}"
                    f" WHERE status = '{status}' AND {name} > portal_now()"
                )
            )
        db.session.execute(text(f"UPDATE network_gate SET until = {past} WHERE until > portal_now()"))
        db.session.execute(
            text(f"UPDATE social_account SET gated_until = {past} WHERE gated_until > portal_now()")
        )
        db.session.commit()

    def until_frozen(self, process: subprocess.Popen[bytes]) -> None:
        self.until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, "frozen")

    def until_dead(self, process: subprocess.Popen[bytes]) -> None:
        self.until(lambda: process.poll() is not None, "dead")

    def appeared(self, words: str) -> int:
        """How many posts with these words the practice network shows."""
        return sum(post["text"] == words for post in self.ask("GET", "/_/posts?limit=5000"))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, self.sandbox.url + path, json=body)
        assert answer.status < 300, answer.data
        return json.loads(answer.data) if answer.data else None

    def check_promises(self) -> None:
        """What must hold after every test, whatever was broken."""
        db.session.rollback()
        accepted = db.session.query(Attempt).filter_by(outcome="accepted")
        per_publication = [attempt.publication_id for attempt in accepted]
        assert len(per_publication) == len(set(per_publication))
        for publication in db.session.query(Publication):
            count = self.appeared(publication.text)
            assert count <= 1, f"{publication.text} appeared {count} times"
            if publication.status == "published":
                assert publication.platform_post_id and count == 1
            if publication.status == "failed":
                assert count == 0 and publication.error_message
