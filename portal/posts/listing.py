"""Which posts are shown: what can be asked for, and the query that it makes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, distinct, func, select

from portal import clock, zones
from portal.extensions import db
from portal.models import Doctor, Post, Publication, states
from portal.platforms import PLATFORMS
from portal.platforms.base import Platform

#: Every status that a post may have.
POST_STATUSES = (*states.STATUSES, "partly_published")

#: Every network that the portal knows.
PLATFORM_NAMES = tuple(PLATFORMS)

# As much of a text as is read for a line of it.
EXCERPT_FROM = 200


@dataclass(frozen=True)
class Filters:
    """Which of a doctor's posts; nothing said means all."""

    status: str | None = None
    platform: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def chosen(doctor: Doctor, filters: Filters) -> Select[Any]:
    """The posts that fit, in no order yet."""
    posts = Post.owned_by(doctor)
    if filters.status:
        posts = posts.where(Post.status_expression() == filters.status)
    if filters.platform:
        posts = posts.where(Post.publications.any(Publication.platform == filters.platform))
    if filters.start:
        posts = posts.where(Post.scheduled_at >= filters.start)
    if filters.end:
        posts = posts.where(Post.scheduled_at < filters.end)
    return posts


def status_counts(doctor: Doctor) -> Counter[str]:
    """How many posts the doctor has in each status; one statement, whatever their number."""
    of_post = (
        select(func.array_remove(func.array_agg(distinct(Publication.status)), None).label("statuses"))
        .select_from(Post)
        .outerjoin(Publication, Publication.post_id == Post.id)
        .where(Post.doctor_id == doctor.id)
        .group_by(Post.id)
        .subquery()
    )
    rows = db.session.execute(select(of_post.c.statuses, func.count()).group_by(of_post.c.statuses))
    counted: Counter[str] = Counter()
    for statuses, count in rows:
        counted[states.of_post(statuses)] += count
    return counted


@dataclass(frozen=True)
class PostDay:
    """What stands under one heading of the list: the posts of a day on the doctor's clock."""

    name: str
    is_today: bool
    posts: list[Post]


def by_day(posts: Iterable[Post], zone: str) -> list[PostDay]:
    """Posts in the order in which they come, a heading for each day. One without a time has the day on which
    it was begun."""
    today = zones.wall(clock.now(), zone).at.date()
    dated = groupby(posts, lambda post: zones.wall(post.scheduled_at or post.created_at, zone).at.date())
    return [PostDay(f"{day:%A} {day.day} {day:%B %Y}", day == today, list(found)) for day, found in dated]


def excerpt(content: str, length: int = 80) -> str:
    """The beginning of a text on one line, cut between words where it can be."""
    words = " ".join(content[:EXCERPT_FROM].split())
    if len(words) <= length:
        return words or "No text yet"
    cut = words[:length]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[length // 2 :] else cut} …"


def networks(keys: Iterable[str | None]) -> list[Platform]:
    """The networks of these names, each once, in the order in which pages show them."""
    wanted = set(keys)
    return [platform for key, platform in PLATFORMS.items() if key in wanted]
