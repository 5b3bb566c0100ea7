"""Posts that come again: begin, pause, change and end a series, and make its posts some weeks ahead."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import zones
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.inputs import Blank, Input
from portal.models import Doctor, Post, PostSeries, SeriesPost
from portal.platforms.base import Platform
from portal.posts import flows, planning, series_days, series_making
from portal.posts.inputs import PostChanges
from portal.posts.series_days import WEEKDAYS, rule_of
from portal.transaction import transaction

MOST = 50

NO_END = "Choose a last day, or how many times."
TWO_ENDS = "Choose a last day or a number of times, not both."
TOO_SHORT = "That is only this one post. Choose a later end."


class Rhythm(Input):
    """How often, and until when."""

    rhythm: Literal["daily", "weekly", "monthly_day", "monthly_weekday"]
    every: Annotated[int, Field(ge=1, le=52)] = 1
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    until_on: Annotated[date | None, Blank] = None
    times: Annotated[Annotated[int, Field(ge=2, le=500)] | None, Blank] = None
    # How posts for networks that refuse the same words twice are told apart.
    same_words: Literal["", "date", "same"] = ""


class NewRhythm(Rhythm):
    """Another rhythm from a day on."""

    from_on: date
    at: time


def start(doctor: Doctor, post: Post, wanted: Rhythm) -> PostSeries:
    """Let a planned post come again; it is the first of them. Raises Invalid, or Conflict for what cannot."""
    with transaction():
        flows.lock(post)
        _check_can_repeat(doctor, post)
        wall = datetime.fromisoformat(str(post.wall_time))
        if wanted.rhythm == "weekly" and wall.weekday() not in wanted.weekdays:
            raise Invalid("weekdays", f"Choose {WEEKDAYS[wall.weekday()]} too: this post is for that day.")
        row = _series(doctor, post, wanted, wall.date(), wall.time(), post.timezone)
        row.posts = [SeriesPost(day_on=wall.date(), post_id=post.id, made_version=post.version)]
        db.session.add(row)
    series_making.make_due(row.id)
    return row


def change(doctor: Doctor, old: PostSeries, wanted: NewRhythm) -> PostSeries:
    """Another rhythm from a day on; what was changed by hand stays as it is, what is before stays too."""
    with transaction():
        _check_live(old)
        pattern = old.pattern
        if pattern is None:
            raise Conflict("The post that this repeats was deleted. Begin anew from another post.")
        if wanted.from_on <= _today(old):
            raise Invalid("from_on", "Choose a day after today.")
        if wanted.rhythm == "weekly" and not wanted.weekdays:
            raise Invalid("weekdays", "Choose at least one day.")
        starts_on = _first_fitting(wanted)
        new = _series(doctor, pattern, wanted, starts_on, wanted.at, old.timezone)
        db.session.add(new)
        take_back(doctor, old, wanted.from_on)
        old.until_on, old.times, old.ended_at = (
            wanted.from_on - timedelta(days=1),
            None,
            planning.database_now(),
        )
        for each in _from(old, wanted.from_on):
            each.series = new
    series_making.make_due(new.id)
    return new


def say_this(doctor: Doctor, post: Post) -> PostSeries:
    """Let all later posts of its series say what this one says."""
    with transaction():
        day = day_of(post)
        if day is None:
            raise Conflict("This post does not repeat.")
        row = day.series
        _check_live(row)
        row.pattern = post
        day.made_version = post.version
        take_back(doctor, row, day.day_on + timedelta(days=1))
    series_making.make_due(row.id)
    return row


def skip(doctor: Doctor, row: PostSeries, on: date) -> None:
    """Leave out one day; a post that was made for it does not go out."""
    with transaction():
        _check_live(row)
        if on not in set(series_days.days(rule_of(row))) or on < _today(row):
            raise Conflict("This day is no day of the series that is still to come.")
        day = db.session.scalar(
            select(SeriesPost).where(SeriesPost.series_id == row.id, SeriesPost.day_on == on)
        )
        if day is None:
            db.session.add(SeriesPost(series=row, day_on=on))
        elif day.post is not None:
            flows.cancel(doctor, day.post)
            day.trouble = None


def pause(doctor: Doctor, row: PostSeries) -> None:
    """Nothing more goes out until it is resumed, but what was changed by hand."""
    with transaction():
        _check_live(row)
        row.is_paused = True
        take_back(doctor, row, _today(row))


def resume(row: PostSeries) -> None:
    with transaction():
        _check_live(row)
        row.is_paused = False
    series_making.make_due(row.id)


def end(doctor: Doctor, row: PostSeries) -> None:
    """No more posts come; those that wait and were not changed by hand are taken back."""
    with transaction():
        _check_live(row)
        take_back(doctor, row, _today(row))
        row.ended_at = planning.database_now()


def take_back(doctor: Doctor, row: PostSeries, since: date) -> None:
    """Undo what the portal made from this day on and nobody touched, so that it can be made anew."""
    for day in _from(row, since):
        post = day.post
        if (
            post is None
            or post.id == row.pattern_id
            or post.version != day.made_version
            or not post.can_change
        ):
            continue
        if post.publications and not post.is_draft:
            flows.change(doctor, post, PostChanges(status="draft"))
        if post.can_vanish:
            flows.cancel(doctor, post)
            db.session.delete(day)
    db.session.flush()


def day_of(post: Post) -> SeriesPost | None:
    """Where the post stands in a series; None when it repeats nothing."""
    return db.session.scalar(
        select(SeriesPost)
        .where(SeriesPost.post_id == post.id)
        .options(joinedload(SeriesPost.series))
        .order_by(SeriesPost.id.desc())
        .limit(1)
    )


def refusing(post: Post) -> list[Platform]:
    """The networks of a post that refuse the same words twice."""
    found = {p.platform: p.account.network for p in planning.live_publications(post)}
    return [network for network in found.values() if network.refuses_same_words]


def _check_can_repeat(doctor: Doctor, post: Post) -> None:
    if post.wall_time is None or post.is_draft or not planning.live_publications(post):
        raise Conflict("Plan the post first. Then it can be repeated.")
    if day_of(post) is not None:
        raise Conflict("This post repeats already.")
    live = select(PostSeries.id).where(PostSeries.doctor_id == doctor.id, PostSeries.ended_at.is_(None))
    if len(db.session.scalars(live).all()) >= MOST:
        raise Conflict(f"You have {MOST} posts that repeat. End one of them first.")


def _series(doctor: Doctor, post: Post, wanted: Rhythm, on: date, at: time, zone: str) -> PostSeries:
    if (wanted.until_on is None) == (wanted.times is None):
        raise Invalid("until_on", TWO_ENDS if wanted.times else NO_END)
    if refusing(post) and not wanted.same_words:
        raise Invalid("same_words", "Choose what happens where the same words are refused.")
    row = PostSeries(
        doctor_id=doctor.id,
        doctor=doctor,
        pattern=post,
        rhythm=wanted.rhythm,
        every=wanted.every,
        weekdays=sum(1 << day for day in set(wanted.weekdays)) if wanted.rhythm == "weekly" else 0,
        starts_on=on,
        until_on=wanted.until_on,
        times=wanted.times,
        at=at,
        timezone=zone,
        adds_date=wanted.same_words == "date",
        is_paused=False,
    )
    if len([day for day, _ in zip(series_days.days(rule_of(row)), range(2), strict=False)]) < 2:
        raise Invalid("until_on" if wanted.until_on else "times", TOO_SHORT)
    return row


def _first_fitting(wanted: NewRhythm) -> date:
    days = (wanted.from_on + timedelta(days=more) for more in range(7))
    if wanted.rhythm != "weekly":
        return wanted.from_on
    return next(day for day in days if day.weekday() in wanted.weekdays)


def _check_live(row: PostSeries) -> None:
    this = select(PostSeries).where(PostSeries.id == row.id).with_for_update(of=PostSeries)
    db.session.scalars(this, execution_options={"populate_existing": True}).one()
    if row.ended_at is not None:
        raise Conflict("This series has ended. Repeat a post anew to begin another.")


def _today(row: PostSeries) -> date:
    return zones.wall(planning.database_now(), row.timezone).at.date()


def _from(row: PostSeries, since: date) -> list[SeriesPost]:
    later = (SeriesPost.series_id == row.id, SeriesPost.day_on >= since)
    return list(db.session.scalars(select(SeriesPost).where(*later).order_by(SeriesPost.day_on)))
