"""Asks a page again and again from several connections, and says how quickly it answered."""

import http.client
import statistics
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

CONNECTIONS = 4


@dataclass(frozen=True)
class Figures:
    """What one page did under load; times in milliseconds."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    failures: int

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


def measure(
    port: int,
    path: str,
    seconds: float,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: str | None = None,
    is_new: bool = False,
) -> Figures:
    """Load one page for so long. An answer that is not 200 or 201 counts as a failure.

    With `is_new` each call comes from a browser of another name, for which no page is kept.
    """
    took: list[float] = []
    failures: list[int] = []
    begun = time.perf_counter()
    callers = [
        threading.Thread(
            target=_call,
            args=(port, (method, path, body, dict(headers or {})), begun + seconds, took, failures, is_new),
        )
        for _ in range(connections)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    elapsed = time.perf_counter() - begun
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return Figures(len(took) / elapsed, cuts[49] * 1000, cuts[98] * 1000, len(failures))


def _call(
    port: int,
    asked: tuple[str, str, str | None, dict[str, str]],
    until: float,
    took: list[float],
    failures: list[int],
    is_new: bool,
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    *line, headers = asked
    while time.perf_counter() < until:
        begun = time.perf_counter()
        name = {"User-Agent": f"Bench/{begun}"} if is_new else {}
        connection.request(*line, headers | name)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - begun)
        if answer.status not in (200, 201):
            failures.append(answer.status)
    connection.close()


def ask(port: int, path: str, headers: Mapping[str, str]) -> int:
    """One call on a connection of its own, as a browser's first one; the status of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
