"""The pages that a doctor works with, beside a bare Flask page with as many rows: a month of 30, 300 and
3,000 posts, the list of their posts, overview and composer. Each is asked for again and again, and by
browsers that never saw it, for which it is drawn anew each time.

Each page takes turns with its bare one, round by round, and the middle of the ratios counts.
"""

import secrets
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, g
from sqlalchemy import event, select, text

from portal import clock
from portal.auth import sessions
from portal.extensions import db
from portal.models import Doctor
from portal.posts.list_asked import PAGE_OF
from tests.bench.findings import Finding
from tests.bench.load import Figures
from tests.bench.load import measure as load
from tests.bench.serving import serving
from tests.bench.stand import Stand

SIZES = (30, 300, 3_000)
CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 1.0
# The goal: at most this many times what the bare page costs.
GOAL = 2.0
# How many posts and days the overview shows at most.
OVERVIEW_ROWS = 10

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


@dataclass(frozen=True)
class Page:
    """A page of a signed-in doctor, and how many rows the bare page beside it has."""

    name: str
    path: str
    cookie: str
    rows: int


def measure(stand: Stand) -> tuple[list[Finding], int]:
    """The findings, and how many calls failed."""
    pages = _pages()
    found = [each for page in pages for each in _once(page)]
    # PostgreSQL cuts whoever holds a transaction open for as long as this is measured.
    db.session.remove()
    failures = 0
    with ExitStack() as stack:
        bare, _ = stack.enter_context(serving("tests.bench.rows:app", "/1", stand.environ))
        portal, _ = stack.enter_context(serving("wsgi:app", "/health", stand.environ))
        for page in pages:
            for connections in CONNECTIONS:
                rounds = []
                for _ in range(ROUNDS):
                    ours = load(portal, page.path, SECONDS, connections, {"Cookie": page.cookie})
                    rounds.append((ours, load(bare, f"/{page.rows}", SECONDS, connections)))
                found += _beside(f"{page.name}, {connections} at once", rounds)
                failures += sum(figures.failures for pair in rounds for figures in pair)
            anew, fails = _anew(portal, page)
            found.append(anew)
            failures += fails
    return found, failures


def _pages() -> list[Page]:
    month = _month()
    path = f"/calendar?view=month&month={month:%Y-%m}"
    cookies = {size: _fill(place, size, month) for place, size in enumerate(SIZES)}
    busiest = cookies[max(SIZES)]
    return [
        *(Page(f"month of {size:,} posts", path, cookie, size) for size, cookie in cookies.items()),
        *(Page(f"posts list, {size:,} posts", "/posts", cookie, PAGE_OF) for size, cookie in cookies.items()),
        Page("overview", "/", busiest, OVERVIEW_ROWS),
        Page("composer", "/posts/new", busiest, 1),
    ]


def _beside(what: str, rounds: list[tuple[Figures, Figures]]) -> list[Finding]:
    words = "bare Flask with as many rows"
    ratio = statistics.median(plain.requests_per_second / ours.requests_per_second for ours, plain in rounds)
    ours, plain = sorted(rounds, key=lambda pair: pair[0].requests_per_second)[len(rounds) // 2]
    cost = 1000 / ours.requests_per_second
    return [
        Finding("calendar", f"{what}: calls", ours.requests_per_second, "calls/s"),
        Finding("calendar", f"{what}: p99", ours.p99_ms, "ms", plain.p99_ms, words),
        Finding("calendar", f"{what}: cost", cost, "ms/call", GOAL * cost / ratio, f"{GOAL:g} × bare", True),
    ]


def _anew(portal: int, page: Page) -> tuple[Finding, int]:
    """What it costs while none is kept, in the middle of the rounds, and how many calls failed."""
    cookie = {"Cookie": page.cookie}
    rounds = [load(portal, page.path, SECONDS, 1, cookie, is_new=True) for _ in range(ROUNDS)]
    cost = statistics.median(1000 / figures.requests_per_second for figures in rounds)
    fails = sum(figures.failures for figures in rounds)
    return Finding("calendar", f"{page.name}, drawn anew: cost", cost, "ms/call"), fails


def _once(page: Page) -> list[Finding]:
    """Statements and bytes of one page."""
    client = current_app.test_client(use_cookies=False)
    # The stand's app context is the request's: without this, `g` would tell the doctor of the page before.
    vars(g._get_current_object()).clear()
    with _counted() as statements:
        answer = client.get(page.path, headers={"Cookie": page.cookie})
    return [
        Finding("calendar", f"{page.name}: statements", len(statements), ""),
        Finding("calendar", f"{page.name}: bytes", len(answer.get_data()), "bytes"),
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
    # As a browser has it after its first page, whose forms have a mark of their own.
    held = {sessions.COOKIE_PART: word, "_permanent": True, "csrf_token": secrets.token_hex(20)}
    signed = interface.get_signing_serializer(current_app).dumps(held)
    return f"{current_app.config['SESSION_COOKIE_NAME']}={signed}"
