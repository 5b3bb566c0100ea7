"""Which posts a calendar page shows. Some of each day, and how many there are: a month of thousands costs as
many rows as one of a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Select, Subquery, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from portal import zones
from portal.extensions import db
from portal.models import Doctor, Post, Publication, states
from portal.platforms.base import Platform
from portal.posts.calendar import NEEDS_DOCTOR, SHOWN_IN_A_DAY, Entry, Span
from portal.posts.listing import EXCERPT_FROM, excerpt, networks

# The choice "Needs you" among the statuses.
NEEDS = "needs"


@dataclass(frozen=True)
class Wanted:
    """Which posts; nothing said means all that are not cancelled."""

    network: str | None = None
    account: int | None = None
    status: str | None = None


def of_page(doctor: Doctor, shown: Span, wanted: Wanted) -> tuple[list[Entry], dict[date, int]]:
    """The posts of a page and how many each day has, in one statement."""
    zone, dates = doctor.timezone, shown.dates
    rows = db.session.execute(_some_of_each_day(doctor, shown.midnights(zone), shown.view, wanted)).all()
    entries = [_entry(row, zone) for row in rows]
    return entries, {dates[row.place - 1]: row.total for row in rows}


def _some_of_each_day(
    doctor: Doctor, midnights: Sequence[datetime], view: str, wanted: Wanted
) -> Select[Any]:
    posts = _posts(doctor, midnights, wanted).subquery()
    numbered = select(
        posts,
        func.row_number()
        .over(partition_by=posts.c.place, order_by=(posts.c.needs.desc(), posts.c.scheduled_at, posts.c.id))
        .label("number"),
        func.count().over(partition_by=posts.c.place).label("total"),
    ).subquery()
    cap = SHOWN_IN_A_DAY[view]
    # One post is never alone behind "more".
    return select(numbered).where(or_(numbered.c.number <= cap, numbered.c.total == cap + 1))


def _posts(doctor: Doctor, midnights: Sequence[datetime], wanted: Wanted) -> Select[Any]:
    """A row for each post; `place` is the number of its day on the page, by our own zone data."""
    days = cast(array(midnights), ARRAY(DateTime(timezone=True)))
    is_live = func.bool_or(Publication.status != "cancelled")
    return (
        select(
            Post.id,
            Post.scheduled_at,
            Post.version,
            func.left(Post.content, EXCERPT_FROM).label("content"),
            func.array_remove(func.array_agg(Publication.status), None).label("statuses"),
            func.array_agg(Publication.platform).label("platforms"),
            func.width_bucket(Post.scheduled_at, days).label("place"),
            func.coalesce(func.bool_or(Publication.status.in_(NEEDS_DOCTOR)), False).label("needs"),
        )
        .outerjoin(Publication, Publication.post_id == Post.id)
        .where(Post.id.in_(select(_fitting(doctor, midnights, wanted).c.id)))
        .group_by(Post.id)
        .having(func.coalesce(is_live, True))
    )


def _fitting(doctor: Doctor, midnights: Sequence[datetime], wanted: Wanted) -> Subquery:
    """The ids of the posts that are wanted, by themselves: the status of a post asks for its publications."""
    posts = select(Post.id).where(
        Post.doctor_id == doctor.id, Post.scheduled_at >= midnights[0], Post.scheduled_at < midnights[-1]
    )
    live = Publication.status != "cancelled"
    if wanted.network:
        posts = posts.where(Post.publications.any((Publication.platform == wanted.network) & live))
    if wanted.account:
        posts = posts.where(Post.publications.any((Publication.social_account_id == wanted.account) & live))
    if wanted.status == NEEDS:
        posts = posts.where(Post.publications.any(Publication.status.in_(NEEDS_DOCTOR)))
    elif wanted.status:
        posts = posts.where(Post.status_expression() == wanted.status)
    return posts.subquery()


def _entry(row: Any, zone: str) -> Entry:
    live = set(row.statuses) - {"cancelled"}
    return Entry(
        post_id=row.id,
        at=zones.wall(row.scheduled_at, zone).at,
        words=excerpt(row.content),
        status=states.of_post(row.statuses),
        platforms=_networks(frozenset(row.platforms)),
        version=row.version,
        can_move=live <= states.NOT_BEGUN,
    )


@lru_cache(maxsize=256)
def _networks(keys: frozenset[str | None]) -> tuple[Platform, ...]:
    """The same few for hundreds of posts."""
    return tuple(networks(keys))
