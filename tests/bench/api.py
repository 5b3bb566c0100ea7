"""How quickly programs are answered, beside a bare answer of the same size and beside FastAPI.

Each call takes turns with what it is compared with, round by round, so that a busy moment of the machine
falls on both alike; the middle of the ratios counts. All are asked by the same client and, but for FastAPI,
served by the same gunicorn with the same settings.
"""

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
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
from tests.bench.load import Figures, ask
from tests.bench.load import measure as measure_load
from tests.bench.serving import free_port, serving
from tests.bench.stand import Stand

POSTS = 60
CONNECTIONS = (1, 8, 32)
ROUNDS = 5
SECONDS = 0.8
BARE, SELECT, PEER = "bare Flask", "bare Flask + SELECT 1", "FastAPI"
# Which calls FastAPI answers too.
AT_PEER = ("list", "draft", "create")
MOST_OF_BARE = 2.5
START_LIMIT = 120.0


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
        beside = {
            call.name: [
                replace(call, name=BARE, port=bare, path=f"/{call.name}"),
                replace(call, name=SELECT, port=bare, path=f"/select/{call.name}"),
            ]
            for call in asked
        }
        for call in asked:
            if call.name in AT_PEER:
                beside[call.name].append(
                    replace(call, name=PEER, port=peer, path=f"/posts?doctor_id={doctor_id}")
                )
        return _compare(asked, beside)


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
    planned = {
        "content": "Wash your hands.",
        "scheduled_at": at,
        "publications": [{"social_account_id": account.id}],
    }
    typed = head | {"Content-Type": "application/json"}
    newest = "SELECT max(id) FROM post WHERE doctor_id = :doctor"
    number = db.session.execute(text(newest), {"doctor": doctor.id}).scalar_one()
    doctor_id = doctor.id
    # PostgreSQL cuts whoever holds a transaction open for as long as this is measured.
    db.session.remove()
    return doctor_id, {
        "list": ("/api/v1/posts?limit=50", "GET", None, head),
        "one": (f"/api/v1/posts/{number}", "GET", None, head),
        "draft": ("/api/v1/posts", "POST", json.dumps(planned | {"status": "draft"}), typed),
        "create": ("/api/v1/posts", "POST", json.dumps(planned), typed),
        "specialities": ("/api/v1/master/specialities", "GET", None, {}),
        "profile": ("/api/v1/doctor/profile", "GET", None, head),
    }


def _compare(asked: list[Call], beside: Mapping[str, list[Call]]) -> tuple[list[Finding], int]:
    findings: list[Finding] = []
    failed = 0
    for connections in CONNECTIONS:
        at = f"{connections} connection{'s' if connections > 1 else ''}"
        for call in asked:
            turns = (call, *beside[call.name])
            rounds = [[_load(one, connections) for one in turns] for _ in range(ROUNDS)]
            failed += sum(figures.failures for one_round in rounds for figures in one_round)
            findings += _findings(f"{call.name}, {at}", call, turns, rounds)
    return findings, failed


def _findings(what: str, call: Call, turns: Sequence[Call], rounds: list[list[Figures]]) -> Iterator[Finding]:
    """Milliseconds of the machine for each call, so that less is better and a limit is a limit."""
    costs = [[1000 / figures.requests_per_second for figures in one_round] for one_round in rounds]
    took = statistics.median(cost[0] for cost in costs)
    middle = statistics.median_low(sorted(one_round[0].requests_per_second for one_round in rounds))
    told = next(one_round[0] for one_round in rounds if one_round[0].requests_per_second == middle)
    yield Finding("api", f"{what}: calls", told.requests_per_second, "calls/s")
    yield Finding("api", f"{what}: p99", told.p99_ms, "ms")
    for place, other in enumerate(turns[1:], start=1):
        ratio = statistics.median(cost[0] / cost[place] for cost in costs)
        # Writing waits for the disk, and no answer that lies ready does: only reading is promised.
        is_promised = other.name == PEER or (other.name == BARE and call.method == "GET")
        times = MOST_OF_BARE if other.name == BARE and is_promised else 1.0
        words = f"{times:g} × {other.name}" if times > 1 else other.name
        yield Finding("api", what, took, "ms/call", took / ratio * times, words, is_promised)


def _load(call: Call, connections: int) -> Figures:
    return measure_load(
        call.port, call.path, SECONDS, connections, call.headers, method=call.method, body=call.body
    )


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
