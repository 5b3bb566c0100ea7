"""When a country changes its clocks, posts to come are computed again from the wall time that was chosen.

The zone data that a time was computed with are kept beside it; newer data come with an update of the portal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import zones
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OutboxLetter, Post
from portal.posts import retiming
from portal.transaction import transaction

# A letter names so many posts; the calendar shows the others.
POSTS_IN_LETTER = 10
AT_ONCE = 1_000


@dataclass(frozen=True)
class Retimed:
    """A post whose moment has changed with the zone data, or whose hour is no longer there."""

    post_id: int
    doctor_id: int
    zone: str
    at: datetime | None


def follow() -> int:
    """Compute again what older zone data computed; how many posts got another moment or lost their hour."""
    number, last = 0, 0
    while rows := _outdated(after=last):
        last = rows[-1][0]
        changed = _sorted_out(rows)
        for doctor_id, group in groupby(changed, key=lambda one: one.doctor_id):
            number += _change(doctor_id, list(group))
    return number


def _outdated(after: int) -> list[tuple[int, int, str, str, int, datetime]]:
    query = (
        select(Post.id, Post.doctor_id, Post.wall_time, Post.timezone, Post.fold, Post.scheduled_at)
        .where(Post.id > after, Post.wall_time.is_not(None))
        .where(Post.zone_data != zones.data_version(), *retiming.still_to_come())
        .order_by(Post.id)
        .limit(AT_ONCE)
    )
    with transaction():
        rows = db.session.execute(query).all()
    # All of them have a wall time and an instant: the query asks for nothing else.
    return [(row[0], row[1], row[2] or "", row[3], row[4], row[5]) for row in rows if row[5]]


def _sorted_out(rows: Iterable[tuple[int, int, str, str, int, datetime]]) -> list[Retimed]:
    """Note the new data beside all that stays; what changes comes back, doctor by doctor."""
    same, changed = [], []
    for post_id, doctor_id, wall_time, zone, fold, was in rows:
        at = _computed(wall_time, zone, fold)
        if at == was:
            same.append(post_id)
        else:
            changed.append(Retimed(post_id, doctor_id, zone, at))
    with transaction():
        stays = update(Post).where(Post.id.in_(same)).values(zone_data=zones.data_version())
        db.session.execute(stays.execution_options(synchronize_session=False))
    return sorted(changed, key=lambda one: (one.doctor_id, one.post_id))


def _computed(wall_time: str, zone: str, fold: int) -> datetime | None:
    """The instant by today's data; None when the clock now skips that hour."""
    try:
        return zones.instant(datetime.fromisoformat(wall_time), zone, fold)
    except (zones.SkippedTime, zones.NotAZone):
        return None


def _change(doctor_id: int, changed: list[Retimed]) -> int:
    """Move what can be moved and write to the doctor, all of it or nothing."""
    with transaction():
        doctor = db.session.scalars(
            select(Doctor).where(Doctor.id == doctor_id).options(joinedload(Doctor.user))
        ).one()
        told = [post for one in changed if (post := _settle(one)) is not None]
        if told:
            _write(doctor, told)
        return len(told)


def _settle(one: Retimed) -> Post | None:
    """The post as it stands now; None when it has begun to go out meanwhile. An hour that is gone gives way
    to what the clock shows at the moment that was planned."""
    post = db.session.get(Post, one.post_id)
    if post is None or post.scheduled_at is None:
        return None
    was = post.scheduled_at
    zone = one.zone if one.zone in zones.names() else post.doctor.timezone
    if not retiming.retime(post, one.at or was, zone):
        return None
    AuditEvent.write(
        "post.retimed", subject="post", subject_id=post.id, was=was.isoformat(), zone_data=post.zone_data
    )
    return post


def _write(doctor: Doctor, posts: list[Post]) -> None:
    # Their hours and where they are found; what a post says does not belong into a letter.
    told = [
        {"id": post.id, "at": _hour(post.scheduled_at, post.timezone), "zone": post.timezone}
        for post in posts[:POSTS_IN_LETTER]
        if post.scheduled_at
    ]
    about = {"full_name": doctor.full_name, "number": len(posts), "posts": told}
    OutboxLetter.post("clocks_changed", doctor.user.email, about=about, doctor_id=doctor.id)


def _hour(moment: datetime, zone: str) -> str:
    local = zones.wall(moment, zone).at
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.day} {local:%B %Y}, {local.hour % 12 or 12}:{local:%M} {half}"
