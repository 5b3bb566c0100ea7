"""How punctual posts leave: one by one, a thousand of one instant, ten thousand of five hundred doctors."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from portal.local import procfile
from tests.bench import crowd
from tests.bench.findings import Finding, quantile
from tests.bench.stand import Stand, cpu_of

SINGLES, APART = 100, 0.23
INSTANT, INSTANT_ROUNDS = 1_000, 3
MINUTE, DOCTORS = 10_000, 500

SINGLE_LIMIT, INSTANT_LIMIT, MINUTE_LIMIT = 0.5, 1.0, 10.0


@dataclass(frozen=True)
class Run:
    """A crowd that has left. Lateness in seconds, sorted; CPU in milliseconds a post."""

    lateness: list[float]
    doubled: int
    missing: int
    worker_cpu: float
    database_cpu: float
    network_cpu: float

    @property
    def drained(self) -> float:
        return self.lateness[-1]


def publish(stand: Stand, pids: Sequence[int], count: int, accounts: int, **plan: float) -> Run:
    """Plan posts, wait until all are out, and say how late each reached the network."""
    stand.forget_arrivals()
    crowd.forget()
    crowd.plan(count, accounts, **{"after": 3.0, **plan})  # type: ignore[arg-type]
    before = _cpu(stand, pids)
    limit = time.monotonic() + 60 + count * (0.02 + plan.get("apart", 0.0))
    while crowd.open_posts() and time.monotonic() < limit:
        time.sleep(0.5)  # between two looks, which cost what they measure
    used = [1000 * (after - at) / count for at, after in zip(before, _cpu(stand, pids), strict=True)]
    due, arrivals = crowd.due_times(), stand.arrivals()
    texts = {text for text, _ in arrivals}
    lateness = sorted(at - due[text] for text, at in arrivals)
    return Run(lateness or [limit], len(arrivals) - len(texts), len(due) - len(texts), *used)


def _cpu(stand: Stand, pids: Sequence[int]) -> list[float]:
    workers = sum(cpu_of(pid) for pid in pids)
    return [workers, stand.cpu_of_database(), cpu_of(stand.network.pid)]


def measure(stand: Stand) -> tuple[list[Finding], dict[str, list[float]], int]:
    """The findings, the lateness of each crowd for the picture, and how many promises were broken."""
    # What `make run` starts.
    begun = (*stand.publishers(procfile.publishers()), stand.scheduler())
    workers = [process.pid for process in begun]
    publish(stand, workers, 50, 50)  # the first posts of a process pay for its imports and connections
    singles = publish(stand, workers, SINGLES, SINGLES, apart=APART)
    rounds = [publish(stand, workers, INSTANT, INSTANT) for _ in range(INSTANT_ROUNDS)]
    instant = sorted(rounds, key=lambda run: run.drained)[INSTANT_ROUNDS // 2]
    minute = publish(stand, workers, MINUTE, DOCTORS)
    stand.end()
    findings = [
        *_of_run("single posts", singles, "99 of 100", SINGLE_LIMIT, quantile(singles.lateness, 99)),
        *_of_run("1,000 posts of one instant", instant, "the last one", INSTANT_LIMIT, instant.drained),
        *_of_run("10,000 posts of 500 doctors", minute, "the last one", MINUTE_LIMIT, minute.drained),
    ]
    all_runs = [singles, *rounds, minute]
    broken = sum(run.doubled + run.missing + (run.lateness[0] < 0) for run in all_runs)
    pictured = {"single": singles.lateness, "1,000": instant.lateness, "10,000": minute.lateness}
    return findings, pictured, broken


def _of_run(section: str, run: Run, what: str, limit: float, worst: float) -> list[Finding]:
    late = run.lateness
    worker, database = run.worker_cpu, run.database_cpu
    return [
        Finding(section, "first (never before its time)", late[0], "s"),
        Finding(section, "half have left after", quantile(late, 50), "s", limit, "limit", True),
        Finding(section, "99 of 100 have left after", quantile(late, 99), "s", limit, "limit", True),
        Finding(section, f"{what}, as promised", worst, "s", limit, "limit", True),
        Finding(section, "doubled or missing", run.doubled + run.missing, "posts"),
        Finding(section, "CPU of the worker", worker, "ms/post"),
        Finding(section, "CPU of the database", database, "ms/post", worker, "the worker's"),
        Finding(section, "CPU of the network", run.network_cpu, "ms/post", worker, "the worker's"),
    ]
