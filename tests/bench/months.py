"""A month of the calendar with 30, 300 and 3,000 posts, beside a bare Flask page with as many rows."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import event, select, text

from portal import clock
from portal.auth import sessions
from portal.extensions import db
from portal.models import Doctor
from tests.bench.findings import Finding
from tests.bench.load import Figures
from tests.bench.load import measure as load
from tests.bench.serving import serving
from tests.bench.stand import Stand

SIZES = (30, 300, 3_000)
CONNECTIONS = (1, 8, 32)
SECONDS = 3.0
# The goal: at most this many times what the bare page costs.
GOAL = 2.0

POSTS = text("""
WITH posts AS (
    INSERT INTO post (doctor_id, content, timezone, scheduled_at)
    SELECT :doctor, 'Post number ' || n, 'Asia/Kolkata', :begin + n * :apart * interval '1 second'
    FROM generate_series(0, :count - 1) n RETURNING id, doctor_id, scheduled_at
)
INSERT INTO publication (post_id, social_account_id, doctor_id, platform, status, due_at, client_ref)
SELECT p.id, a.id, p.doctor_id, a.platform, 'scheduled', p.scheduled_at, gen_random_uuid()::text
FROM posts p JOIN social_account a ON a.doctor_id = p.doctor_id
""")


def measure(stand: Stand) -> tuple[list[Finding], int]:
    """The findings, and how many calls failed."""
    month = _month()
    path = f"/calendar?view=month&month={month:%Y-%m}"
    cookies = {size: _fill(place, size, month) for place, size in enumerate(SIZES)}
    found: list[Finding] = []
    failures = 0
    with ExitStack() as stack:
        bare, _ = stack.enter_context(serving("tests.bench.rows:app", "/1", stand.environ))
        portal, _ = stack.enter_context(serving("wsgi:app", "/health", stand.environ))
        for size, cookie in cookies.items():
            found += _once(size, path, cookie)
            for connections in CONNECTIONS:
                plain = load(bare, f"/{size}", SECONDS, connections)
                ours = load(portal, path, SECONDS, connections, {"Cookie": cookie})
                found += _beside(f"{size:,} posts, {connections} at once", ours, plain)
                failures += plain.failures + ours.failures
    return found, failures


def _beside(what: str, ours: Figures, plain: Figures) -> list[Finding]:
    words = "bare Flask with as many rows"
    cost, least = 1000 / ours.requests_per_second, 1000 / plain.requests_per_second
    return [
        Finding(
            "calendar",
            f"{what}: calls",
            ours.requests_per_second,
            "calls/s",
            plain.requests_per_second,
            words,
        ),
        Finding("calendar", f"{what}: p99", ours.p99_ms, "ms", plain.p99_ms, words),
        Finding("calendar", f"{what}: cost", cost, "ms/call", GOAL * least, f"{GOAL:g} × bare"),
    ]


def _once(size: int, path: str, cookie: str) -> list[Finding]:
    """Statements and bytes of one page."""
    client = current_app.test_client(use_cookies=False)
    # The stand's app context is the request's: without this, `g` would tell the doctor of the size before.
    vars(g._get_current_object()).clear()
    with _counted() as statements:
        answer = client.get(path, headers={"Cookie": cookie})
    return [
        Finding("calendar", f"{size:,} posts: statements", len(statements), ""),
        Finding("calendar", f"{size:,} posts: bytes", len(answer.get_data()), "bytes"),
    ]


@contextmanager
def _counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _month() -> datetime:
    """The beginning of a month in which nothing is due meanwhile."""
    return (clock.now() + timedelta(days=62)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC
    )


def _fill(place: int, size: int, month: datetime) -> str:
    """Give a doctor so many posts in the month; the cookie of a browser that is signed in."""
    doctor = db.session.scalars(select(Doctor).order_by(Doctor.id).offset(place).limit(1)).one()
    apart = timedelta(days=28).total_seconds() / size
    values = {"doctor": doctor.id, "begin": month, "apart": apart, "count": size}
    db.session.execute(POSTS, values)
    word = secrets.token_urlsafe(32)
    sessions.open_session(doctor.user, word)
    db.session.commit()
    interface: Any = current_app.session_interface
    signed = interface.get_signing_serializer(current_app).dumps(
        {sessions.COOKIE_PART: word, "_permanent": True}
    )
    return f"{current_app.config['SESSION_COOKIE_NAME']}={signed}"
