"""How quickly pages and API answer while ten thousand posts go out, beside a quiet portal."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app

from portal.api import tokens
from portal.extensions import db
from portal.local import procfile
from portal.models import Doctor
from tests.bench import crowd
from tests.bench.findings import Finding, quantile
from tests.bench.load import ask
from tests.bench.serving import serving
from tests.bench.stand import Stand
from tests.signing_in import sign_in

POSTS, DOCTORS = 10_000, 500
QUIET_SECONDS = 20.0
# Two people and a program at once, each asking again a moment after the answer.
PAUSE = 0.05
MOST_TIMES = 2.0


@dataclass
class Caller:
    """Asks for one thing again and again; seconds that each answer took."""

    port: int
    path: str
    headers: dict[str, str]
    took: list[float] = field(default_factory=list)
    failures: int = 0

    def run(self, until: threading.Event) -> None:
        while not until.wait(PAUSE):
            begun = time.perf_counter()
            status = ask(self.port, self.path, self.headers)
            self.took.append(time.perf_counter() - begun)
            self.failures += status != 200


def measure(stand: Stand) -> tuple[list[Finding], int]:
    """The findings, and how many calls failed."""
    crowd.forget()
    doctor = db.session.query(Doctor).order_by(Doctor.id).first()
    assert doctor is not None
    client = sign_in(current_app.test_client(), doctor)
    cookies = "; ".join(f"{c.key}={c.value}" for c in client._cookies.values())
    bearer = {"Authorization": f"Bearer {tokens.issue(doctor.user)}"}
    db.session.commit()
    asked = {
        "the overview": ("/", {"Cookie": cookies}),
        "the sign-in page": ("/login", {}),
        "the API's list of posts": ("/api/v1/posts?limit=20", bearer),
    }
    stand.publishers(procfile.publishers())
    stand.scheduler()
    with serving("wsgi:app", "/health", stand.environ) as (port, _):

        def callers() -> dict[str, Caller]:
            return {what: Caller(port, path, heads) for what, (path, heads) in asked.items()}

        crowd.plan(POSTS, DOCTORS, after=QUIET_SECONDS + 5)
        _run(callers(), lambda: time.sleep(2.0))  # the first calls pay for imports
        quiet, busy = callers(), callers()
        _run(quiet, lambda: time.sleep(QUIET_SECONDS))
        time.sleep(3.5)  # until they fall due
        _run(busy, lambda: stand.until(lambda: not crowd.open_posts(), "all posts are out", 120))
    stand.end()
    return _findings(quiet, busy), sum(c.failures for c in (*quiet.values(), *busy.values()))


def _run(callers: dict[str, Caller], meanwhile: Callable[[], object]) -> None:
    """Ask all the time while something else happens."""
    over = threading.Event()
    threads = [threading.Thread(target=caller.run, args=(over,)) for caller in callers.values()]
    for thread in threads:
        thread.start()
    meanwhile()
    over.set()
    for thread in threads:
        thread.join()


def _findings(quiet: dict[str, Caller], busy: dict[str, Caller]) -> list[Finding]:
    found = []
    for what, caller in busy.items():
        for hundredths in (50, 99):
            before = quantile(quiet[what].took, hundredths) * 1000
            now = quantile(caller.took, hundredths) * 1000
            name, limit = f"{what}, p{hundredths}", MOST_TIMES * before
            found.append(Finding("pages meanwhile", f"{name}, quiet", before, "ms"))
            found.append(
                Finding("pages meanwhile", name, now, "ms", limit, "twice the quiet", hundredths == 99)
            )
    return found
