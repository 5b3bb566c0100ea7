"""What the search for due work costs beside few and many planned posts, and claims beside pgbench's."""

import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from config import Config
from portal import create_app
from portal.embedded.postgres import PORT, USER, installation
from portal.extensions import db
from portal.publishing import claiming, flows
from portal.publishing.liveness import Liveness
from tests.bench import crowd
from tests.bench.findings import Finding
from tests.bench.stand import Stand

SIZES = (10_000, 100_000, 1_000_000)
SEARCHES = 100
DOCTORS = 2_000
PORTION = claiming.CLAIM_AT_MOST
PORTIONS = 4
PGBENCH_SECONDS = 3

# The least that claiming can be: rows without triggers, keys or fairness, taken in the same portions.
BARE_TABLE = """
CREATE TABLE bare AS
SELECT n AS id, 'scheduled' AS status, now() AS due_at, 0 AS fence FROM generate_series(1, 1000000) n;
CREATE INDEX ON bare (due_at) WHERE status = 'scheduled';
CREATE INDEX ON bare (id);
ANALYZE bare;
"""
BARE_CLAIM = f"""
UPDATE bare SET status = 'publishing', fence = fence + 1
WHERE id IN (SELECT id FROM bare WHERE status = 'scheduled' AND due_at <= now()
             ORDER BY due_at LIMIT {PORTION} FOR UPDATE SKIP LOCKED)
RETURNING id, fence;
"""


def measure(stand: Stand) -> list[Finding]:
    """Claims a second, and the search at each size."""
    rate = median(_claims_a_second() for _ in range(3))
    bare = _bare_claims_a_second(stand)
    found = [Finding("claims", f"rows, in portions of {PORTION}", rate, "rows/s", bare, "pgbench, bare rows")]
    crowd.forget()
    return found + _beside_planned(stand)


def _claims_a_second() -> float:
    crowd.forget()
    crowd.plan(PORTION * PORTIONS, PORTION * PORTIONS, after=-1.0)
    with Liveness(db.engine) as liveness:
        session = liveness.session()
        begun = time.perf_counter()
        taken = sum(len(claiming.claim(session, liveness.owner)) for _ in range(PORTIONS))
        return taken / (time.perf_counter() - begun)


def _bare_claims_a_second(stand: Stand) -> float:
    """What pgbench reaches with one connection on the same server."""
    where = ["-h", str(stand.server.sockets), "-p", str(PORT), "-U", USER]
    database = stand.databases.empty("bare").partition("?")[0].rpartition("/")[2]
    programs = installation() / "bin"
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "claim.sql"
        script.write_text(BARE_CLAIM.replace("\n", " ") + "\n")
        create = [str(programs / "psql"), *where, "-q", "-c", BARE_TABLE, database]
        subprocess.run(create, check=True, capture_output=True)
        seconds = ["-T", str(PGBENCH_SECONDS)]
        command = [str(programs / "pgbench"), *where, "-n", "-f", str(script), "-c", "1", *seconds, database]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    speed = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
    if speed is None:
        raise RuntimeError(f"pgbench did not say how quick it was: {told}")
    return float(speed[1]) * PORTION


class Planned:
    """A portal of its own with so many planned posts, of which none is due."""

    def __init__(self, stand: Stand, size: int) -> None:
        self.size = size
        self.app = create_app(
            Config.from_env(stand.environ | {"DATABASE_URL": stand.databases.copy("planned")})
        )
        with self.app.app_context():
            crowd.make_doctors(DOCTORS)
            crowd.make_rows(1, size)
            crowd.tidy()
            self.liveness = Liveness(db.engine)
            self.session = self.liveness.session()
        self.took: dict[str, list[float]] = {}

    def ask(self) -> None:
        """What is asked again and again while nothing is due."""
        owner = self.liveness.owner
        with self.app.app_context():
            self._time("the search for due posts", lambda: claiming.claim(self.session, owner))
            self._time("when the next one falls due", lambda: claiming.seconds_until_next(self.session))
            self._time("a whole tick of the scheduler", lambda: (flows.sweep(), flows.lateness()))

    def _time(self, what: str, ask: Callable[[], object]) -> None:
        begun = time.perf_counter()
        ask()
        self.took.setdefault(what, []).append(time.perf_counter() - begun)

    def close(self) -> None:
        self.liveness.drop()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _beside_planned(stand: Stand) -> list[Finding]:
    """The search at each size. They are asked in turn, so that what else the machine does falls on all."""
    portals = [Planned(stand, size) for size in SIZES]
    for _ in range(SEARCHES):
        for portal in portals:
            portal.ask()
    fewest = portals[0].took
    found = [
        Finding(
            f"{portal.size:,} planned posts",
            what,
            median(took) * 1000,
            "ms",
            median(fewest[what]) * 1000,
            f"with {SIZES[0]:,}",
        )
        for portal in portals
        for what, took in portal.took.items()
    ]
    for portal in portals:
        portal.close()
    return found
