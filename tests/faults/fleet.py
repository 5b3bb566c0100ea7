"""A portal of real processes over servers of its own, to be killed, frozen and cut off."""

import io
import json
import os
import re
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import urllib3
from flask import current_app
from redis import Redis
from sqlalchemy import text

from portal import clock, queue
from portal.api import health
from portal.extensions import db
from portal.media import flows as media
from portal.media.inputs import Upload
from portal.models import Doctor, PostMedia, Publication, SocialAccount
from portal.platforms.base import Identity, Token
from portal.posts import flows
from portal.posts.inputs import NewPost
from portal.sandbox.running import RunningSandbox
from portal.social import keeping
from portal.transaction import transaction
from tests import factories
from tests.faults.processes import Nursery, Program
from tests.media.samples import picture

# A loaded machine may be this slow; nothing is judged by how long it took.
LIMIT_SECONDS = 120.0

# What `make run` keeps alive, and a second publisher.
STANDING = {
    "publisher": ("portal.worker", "publish"),
    "second publisher": ("portal.worker", "publish"),
    "worker": ("portal.worker", *(name for name in queue.QUEUES if name != "publish")),
    "scheduler": ("portal.scheduler",),
}

# What waits for a second look, another try or another letter is dated back instead of waiting for it.
HURRY = (
    ("publication", "look_at", "status = 'unconfirmed'"),
    ("publication", "due_at", "status = 'retrying'"),
    # A lease that was renewed a moment ago is in the hands of somebody who lives.
    ("publication", "prepare_at", "status = 'scheduled' AND prepare_at < portal_now() + interval '170 s'"),
    ("network_gate", "until", "true"),
    ("social_account", "gated_until", "true"),
    ("outbox_letter", "not_before", "sent_at IS NULL"),
)

# Rows that are neither final nor waiting for a person; nothing of it may be left in the end.
UNSETTLED = text("""
SELECT id, status, phase, owner, error_code FROM publication
WHERE status IN ('publishing', 'scheduled', 'retrying')
   OR (status = 'unconfirmed' AND (asked_at IS NULL OR phase IS NOT NULL))
""")

# Every end by the portal's or the network's hand is told exactly once, every question to the doctor too, and
# every other move not at all. (The last three kinds are told beside a move, not because of it.)
WRONGLY_TOLD = text("""
SELECT e.publication_id, e.to_status, e.who, count(n.id)
FROM publication_event e
LEFT JOIN notice n ON n.event_id = e.id AND n.kind NOT IN ('later', 'changed', 'repeat')
GROUP BY e.id, e.publication_id, e.from_status, e.to_status, e.who
HAVING count(n.id) <> CASE
    WHEN e.from_status = 'unconfirmed' AND e.to_status = 'unconfirmed' THEN 1
    -- A line of the story that is no move: what became of the first comment.
    WHEN e.from_status = e.to_status THEN 0
    WHEN e.who <> 'doctor' AND e.to_status IN ('published', 'failed', 'held', 'awaiting_doctor') THEN 1
    ELSE 0 END
""")

# The last news of a publication, still true, that no letter has carried to its doctor, who wants all letters.
UNWRITTEN = text("""
SELECT n.publication_id, n.kind FROM notice n JOIN publication p ON p.id = n.publication_id
WHERE n.id = (SELECT max(id) FROM notice l WHERE l.publication_id = n.publication_id)
  AND p.status = CASE n.kind WHEN 'asked' THEN 'unconfirmed' ELSE n.kind END
  AND NOT EXISTS (
      SELECT FROM outbox_letter o,
          jsonb_array_elements(coalesce(o.about -> 'items', jsonb_build_array(o.about))) told
      WHERE o.sent_at IS NOT NULL
        AND told @> jsonb_build_object('publication_id', n.publication_id, 'kind', n.kind))
""")

ENDS = text("""
SELECT p.id, p.status, coalesce(p.content, o.content) AS words, p.platform_post_id, p.error_message,
       p.social_account_id,
       (SELECT count(*) FROM attempt a WHERE a.publication_id = p.id AND a.outcome = 'accepted') AS accepted
FROM publication p JOIN post o ON o.id = p.post_id
""")


def _troubles(log: Path) -> str:
    """The last lines of a program's log that are no everyday news, each with its beginning."""
    lines = [line[:400] for line in log.read_text().splitlines() if '"level": "info"' not in line]
    return "\n".join([f"-- {log.name}", *lines[-12:]])


def _told_of(publication: Publication) -> str:
    facts = ("id", "status", "phase", "held_for", "error_code", "error_message", "due_at", "prepare_at")
    return ", ".join(f"{fact}={getattr(publication, fact)}" for fact in facts)


class Fleet:
    """Workers, schedulers and one practice network; `doctor` is verified and has an account on X."""

    doctor: Doctor
    account: SocialAccount

    def __init__(self, settings: dict[str, str], sandbox: RunningSandbox, folder: Path) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.folder = folder
        self.faults = folder / "faults"
        self.faults.mkdir()
        self.http = urllib3.PoolManager(retries=False, timeout=60.0)
        self.nursery = Nursery()
        self.programs: list[Program] = []
        self.standing: dict[str, Program] = {}
        self.tokens: list[str] = []

    def begin(self) -> None:
        """A new doctor, no posts, and nothing that goes wrong yet."""
        for program in self.programs:
            if program not in self.standing.values() or (program.poll() is None and program.is_frozen):
                program.kill()
        self.ask("DELETE", "/_/faults")
        self.ask("DELETE", "/_/posts")
        for table in ("post", "outbox_letter", "network_gate"):
            db.session.execute(text(f"DELETE FROM {table}"))
        db.session.commit()
        for flag in self.faults.iterdir():
            flag.unlink()
        # Success is told by letter too, so that letters can be counted.
        self.doctor = factories.make_doctor(full_name="Dr. Asha Menon", letters_about_success=True)
        self.account = self.connect()

    # What a test arranges

    def connect(
        self, handle: str | None = None, platform: str = "twitter", refresh_in: timedelta = timedelta(hours=1)
    ) -> SocialAccount:
        """An account on the practice network, as if its person had pressed "Allow"."""
        handle = handle or f"doctor{next(factories.numbers)}"
        body = {"platform": platform, "handle": handle, "name": f"Dr. {handle.title()}"}
        body["client_id"] = f"practice-{platform}"
        given = self.ask("POST", "/_/people", body)
        remote_id = given["identity"]["account"]
        account = factories.make_account(self.doctor, platform, remote_id=remote_id, handle=handle)
        account.token = self._token(given, refresh_in)
        db.session.commit()
        return account

    def connect_again(self, account: SocialAccount) -> None:
        """What the pages do at the end of a sign-in; what waited for the account is due at once."""
        body = {"platform": account.platform, "handle": account.handle, "name": account.display_name}
        given = self.ask("POST", "/_/people", body | {"client_id": f"practice-{account.platform}"})
        due = text("UPDATE publication SET due_at = portal_now() WHERE social_account_id = :id")
        db.session.execute(due, {"id": account.id})
        identity = Identity(account.remote_id, "account", account.display_name, account.handle)
        token = self._token(given, timedelta(hours=1))
        with transaction():
            keeping.store_account(account.doctor_id, account.platform, account.connection, identity, token)

    def _token(self, given: dict[str, Any], refresh_in: timedelta) -> Token:
        now = clock.now()
        self.tokens.append(given["access_token"])
        return Token(
            given["access_token"],
            given.get("refresh_token"),
            now + timedelta(hours=2),
            # Unless told otherwise nothing renews it during the test.
            refresh_at=now + refresh_in,
            scopes=frozenset(given["scope"].replace(",", " ").split()),
        )

    def post(
        self, words: str, account: SocialAccount | None = None, seconds: float = 0, **facts: Any
    ) -> Publication:
        """A post that falls due in so many seconds."""
        due = db.session.execute(text("SELECT portal_now()")).scalar_one() + timedelta(seconds=seconds)
        post = factories.make_post(
            self.doctor, account or self.account, content=words, scheduled_at=due, **facts
        )
        return post.publications[0]

    def schedule(self, words: str) -> Publication:
        """A post of now that is saved as the pages save one."""
        wanted = NewPost(content=words, scheduled_at=clock.now(), social_account_ids=[self.account.id])
        return flows.schedule(self.doctor, wanted).publications[0]

    def post_picture(self, words: str, account: SocialAccount | None = None) -> Publication:
        """A post with a picture, that is due now."""
        file = media.keep(self.doctor, io.BytesIO(picture()), "photo.jpg", Upload(alt_text="A hand"))
        post = factories.make_post(
            self.doctor,
            account or self.account,
            content=words,
            scheduled_at=db.session.execute(text("SELECT portal_now()")).scalar_one(),
            media=[PostMedia(file=file, position=0)],
        )
        return post.publications[0]

    def fail(self, kind: str, times: int = 1, platform: str = "twitter", **facts: Any) -> None:
        """Let the next publishing calls go wrong."""
        self.ask("POST", "/_/faults", {"platform": platform, "kind": kind, "times": times, **facts})

    def lay(self, point: str, deed: str) -> None:
        """Let the next process that comes to this point do this deed."""
        flag = self.faults / f".{point}"
        flag.write_text(deed)
        flag.rename(self.faults / point)  # whole at once, for it is read at any moment

    # Processes

    def stand(self) -> None:
        """Have everything run that `make run` keeps alive; what died or is frozen gets a successor."""

        def stands() -> bool:
            for name, words in STANDING.items():
                program = self.standing.get(name)
                if program is None or program.poll() is not None or program.is_frozen:
                    self.standing[name] = self.start(*words)
            return self.is_ready()

        self.until(stands, "ready")

    def start(self, module: str, *words: str, **settings: str) -> Program:
        environ = {**os.environ, **self.settings, "PORTAL_FAULTS": str(self.faults), **settings}
        log = self.folder / f"{len(self.programs)}-{module}.log"
        program = self.nursery.start(module, *words, environ=environ, log=log)
        self.programs.append(program)
        return program

    def stop(self) -> None:
        """End every process, frozen ones too."""
        for program in self.programs:
            program.kill()
        self.until(lambda: all(program.poll() is not None for program in self.programs), "all ended")
        self.standing = {}

    def is_ready(self) -> bool:
        """Whether every queue has somebody who answers its bell, and a scheduler ticks."""
        try:
            return health.worker_is_alive() and health.scheduler_is_alive()
        except OSError:
            return False

    def ready(self) -> tuple[int, list[str]]:
        """What /ready answers: its status, and what is missing."""
        answer = current_app.test_client().get("/ready")
        return answer.status_code, answer.get_json().get("missing", [])

    @property
    def redis(self) -> Redis:
        return Redis.from_url(self.settings["REDIS_URL"])

    # What a test waits for and finds

    def until(
        self,
        condition: Callable[[], Any],
        what: str,
        limit: float = LIMIT_SECONDS,
        told: Callable[[], str] = str,
    ) -> Any:
        """Wait for a condition, or fail with what is `told`, the rows that are under way and the logs."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            db.session.rollback()
            db.session.expire_all()
            if found := condition():
                return found
            time.sleep(0.03)  # between two looks at the condition
        logs = "\n".join(_troubles(log) for log in sorted(self.folder.glob("*.log")))
        rows = db.session.execute(UNSETTLED).all()
        # What went wrong stands at both ends: a long report is often cut in the middle or at the start.
        facts = f"not within {limit} s: {what}\n{told()}\n{rows}"
        raise AssertionError(f"{facts}\n{logs[-20000:]}\n{facts}")

    def until_status(self, publication: Publication, *statuses: str, hurry: bool = True) -> str:
        """Wait until the publication is in one of these states; waiting times are dated back meanwhile."""

        def reached() -> str | None:
            if hurry:
                self.hurry()
            return publication.status if publication.status in statuses else None

        return str(self.until(reached, f"publication {publication.id} in {statuses}"))

    def until_settled(self) -> None:
        """Wait until nothing is on its way any more and every letter has left."""

        def settled() -> bool:
            self.hurry()
            is_told = "SELECT NOT EXISTS (SELECT FROM notice WHERE told_at IS NULL) AND NOT EXISTS"
            is_sent = "(SELECT FROM outbox_letter WHERE sent_at IS NULL AND given_up_at IS NULL)"
            return not db.session.execute(UNSETTLED).all() and bool(
                db.session.execute(text(f"{is_told} {is_sent}")).scalar_one()
            )

        self.until(settled, "everything settled")

    def until_published(self, *publications: Publication) -> None:
        def published() -> bool:
            self.hurry()
            return all(publication.status == "published" for publication in publications)

        def told() -> str:
            return "\n".join(_told_of(publication) for publication in publications)

        self.until(published, f"{len(publications)} published", told=told)

    def until_gone_wrong(self, point: str) -> None:
        """Wait until somebody came to the point and did the deed."""

        def happened() -> bool:
            self.hurry()
            return not (self.faults / point).exists()

        self.until(happened, f"somebody at {point}")

    def until_somebody_died(self, point: str) -> None:
        self.until_gone_wrong(point)
        self.until(lambda: any(p.poll() is not None for p in self.standing.values()), f"dead {point}")

    def until_somebody_froze(self, point: str) -> Program:
        self.until_gone_wrong(point)
        frozen = lambda: [p for p in self.standing.values() if p.is_frozen]  # noqa: E731 - said where it is used
        return self.until(frozen, f"frozen {point}")[0]

    def until_dead(self, program: Program) -> None:
        self.until(lambda: program.poll() is not None, "dead")

    def hurry(self) -> None:
        """Date back what waits for a second look or another try, instead of waiting for it."""
        for table, column, condition in HURRY:
            # A frozen process may hold a row: it is passed by.
            rows = f"SELECT id FROM {table} WHERE {column} > portal_now() AND {condition}"
            db.session.execute(
                text(
                    f"UPDATE {table} SET {column} = portal_now() - interval '1 second'"
                    f" WHERE id IN ({rows} FOR UPDATE SKIP LOCKED)"
                )
            )
        db.session.commit()

    def jobs_waiting(self) -> int:
        """How many rings nobody has answered yet."""
        return sum(int(self.redis.llen(f"rq:queue:{name}")) for name in queue.QUEUES)

    def end_idle_transactions(self, words: str = "") -> int:
        """What the server does by itself to a session that holds a transaction open for 30 seconds;
        how many there were. With `words` only those whose last statement holds them."""
        idle = "state = 'idle in transaction' AND pid <> pg_backend_pid() AND datname = current_database()"
        ended = db.session.execute(
            text(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {idle}"
                " AND state_change < now() - interval '1 second' AND query LIKE :words"
            ),
            {"words": f"%{words}%"},
        ).all()
        db.session.commit()
        return len(ended)

    def appeared(self, words: str) -> int:
        """How many posts with these words the practice network shows."""
        return sum(post["text"] == words for post in self.shown())

    def letters_about(self, publication: Publication) -> int:
        """How many letters in the doctor's mailbox lead to this post."""
        mail = self.ask("GET", f"/_/mail?limit=1000&to={self.doctor.user.email}")
        address = re.compile(rf"/posts/{publication.post_id}\b")
        return sum(bool(address.search(letter["text"])) for letter in mail)

    def shown(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/_/posts?limit=10000")
        return found

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, self.sandbox.url + path, json=body)
        assert answer.status < 300, answer.data
        return json.loads(answer.data) if answer.data else None

    def check_promises(self) -> None:
        """Zero lost, zero doubled, one notice for each end, whatever was broken."""
        db.session.rollback()
        assert db.session.execute(UNSETTLED).all() == []
        assert db.session.execute(WRONGLY_TOLD).all() == []
        assert db.session.execute(UNWRITTEN).all() == []
        counts = Counter((post["text"], post["id"]) for post in self.shown())
        appeared = Counter(words for words, _ in counts)
        for end in db.session.execute(ENDS):
            assert appeared[end.words] <= 1, f"{end.words} appeared {appeared[end.words]} times"
            assert end.accepted <= 1
            if end.status == "published":
                assert counts[end.words, end.platform_post_id] == 1, f"{end.words} is said to be out"
            elif end.status in ("failed", "held", "cancelled"):
                assert appeared[end.words] == 0, f"{end.words} is {end.status} and out"
            if end.status == "failed":
                assert end.error_message
        self._check_secrets()

    def _check_secrets(self) -> None:
        """No token, and no word of a post, in what Redis holds or the programs have written."""
        logs = "".join(log.read_text() for log in self.folder.glob("*.log"))
        redis = b"\n".join(self._everything_in_redis())
        words = [post["text"] for post in self.shown()]
        for secret in (*self.tokens, *words):
            assert secret not in logs and secret.encode() not in redis

    def _everything_in_redis(self) -> Iterator[bytes]:
        """Every key and what it holds; RQ keeps a job's function and arguments compressed."""
        for key in self.redis.scan_iter():
            held = self._held_by_redis(key)
            yield key + b" " + repr(held).encode()
            if isinstance(held, dict) and b"data" in held:
                yield zlib.decompress(held[b"data"])

    def _held_by_redis(self, key: bytes) -> Any:
        match self.redis.type(key):
            case b"hash":
                return self.redis.hgetall(key)
            case b"list":
                return self.redis.lrange(key, 0, -1)
            case b"set":
                return self.redis.smembers(key)
            case b"zset":
                return self.redis.zrange(key, 0, -1)
            case b"stream":
                return self.redis.xrange(key)
            case b"string":
                return self.redis.get(key)
        return None  # it has ended since it was listed
