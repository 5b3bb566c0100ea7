"""What an operator has to know of publishing: how much of what there is, how late posts left, who is alive.

The page and the metrics read the same figures. Each costs what few rows cost, however many posts are planned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, Select, func, literal, select, text, union_all

from portal import clock, queue
from portal.extensions import db
from portal.models import NetworkGate, OutboxLetter, Publication

WORKER_KEYS = "portal:worker:"
SCHEDULER_KEYS = "portal:scheduler:"

PERCENTILES = (0.5, 0.95, 0.99)

# How long after its time a post counts as late.
LATE_SECONDS = 1


@dataclass(frozen=True)
class Kind:
    """One figure: what counts, and how the page says it. A post may be of several kinds."""

    key: str
    label: str
    words: str
    icon: str
    where: ColumnElement[bool]
    is_trouble: bool = True


@cache
def kinds() -> Mapping[str, Kind]:
    """Every figure by its key, in the order of the page."""
    p, now = Publication, clock.database_now()
    waits = p.status.in_(("scheduled", "retrying"))
    late = now - func.make_interval(0, 0, 0, 0, 0, 0, LATE_SECONDS)
    every = (
        Kind("due", "Due", "Their time has come.", "clock", waits & (p.due_at <= now), is_trouble=False),
        Kind("late", "Late", "Due for more than a second.", "hourglass-split", waits & (p.due_at < late)),
        Kind("in_hand", "In hand", "Being sent or looked for.", "send", p.owner.is_not(None), False),
        Kind("retrying", "Trying again", "Not out yet, tried again.", "arrow-repeat", p.status == "retrying"),
        Kind(
            "unconfirmed",
            "Unconfirmed",
            "No clear answer; we look.",
            "question-circle",
            (p.status == "unconfirmed") & p.asked_at.is_(None),
        ),
        Kind(
            "asked",
            "Doctor asked",
            "Only the doctor can tell.",
            "chat-quote",
            (p.status == "unconfirmed") & p.asked_at.is_not(None),
        ),
        Kind("held", "On hold", "Something is missing.", "pause-circle", p.status == "held"),
        Kind(
            "awaiting_doctor",
            "By hand",
            "The doctor’s turn to post.",
            "hand-index-thumb",
            p.status == "awaiting_doctor",
            is_trouble=False,
        ),
        Kind(
            "failed",
            "Failed",
            "In the last 24 hours.",
            "x-circle",
            (p.status == "failed") & (p.updated_at > now - func.make_interval(0, 0, 0, 1)),
        ),
    )
    return {kind.key: kind for kind in every}


@dataclass(frozen=True)
class Lateness:
    """How many seconds after their time posts left in the last hour."""

    left: int = 0
    percentiles: tuple[float, ...] = ()
    worst: float = 0.0

    def of(self, percentile: float) -> float | None:
        return self.percentiles[PERCENTILES.index(percentile)] if self.percentiles else None


@dataclass(frozen=True)
class Queue:
    """One kind of work; None while Redis is away."""

    name: str
    rings: int | None
    workers: int | None


@dataclass(frozen=True)
class Standing:
    """Everything at one moment."""

    counts: Mapping[tuple[str, str], int]  # by platform and kind
    oldest_due: Mapping[str, float]  # in seconds, by platform
    lateness: Mapping[str | None, Lateness]  # by platform; None for all together
    letters: int
    gates: Sequence[NetworkGate]
    queues: Sequence[Queue] = field(default=())
    schedulers: int | None = None

    @property
    def platforms(self) -> list[str]:
        return sorted({platform for platform, _ in self.counts} | {p for p in self.lateness if p})

    def count(self, kind: str, platform: str | None = None) -> int:
        """How many of a kind, on one network or on all."""
        return sum(n for (on, what), n in self.counts.items() if what == kind and platform in (None, on))

    def oldest(self, platform: str | None = None) -> float | None:
        """For how many seconds the oldest due post has been due; None when nothing is."""
        return max((age for on, age in self.oldest_due.items() if platform in (None, on)), default=None)

    def late(self, platform: str | None = None) -> Lateness:
        return self.lateness.get(platform, Lateness())


LATENESS = text("""
SELECT p.platform, count(*) AS number, max(a.late) AS worst,
       percentile_cont(CAST(:percentiles AS double precision[])) WITHIN GROUP (ORDER BY a.late) AS percentiles
FROM (SELECT publication_id, CAST(extract(epoch FROM created_at - due_at) AS double precision) AS late
      FROM attempt WHERE due_at IS NOT NULL AND created_at > portal_now() - interval '1 hour') a
JOIN publication p ON p.id = a.publication_id
GROUP BY GROUPING SETS ((p.platform), ())
""")


def standing() -> Standing:
    """The figures of this moment, from the database and from Redis."""
    rows = db.session.execute(_counts()).all()
    now = db.session.scalar(select(clock.database_now()))
    return Standing(
        counts={(row.platform, row.kind): row.number for row in rows},
        oldest_due={
            row.platform: max((now - row.oldest).total_seconds(), 0.0)
            for row in rows
            if row.kind == "due" and row.oldest
        },
        lateness=_lateness(),
        letters=db.session.scalar(_letters()) or 0,
        gates=db.session.scalars(
            select(NetworkGate)
            .where((NetworkGate.until > clock.database_now()) | (NetworkGate.failures > 0))
            .order_by(NetworkGate.platform, NetworkGate.connection)
        ).all(),
        queues=[_queue(name) for name in queue.QUEUES],
        schedulers=_alive(SCHEDULER_KEYS),
    )


def _counts() -> Select[Any]:
    """One statement; each part of it reads an index of its own."""
    parts = [
        select(Publication.platform, literal(kind.key).label("kind"), Publication.due_at).where(kind.where)
        for kind in kinds().values()
    ]
    found = union_all(*parts).subquery()
    return select(
        found.c.platform,
        found.c.kind,
        func.count().label("number"),
        func.min(found.c.due_at).label("oldest"),
    ).group_by(found.c.platform, found.c.kind)


def _lateness() -> dict[str | None, Lateness]:
    rows = db.session.execute(LATENESS, {"percentiles": list(PERCENTILES)})
    return {
        row.platform: Lateness(row.number, tuple(row.percentiles), row.worst) for row in rows if row.number
    }


def _letters() -> Select[int]:
    waits = OutboxLetter.sent_at.is_(None) & OutboxLetter.given_up_at.is_(None)
    return select(func.count()).where(waits, OutboxLetter.not_before <= clock.database_now())


def _queue(name: str) -> Queue:
    try:
        rings = current_app.extensions["redis"].llen(f"rq:queue:{name}")
    except RedisError:
        return Queue(name, None, None)
    return Queue(name, int(rings), _alive(f"{WORKER_KEYS}{name}:"))


def _alive(keys: str) -> int | None:
    """How many processes said within ten seconds that they live; None while Redis is away."""
    try:
        return sum(1 for _ in current_app.extensions["redis"].scan_iter(f"{keys}*", count=1000))
    except RedisError:
        return None
