"""`/metrics` for Prometheus: the operator's figures, computed from the database when they are asked for.

So every web process answers alike, and none has to count for the others. Figures of an hour are gauges.
"""

import hmac
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from portal import clock, extensions
from portal.extensions import db
from portal.publishing import watching
from portal.publishing.watching import Standing

LOOPBACK = ("127.0.0.1", "::1")

# Whoever forwards a stranger's request says so in one of these.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@extensions.limiter.exempt
def metrics() -> Response:
    """The figures in the form that the scraper asks for; 404 for whoever has no business with them."""
    if not may_read():
        abort(404)
    registry = CollectorRegistry()
    registry.register(Figures(watching.standing()))
    db.session.rollback()
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(registry), content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def may_read() -> bool:
    """With METRICS_TOKEN set, its bearer; without it, this machine alone and nobody through a proxy."""
    token = current_app.config["PORTAL"].metrics_token
    if token is not None:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)


class Figures:
    """One standing as Prometheus reads it; a figure that is not known is left out, never zero."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing

    def collect(self) -> Iterator[Metric]:
        yield from self.publications()
        yield from self.lateness()
        yield from self.processes()
        yield from self.gates()

    def publications(self) -> Iterator[Metric]:
        counts = GaugeMetricFamily(
            "portal_publications",
            "Publications of each kind; one may be of several kinds.",
            labels=["platform", "kind"],
        )
        for kind in watching.kinds():
            for platform in self.standing.platforms:
                counts.add_metric([platform, kind], self.standing.count(kind, platform))
        yield counts
        yield GaugeMetricFamily(
            "portal_oldest_due_seconds",
            "For how long the oldest due publication has been due; 0 when none is.",
            value=self.standing.oldest() or 0.0,
        )

    def lateness(self) -> Iterator[Metric]:
        seconds = GaugeMetricFamily(
            "portal_lateness_seconds",
            "How long after its time a publication left, in the last hour.",
            labels=["platform", "quantile"],
        )
        left = GaugeMetricFamily(
            "portal_publications_left", "Publications that left in the last hour.", labels=["platform"]
        )
        for platform in self.standing.platforms:
            late = self.standing.late(platform)
            left.add_metric([platform], late.left)
            for quantile in watching.PERCENTILES if late.left else ():
                seconds.add_metric([platform, str(quantile)], late.of(quantile) or 0.0)
            if late.left:
                seconds.add_metric([platform, "1.0"], late.worst)
        yield from (left, seconds)

    def processes(self) -> Iterator[Metric]:
        rings = GaugeMetricFamily("portal_queue_rings", "Rings waiting in a queue.", labels=["queue"])
        workers = GaugeMetricFamily("portal_workers", "Living workers of a queue.", labels=["queue"])
        for queue in self.standing.queues:
            if queue.rings is not None:
                rings.add_metric([queue.name], queue.rings)
            if queue.workers is not None:
                workers.add_metric([queue.name], queue.workers)
        yield from (rings, workers)
        if self.standing.schedulers is not None:
            yield GaugeMetricFamily("portal_schedulers", "Living schedulers.", value=self.standing.schedulers)
        yield GaugeMetricFamily(
            "portal_letters_waiting", "Letters that are due.", value=self.standing.letters
        )

    def gates(self) -> Iterator[Metric]:
        labels = ["platform", "connection"]
        closed = GaugeMetricFamily("portal_network_closed", "1 while nothing goes out there.", labels=labels)
        failures = GaugeMetricFamily("portal_network_failures", "Calls that failed in a row.", labels=labels)
        for gate in self.standing.gates:
            is_closed = gate.until is not None and gate.until > clock.now()
            closed.add_metric([gate.platform, gate.connection], int(is_closed))
            failures.add_metric([gate.platform, gate.connection], gate.failures)
        yield from (closed, failures)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
