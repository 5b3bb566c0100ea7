"""Whether the portal lives, and whether it is ready to do its whole work."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, json
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import extensions, queue
from portal.extensions import db

SCHEDULER_KEYS = "portal:scheduler:"
WORKER_KEYS = "portal:worker:"
DATABASE_LIMIT_MILLISECONDS = 1500

bp = Blueprint("health", __name__)


@bp.get("/health")
@extensions.limiter.exempt
def health() -> Response:
    """The process lives; nothing else is asked."""
    return _json({"status": "ok"}, 200)


@bp.get("/ready")
@extensions.limiter.exempt
def ready() -> Response:
    """200 when database, Redis, a worker and the scheduler answer; else 503 with what does not."""
    parts: dict[str, Callable[[], bool]] = {
        "database": database_answers,
        "redis": lambda: bool(_redis().ping()),
        "worker": worker_is_alive,
        "scheduler": scheduler_is_alive,
    }
    missing = [name for name, asks in parts.items() if not _answers(asks)]
    if missing:
        return _json({"status": "not ready", "missing": missing}, 503)
    return _json({"status": "ready"}, 200)


def database_answers() -> bool:
    try:
        db.session.execute(text(f"SET LOCAL statement_timeout = {DATABASE_LIMIT_MILLISECONDS}"))
        db.session.execute(text("SELECT 1"))
    finally:
        db.session.rollback()
    return True


def worker_is_alive() -> bool:
    """Whether every kind of work has a worker: letters alone publish nothing."""
    return all(_beats(f"{WORKER_KEYS}{name}:*") for name in queue.QUEUES)


def scheduler_is_alive() -> bool:
    return _beats(f"{SCHEDULER_KEYS}*")


def _beats(keys: str) -> bool:
    """Whether one of these keys is there: each is gone ten seconds after its process's last beat."""
    return next(_redis().scan_iter(keys, count=1000), None) is not None


def _answers(asks: Callable[[], bool]) -> bool:
    try:
        return asks()
    except (RedisError, SQLAlchemyError):
        return False


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis


def _json(told: dict[str, object], status: int) -> Response:
    response = Response(json.dumps(told), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
