"""What becomes of planned times when the doctor moves to another time zone, or a country changes its clocks.

What a post says does not change here, so the checks are not asked again: only its hour is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from portal import clock, zones
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Post, Publication, states
from portal.posts import flows, planning
from portal.transaction import transaction

PAST = "That hour is over. Choose another one for this post."


@dataclass(frozen=True)
class Shift:
    """One post and where it would stand when it keeps what the clock showed.

    `at` is None where that cannot be; `trouble` says why, and `asks` whether the doctor can settle it by
    choosing the first or the second of a doubled hour.
    """

    post: Post
    at: datetime | None
    trouble: str = ""
    asks: bool = False


def count_elsewhere(doctor: Doctor) -> int:
    """How many posts to come were planned by the clocks of another zone than the doctor's."""
    of_doctor = _elsewhere(doctor).subquery()
    return db.session.scalar(select(func.count()).select_from(of_doctor)) or 0


def elsewhere(doctor: Doctor) -> Sequence[Post]:
    """Those posts, the earliest first."""
    ids = _elsewhere(doctor)
    query = select(Post).where(Post.id.in_(ids)).order_by(Post.scheduled_at, Post.id)
    return db.session.scalars(query.options(selectinload(Post.publications))).all()


def shifts(doctor: Doctor) -> list[Shift]:
    """Where each of them stands when it keeps what the clock showed; those that cannot come first."""
    now = planning.database_now()
    found = [shift(post, doctor.timezone, now) for post in elsewhere(doctor)]
    return sorted(found, key=lambda one: one.at is not None)


def shift(post: Post, zone: str, now: datetime, fold: int | None = None) -> Shift:
    """Where a post stands when it keeps what the clock showed, in another zone."""
    shown = _shown(post)
    try:
        at = zones.instant(shown.at.replace(fold=0), zone, fold)
    except zones.SkippedTime as skipped:
        return Shift(post, None, str(skipped))
    except zones.DoubledTime as doubled:
        return Shift(post, None, str(doubled), asks=True)
    if at < now:
        return Shift(post, None, PAST)
    return Shift(post, at)


def keep_instants(doctor: Doctor) -> int:
    """Every post goes out at the moment it was planned for; how many there were."""
    with transaction():
        posts = elsewhere(doctor)
        for post in posts:
            post.plan(post.scheduled_at, doctor.timezone)
        _note(doctor, "instant", len(posts))
        return len(posts)


def keep_wall_times(doctor: Doctor, folds: dict[int, int]) -> tuple[int, int]:
    """Every post goes out when the clock of the new zone shows the hour it had: (moved, left as they are).

    `folds` says for a post whose hour comes twice which one is meant. What cannot move keeps its moment and
    is still asked about.
    """
    moved = left = 0
    with transaction():
        now = planning.database_now()
        for post in _held(doctor):
            found = shift(post, doctor.timezone, now, folds.get(post.id))
            if found.at is not None and _put(post, found.at, doctor.timezone):
                moved += 1
            else:
                left += 1
        _note(doctor, "wall time", moved)
    return moved, left


def retime(post: Post, at: datetime, zone: str) -> bool:
    """Give a post another instant unless it has begun to go out meanwhile."""
    try:
        flows.lock(post)
    except Conflict:
        return False
    return _put(post, at, zone)


def _held(doctor: Doctor) -> Sequence[Post]:
    """The same posts, held with their publications until the transaction ends, as they are in the database
    now. All at once: a thousand posts, each with its own questions, took a minute."""
    ids = db.session.scalars(_elsewhere(doctor).order_by(Post.id).with_for_update(of=Post)).all()
    parts = select(Publication.id).where(Publication.post_id.in_(ids)).order_by(Publication.id)
    db.session.execute(parts.with_for_update())
    whole = select(Post).where(Post.id.in_(ids)).options(selectinload(Post.publications))
    return db.session.scalars(whole, execution_options={"populate_existing": True}).all()


def _put(post: Post, at: datetime, zone: str) -> bool:
    if not post.can_change:
        return False
    post.plan(at, zone)
    post.version += 1
    for publication in planning.live_publications(post):
        publication.version = (publication.version or 0) + 1
        publication.staged, publication.prepare_at = {}, None
        if publication.status in ("scheduled", "held"):
            publication.due_at = at
    return True


def _shown(post: Post) -> zones.WallTime:
    """What the doctor's clock showed when the post was planned."""
    if post.wall_time:
        return zones.WallTime(datetime.fromisoformat(post.wall_time).replace(fold=post.fold), post.timezone)
    if post.scheduled_at is None:
        raise ValueError("a post without a time has no hour to keep")
    return zones.wall(post.scheduled_at, post.timezone)


def _elsewhere(doctor: Doctor) -> Select[int]:
    return select(Post.id).where(
        Post.doctor_id == doctor.id, Post.timezone != doctor.timezone, *still_to_come()
    )


def still_to_come() -> list[ColumnElement[bool]]:
    """Of a post: its hour is to come, and none of it has begun to go out."""
    has_begun = Publication.status.not_in([*states.NOT_BEGUN, "cancelled"])
    return [Post.scheduled_at > clock.database_now(), ~Post.publications.any(has_begun)]


def _note(doctor: Doctor, kept: str, number: int) -> None:
    AuditEvent.write(
        "posts.zone_changed",
        user_id=doctor.user_id,
        subject="doctor",
        subject_id=doctor.id,
        kept=kept,
        number=number,
        zone=doctor.timezone,
    )
