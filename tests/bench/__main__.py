"""`make bench`: how punctual, quick and light the portal is, all by ratios.

Figures of one machine mean little on another; so each stands beside a limit, or beside what the same machine
did in the same run. `make bench ONLY="search pages"` measures some sections, `ONLY=engine` all of publishing.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config import ROOT
from tests.bench import api, checking, crowd, meanwhile, months, pages, picture, punctual, search, spread
from tests.bench.findings import Finding, table, write
from tests.bench.stand import Stand, standing

RESULT = ROOT / "artifacts" / "bench.json"
PICTURE = ROOT / "artifacts" / "lateness.svg"
DOCTORS = 2_000


@dataclass
class Bench:
    """What was found, and how many promises were broken or calls failed."""

    stand: Stand
    findings: list[Finding] = field(default_factory=list)
    broken: int = 0

    def punctual(self) -> None:
        found, lateness, broken = punctual.measure(self.stand)
        picture.draw(lateness, PICTURE)
        self.findings += found
        self.broken += broken

    def workers(self) -> None:
        self.findings += spread.throughput(self.stand)

    def meanwhile(self) -> None:
        found, failures = meanwhile.measure(self.stand)
        self.findings += found
        self.broken += failures

    def memory(self) -> None:
        self.findings += spread.memory(self.stand)

    def search(self) -> None:
        self.findings += search.measure(self.stand)

    def checks(self) -> None:
        self.findings += checking.measure()

    def calendar(self) -> None:
        found, failures = months.measure(self.stand)
        self.findings += found
        self.broken += failures

    def pages(self) -> None:
        found, failures = pages.measure(self.stand)
        self.findings += found
        self.broken += failures

    def api(self) -> None:
        found, failures = api.measure(self.stand)
        self.findings += found
        self.broken += failures


ENGINE: tuple[Callable[[Bench], None], ...] = (
    Bench.punctual,
    Bench.workers,
    Bench.meanwhile,
    Bench.memory,
    Bench.search,
)
SECTIONS = {
    section.__name__: section for section in (*ENGINE, Bench.checks, Bench.pages, Bench.calendar, Bench.api)
}


def chosen(words: Sequence[str]) -> list[Callable[[Bench], None]]:
    """The sections of these names, all of them for none; raises KeyError."""
    names = [
        name for word in words for name in ([s.__name__ for s in ENGINE] if word == "engine" else [word])
    ]
    return [SECTIONS[name] for name in names or SECTIONS]


def main(words: Sequence[str]) -> int:
    try:
        sections = chosen(words)
    except KeyError as unknown:
        sys.stderr.write(f"There is no section {unknown}. Choose of: engine, {', '.join(SECTIONS)}.\n")
        return 2
    with standing() as stand:
        bench = Bench(stand)
        crowd.make_doctors(DOCTORS)
        for section in sections:
            begun = time.monotonic()
            section(bench)
            sys.stderr.write(f"{section.__name__}: {time.monotonic() - begun:.0f} s\n")
    write(bench.findings, RESULT)
    sys.stdout.write(f"{table(bench.findings)}\n\nAlso in {RESULT.relative_to(ROOT)}")
    sys.stdout.write(f", drawn in {PICTURE.relative_to(ROOT)}\n" if PICTURE.exists() else "\n")
    if bench.broken:
        sys.stdout.write(f"{bench.broken} posts early, doubled or missing, or calls that failed.\n")
    return int(bench.broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
