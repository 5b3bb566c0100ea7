"""The doctor's posts for a calendar program of the doctor's own, under a secret address.

Whoever has the address can read the feed, so it says little: when and where, and the first words of each
post only if the doctor wants that.
Of the address only a digest is kept.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import icalendar
from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.models import CalendarSetting, Doctor, Post, Publication, states
from portal.platforms.base import Platform
from portal.posts.listing import EXCERPT_FROM, excerpt, networks
from portal.posts.own_days import changed_setting
from portal.transaction import transaction

SECRET_BYTES = 32
WORDS = 30
LASTS = timedelta(minutes=15)
BACK, AHEAD = timedelta(days=31), timedelta(days=366)
MOST = 2_000
ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """A post as the feed tells it."""

    post_id: int
    at: datetime
    words: str
    status: str
    platforms: list[Platform]
    version: int
    changed_at: datetime


def make(doctor: Doctor, *, tells_words: bool = False) -> str:
    """A new secret for the feed's address, told this once; an older address stops working."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction():
        row = changed_setting(doctor)
        row.feed_tells_words = tells_words
        row.feed_digest, row.feed_made_at, row.feed_read_at = digest(secret), clock.now(), None
    return secret


def stop(doctor: Doctor) -> None:
    """No address works any more."""
    with transaction():
        row = changed_setting(doctor)
        row.feed_digest = row.feed_made_at = row.feed_read_at = None


def tell_words(doctor: Doctor, is_wanted: bool) -> None:
    """Let the feed tell the first words of posts, or no longer; its address stays."""
    with transaction():
        changed_setting(doctor).feed_tells_words = is_wanted


def owner(secret: str) -> tuple[Doctor, bool] | None:
    """Whose feed a secret opens, and whether it tells words; None when it opens none. That it was asked for
    is noted, to the hour."""
    found = db.session.execute(
        select(CalendarSetting, Doctor)
        .join(Doctor, Doctor.id == CalendarSetting.doctor_id)
        .where(CalendarSetting.feed_digest == digest(secret))
    ).one_or_none()
    if found is None:
        return None
    row, doctor = found
    if row.feed_read_at is None or row.feed_read_at < clock.now() - ASK_AGAIN:
        with transaction():
            row.feed_read_at = clock.now()
    return (doctor, row.feed_tells_words) if doctor.user.is_active else None


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def lines(doctor: Doctor, *, tells_words: bool) -> list[Line]:
    """The posts of the last month and the next year, all but cancelled ones."""
    now = clock.now()
    query = (
        select(
            Post.id,
            Post.scheduled_at,
            Post.version,
            Post.updated_at,
            func.left(Post.content, EXCERPT_FROM).label("content"),
            func.array_remove(func.array_agg(Publication.status), None).label("statuses"),
            func.array_agg(Publication.platform).label("platforms"),
            func.max(Publication.updated_at).label("moved_at"),
        )
        .outerjoin(Publication, Publication.post_id == Post.id)
        .where(Post.doctor_id == doctor.id)
        .where(Post.scheduled_at >= now - BACK, Post.scheduled_at < now + AHEAD)
        .group_by(Post.id)
        .order_by(Post.scheduled_at, Post.id)
        .limit(MOST)
    )
    return [
        Line(
            row.id,
            row.scheduled_at,
            excerpt(row.content, WORDS) if tells_words else "",
            status,
            networks(row.platforms),
            row.version,
            max(row.updated_at, row.moved_at or row.updated_at),
        )
        for row in db.session.execute(query)
        if (status := states.of_post(row.statuses)) != "cancelled"
    ]


def draw(told: Iterable[Line], public_url: str) -> bytes:
    """The feed as calendar programs read it (RFC 5545, RFC 7986); the same posts give the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Doctors portal//Posts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Posts")
    calendar.add("name", "Posts")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    for line in told:
        calendar.add_component(_event(line, public_url))
    return bytes(calendar.to_ical())


def _event(line: Line, public_url: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"post-{line.post_id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", line.changed_at.replace(microsecond=0))
    event.add("last-modified", line.changed_at.replace(microsecond=0))
    event.add("sequence", line.version)
    event.add("dtstart", line.at)
    event.add("duration", LASTS)
    event.add("summary", _summary(line))
    event.add("url", f"{public_url}/posts/{line.post_id}")
    event.add("status", "TENTATIVE" if line.status == "draft" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _summary(line: Line) -> str:
    where = ", ".join(platform.label for platform in line.platforms)
    kind = "Draft" if line.status == "draft" else "Post"
    words = f": {line.words}" if line.words else ""
    return f"{kind}{f' on {where}' if where else ''}{words}"
