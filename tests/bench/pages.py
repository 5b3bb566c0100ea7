"""How quickly pages answer, beside the least that Flask can do on the same machine.

Rounds take turns, so that a busy moment of the machine falls on all alike, and the middle round counts.
"""

import statistics
from contextlib import ExitStack

from tests.bench.findings import Finding
from tests.bench.load import Figures
from tests.bench.load import measure as load
from tests.bench.serving import serving
from tests.bench.stand import Stand

ROUNDS = 3
SECONDS = 3.0
PAGES = ("/health", "/login")
BARE = "bare Flask"


def measure(stand: Stand) -> tuple[list[Finding], int]:
    """The findings, and how many calls failed."""
    with ExitStack() as stack:
        bare, _ = stack.enter_context(serving("tests.bench.bare:app", "/", stand.environ))
        portal, _ = stack.enter_context(serving("wsgi:app", PAGES[0], stand.environ))
        asked = {BARE: (bare, "/"), **{path: (portal, path) for path in PAGES}}
        rounds: dict[str, list[Figures]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (port, path) in asked.items():
                rounds[name].append(load(port, path, SECONDS))
    found = {name: _middle(figures) for name, figures in rounds.items()}
    failures = sum(figure.failures for figures in rounds.values() for figure in figures)
    return [
        each for name, figures in found.items() for each in _of_page(name, figures, found[BARE])
    ], failures


def _middle(rounds: list[Figures]) -> Figures:
    """The round whose speed lies in the middle."""
    speed = statistics.median_low([figures.requests_per_second for figures in rounds])
    return next(figures for figures in rounds if figures.requests_per_second == speed)


def _of_page(name: str, figures: Figures, bare: Figures) -> list[Finding]:
    speed = figures.requests_per_second
    return [
        Finding("pages", name, speed, "calls/s", bare.requests_per_second, BARE),
        Finding("pages", f"{name}, p50", figures.p50_ms, "ms", bare.p50_ms, BARE),
        Finding("pages", f"{name}, p99", figures.p99_ms, "ms", bare.p99_ms, BARE),
    ]
