"""How quickly programs are answered, beside a bare answer of the same size and beside FastAPI.

Rounds take turns, so that a busy moment of the machine falls on all alike, and the middle round counts.
"""

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text

from config import ROOT
from portal import clock
from portal.api import tokens
from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, SocialAccount
from portal.tied import wrap
from tests.bench import crowd
from tests.bench.findings import Finding
from tests.bench.load import ask
from tests.bench.serving import free_port, serving
from tests.bench.stand import Stand

POSTS = 60
CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 2.0
BARE, PEER = "bare Flask", "FastAPI"
MOST_OF_BARE = 2.5
START_LIMIT = 30.0


@dataclass(frozen=True)
class Call:
    """One call, and where it goes."""

    name: str
    port: int
    path: str
    method: str = "GET"
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def measure(stand: Stand) -> tuple[list[Finding], int]:
    """The findings, and how many calls failed."""
    doctor_id, calls = _prepare()
    with ExitStack() as stack:
        portal, _ = stack.enter_context(serving("wsgi:app", "/health", stand.environ))
        asked = [Call(name, portal, *call) for name, call in calls.items()]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-answers-")))
        for call in asked:
            (folder / f"{call.name}.json").write_bytes(_once(call))
        environ = stand.environ | {"BENCH_ANSWERS": str(folder)}
        bare, _ = stack.enter_context(serving("tests.bench.api_bare:app", "/list", environ))
        peer = stack.enter_context(_peer(stand.environ, f"/posts?doctor_id={doctor_id}"))
        others = [Call(f"{BARE} {call.name}", bare, f"/{call.name}") for call in asked]
        others.append(Call(PEER, peer, f"/posts?doctor_id={doctor_id}"))
        return _compare(asked, others)


def _prepare() -> tuple[int, dict[str, tuple[str, str, str | None, dict[str, str]]]]:
    """A doctor with posts, and what is asked about them: address, method, body, headers."""
    account = db.session.scalars(select(SocialAccount).order_by(SocialAccount.id).limit(1)).one()
    doctor = db.session.get_one(Doctor, account.doctor_id)
    crowd.plan(POSTS, 1, after=86_400, apart=60, words="Wash your hands for twenty seconds, ")
    if not db.session.scalar(select(MedicalSpeciality.id).limit(1)):
        db.session.add_all(MedicalSpeciality(name=f"Speciality {number}") for number in range(50))
        db.session.commit()
    head = {"Authorization": f"Bearer {tokens.issue(doctor.user)}"}
    at = (clock.now() + timedelta(days=30)).isoformat()
    draft = json.dumps({"content": "Wash your hands.", "scheduled_at": at, "status": "draft"})
    newest = "SELECT max(id) FROM post WHERE doctor_id = :doctor"
    number = db.session.execute(text(newest), {"doctor": doctor.id}).scalar_one()
    doctor_id = doctor.id
    # PostgreSQL cuts whoever holds a transaction open for as long as this is measured.
    db.session.remove()
    return doctor_id, {
        "list": ("/api/v1/posts?limit=50", "GET", None, head),
        "one": (f"/api/v1/posts/{number}", "GET", None, head),
        "create": ("/api/v1/posts", "POST", draft, head | {"Content-Type": "application/json"}),
        "specialities": ("/api/v1/master/specialities", "GET", None, {}),
        "profile": ("/api/v1/doctor/profile", "GET", None, head),
    }


def _compare(asked: list[Call], others: list[Call]) -> tuple[list[Finding], int]:
    findings: list[Finding] = []
    failed = 0
    for connections in CONNECTIONS:
        speeds: dict[str, list[float]] = {call.name: [] for call in (*asked, *others)}
        for _ in range(ROUNDS):
            for call in (*asked, *others):
                speed, failures = _load(call, connections)
                speeds[call.name].append(speed)
                failed += failures
        middle = {name: statistics.median_low(rounds) for name, rounds in speeds.items()}
        findings += _findings(connections, asked, middle)
    return findings, failed


def _findings(connections: int, asked: list[Call], speed: Mapping[str, float]) -> list[Finding]:
    """Milliseconds of the machine for each call, so that less is better and a limit is a limit."""
    at = f"{connections} connection{'s' if connections > 1 else ''}"
    found = []
    for call in asked:
        took, bare = 1000 / speed[call.name], 1000 / speed[f"{BARE} {call.name}"]
        is_promised = call.name != "create"
        against = bare * MOST_OF_BARE if is_promised else bare
        words = f"{MOST_OF_BARE:g} × {BARE}" if is_promised else BARE
        found.append(Finding("api", f"{call.name}, {at}", took, "ms/call", against, words, is_promised))
    peer = 1000 / speed[PEER]
    return [*found, Finding("api", f"list, {at}", 1000 / speed["list"], "ms/call", peer, PEER, True)]


def _load(call: Call, connections: int) -> tuple[float, int]:
    """Calls each second, and how many failed."""
    counts, failures = [0] * connections, [0] * connections
    until = time.perf_counter() + SECONDS

    def caller(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", call.port, timeout=30)
        while time.perf_counter() < until:
            connection.request(call.method, call.path, call.body, dict(call.headers))
            answer = connection.getresponse()
            answer.read()
            counts[place] += 1
            failures[place] += answer.status >= 300
        connection.close()

    threads = [threading.Thread(target=caller, args=(place,)) for place in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun), sum(failures)


def _once(call: Call) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", call.port, timeout=30)
    connection.request(call.method, call.path, call.body, dict(call.headers))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{call.name} answered {answer.status}")
    return body


@contextmanager
def _peer(environ: Mapping[str, str], path: str) -> Iterator[int]:
    """FastAPI under uvicorn, with as many processes as gunicorn gives the portal."""
    port = free_port()
    app = ["tests.bench.api_peer:app", f"--port={port}", "--workers=2", "--log-level=warning"]
    command = wrap([sys.executable, "-m", "uvicorn", *app], signal.SIGTERM)
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ})
    try:
        deadline = time.monotonic() + START_LIMIT
        while not _answers(port, path):
            if time.monotonic() > deadline or server.poll() is not None:
                raise RuntimeError(f"{PEER} did not answer within {START_LIMIT:g} s")
            time.sleep(0.1)  # between two looks
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(port: int, path: str) -> bool:
    try:
        return ask(port, path, {}) == 200
    except OSError:
        return False
