"""Which posts are shown: what can be asked for, and the query that it makes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from portal.models import Doctor, Post, Publication, states

#: Every status that a post may have.
POST_STATUSES = (*states.STATUSES, "partly_published")

#: Every network that the portal names, whether it is there already or not.
PLATFORM_NAMES = ("facebook", "instagram", "linkedin", "twitter", "youtube", "reddit", "quora")


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
