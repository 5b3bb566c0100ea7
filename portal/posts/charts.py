"""What a doctor's posts reached, week by week, and bars of it; a missing figure stays missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal import zones
from portal.extensions import db
from portal.models import Doctor, FiguresReading, Post, Publication, PublicationFigures

WEEKS = 12
COUNTED = ("views", "likes", "comments")
# Of one post, the newest ones.
READINGS_SHOWN = 10

# The drawing's own measures; it grows and shrinks with the page.
WIDTH, HEIGHT, GAP = 600, 120, 8


@dataclass(frozen=True)
class Week:
    """One week from Monday. `posts` counts what went out; the others are null where no network told."""

    monday: date
    posts: int
    views: int | None
    likes: int | None
    comments: int | None


@dataclass(frozen=True)
class Bar:
    """A bar of the drawing, in its own measures."""

    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True)
class Reach:
    """The last weeks, and when a network last told anything of them."""

    weeks: Sequence[Week]
    read_at: datetime | None

    @property
    def bars(self) -> list[Bar]:
        return bars([week.posts for week in self.weeks])

    @property
    def posts(self) -> int:
        return sum(week.posts for week in self.weeks)

    def total(self, name: str) -> int | None:
        """Over all weeks; null when no network told it at all."""
        return total([getattr(week, name) for week in self.weeks])


def reach(doctor: Doctor, now: datetime) -> Reach:
    """The last weeks on the doctor's own calendar; one statement, however many posts."""
    today = zones.wall(now, doctor.timezone).at.date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    # A day more, for zones that are ahead; what is before the first Monday is passed by below.
    since = datetime.combine(first, datetime.min.time(), tzinfo=zones.zone_of("UTC")) - timedelta(days=1)
    told = (PublicationFigures.views, PublicationFigures.likes, PublicationFigures.comments)
    rows = db.session.execute(
        select(Publication.published_at, PublicationFigures.read_at, *told)
        .outerjoin(PublicationFigures, PublicationFigures.publication_id == Publication.id)
        .where(
            Publication.doctor_id == doctor.id,
            Publication.status == "published",
            Publication.published_at >= since,
        )
    ).all()
    by_week = defaultdict(list)
    for row in rows:
        day = zones.wall(row.published_at, doctor.timezone).at.date()
        by_week[day - timedelta(days=day.weekday())].append(row)
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    weeks = [
        Week(
            monday, len(by_week[monday]), *(total([getattr(r, n) for r in by_week[monday]]) for n in COUNTED)
        )
        for monday in mondays
    ]
    read = [row.read_at for monday in mondays for row in by_week[monday] if row.read_at]
    return Reach(weeks, max(read, default=None))


def readings(post: Post) -> dict[int, list[FiguresReading]]:
    """What was read of each publication of a post, the newest first; one statement."""
    numbers = [publication.id for publication in post.publications if publication.status == "published"]
    if not numbers:
        return {}
    found: dict[int, list[FiguresReading]] = {}
    rows = select(FiguresReading).where(FiguresReading.publication_id.in_(numbers))
    for row in db.session.scalars(rows.order_by(FiguresReading.read_at.desc(), FiguresReading.id.desc())):
        shown = found.setdefault(row.publication_id, [])
        if len(shown) < READINGS_SHOWN:
            shown.append(row)
    return found


def total(values: Sequence[int | None]) -> int | None:
    """The sum of what is known; nothing known is no zero."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def bars(values: Sequence[int]) -> list[Bar]:
    """One bar for each value, side by side; the highest fills the height, and nothing has no bar."""
    step = WIDTH / max(len(values), 1)
    most = max(values, default=0) or 1
    heights = [round(HEIGHT * value / most, 1) for value in values]
    return [
        Bar(round(place * step + GAP / 2, 1), HEIGHT - height, round(step - GAP, 1), height, value)
        for place, (value, height) in enumerate(zip(values, heights, strict=True))
    ]
