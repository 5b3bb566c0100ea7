"""`make bench`: how quickly the portal answers, beside the least that Flask can do on the same machine.

Figures of one machine mean little on another; the ratios do. Rounds take turns, so that a busy moment of the
machine falls on all alike, and the middle round counts.
"""

import json
import statistics
import sys
import tempfile
from contextlib import ExitStack

from config import ROOT
from portal import embedded
from tests.bench.load import Figures, measure
from tests.bench.serving import serving
from tests.databases import Databases

ROUNDS = 3
SECONDS = 3.0
PAGES = ("/health", "/login")
BARE = "bare Flask"
RESULT = ROOT / "artifacts" / "bench.json"


def main() -> int:
    with ExitStack() as stack:
        environ = {
            "DATABASE_URL": Databases(stack.enter_context(embedded.temporary_postgres())).copy(),
            "REDIS_URL": stack.enter_context(embedded.temporary_valkey()).url,
            "INSTANCE_DIR": stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")),
            "SANDBOX_URL": "http://127.0.0.1:9",
            "RATE_LIMITS": "0",
        }
        bare = stack.enter_context(serving("tests.bench.bare:app", "/", environ))
        portal = stack.enter_context(serving("wsgi:app", PAGES[0], environ))
        asked = {BARE: (bare, "/"), **{path: (portal, path) for path in PAGES}}
        rounds: dict[str, list[Figures]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (port, path) in asked.items():
                rounds[name].append(measure(port, path, SECONDS))
    report({name: middle(figures) for name, figures in rounds.items()})
    return int(any(figure.failures for figures in rounds.values() for figure in figures))


def middle(rounds: list[Figures]) -> Figures:
    """The round whose speed lies in the middle."""
    speed = statistics.median_low([figures.requests_per_second for figures in rounds])
    return next(figures for figures in rounds if figures.requests_per_second == speed)


def report(found: dict[str, Figures]) -> None:
    """Print a table, and write the same as JSON for later comparison."""
    base = found[BARE]
    lines = [f"{'':<14}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}{'of bare Flask':>16}"]
    result = {}
    for name, figures in found.items():
        ratio = figures.requests_per_second / base.requests_per_second
        lines.append(
            f"{name:<14}{figures.requests_per_second:>12.0f}{figures.p50_ms:>10.1f}"
            f"{figures.p99_ms:>10.1f}{ratio:>16.2f}"
        )
        result[name] = {**figures.as_json(), "of_bare_flask": round(ratio, 3)}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    sys.stdout.write("\n".join([*lines, "", f"Also in {RESULT.relative_to(ROOT)}", ""]))


if __name__ == "__main__":
    sys.exit(main())
