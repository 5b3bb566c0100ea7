"""Weekly hours at which an account likes to post, and the next of them that is free."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from portal import zones
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.inputs import Input
from portal.models import Doctor, Post, PostingSlot, Publication, SocialAccount
from portal.posts import planning
from portal.posts.inputs import RowId
from portal.transaction import transaction

MOST = 300

# A post this close to an hour takes it.
NEAR = timedelta(minutes=15)

# How soon the next hour may be, and how far ahead one is looked for.
SOON = timedelta(minutes=5)
AHEAD = timedelta(days=182)

# What is planned, or is out already; what failed or was cancelled leaves its hour.
TAKES = (
    "draft",
    "scheduled",
    "held",
    "retrying",
    "publishing",
    "unconfirmed",
    "awaiting_doctor",
    "published",
)


class NewSlots(Input):
    """One hour on some days of the week; Monday is 0."""

    social_account_id: RowId
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    hour: time


def add(doctor: Doctor, wanted: NewSlots) -> None:
    """Keep the hours; those that are there already stay as they are."""
    with transaction():
        mine = SocialAccount.owned_by(doctor).where(SocialAccount.id == wanted.social_account_id)
        if db.session.scalar(mine) is None:
            raise Invalid("social_account_id", "Choose one of your accounts.")
        if len(of_doctor(doctor)) + len(wanted.weekdays) > MOST:
            raise Conflict(f"You can keep {MOST} weekly hours. Take some away first.")
        rows = [
            {
                "doctor_id": doctor.id,
                "social_account_id": wanted.social_account_id,
                "weekday": weekday,
                "hour": wanted.hour.replace(second=0, microsecond=0),
            }
            for weekday in sorted(set(wanted.weekdays))
        ]
        db.session.execute(insert(PostingSlot).values(rows).on_conflict_do_nothing())


def forget(slot: PostingSlot) -> None:
    """Take an hour away; posts that were planned at it stay."""
    with transaction():
        db.session.delete(slot)


def of_doctor(doctor: Doctor) -> Sequence[PostingSlot]:
    """All of the doctor's hours, account by account through the week."""
    mine = select(PostingSlot).where(PostingSlot.doctor_id == doctor.id)
    order = (PostingSlot.social_account_id, PostingSlot.weekday, PostingSlot.hour)
    return db.session.scalars(mine.order_by(*order).options(joinedload(PostingSlot.account))).all()


def next_free(doctor: Doctor, accounts: Collection[int]) -> datetime | None:
    """The next weekly hour of one of these accounts at which none of them has a post, if any.

    Without accounts, those of all the doctor's accounts count.
    """
    found = [slot for slot in of_doctor(doctor) if not accounts or slot.social_account_id in accounts]
    now = planning.database_now()
    taken = _taken(doctor, accounts or {slot.social_account_id for slot in found}, now)
    hours = {(slot.weekday, slot.hour) for slot in found}
    return next((at for at in coming(hours, now + SOON, doctor.timezone) if not _is_near(at, taken)), None)


def coming(hours: Iterable[tuple[int, time]], after: datetime, zone: str) -> Iterator[datetime]:
    """The instants of weekly hours after an instant, in their order.

    An hour that the clock skips is left out that day; one that comes twice is taken the first time.
    """
    weekly = sorted(set(hours))
    today = zones.wall(after, zone).at.date()
    for number in range(AHEAD.days):
        day = today + timedelta(days=number)
        for weekday, hour in weekly:
            if weekday != day.weekday():
                continue
            try:
                at = zones.instant(datetime.combine(day, hour), zone, fold=0)
            except zones.SkippedTime:
                continue
            if at > after:
                yield at


def _taken(doctor: Doctor, accounts: Collection[int], now: datetime) -> list[datetime]:
    query = (
        select(Post.scheduled_at)
        .join(Publication, Publication.post_id == Post.id)
        .where(
            Post.doctor_id == doctor.id,
            Post.scheduled_at > now - NEAR,
            Publication.social_account_id.in_(accounts),
            Publication.status.in_(TAKES),
        )
    )
    return [at for at in db.session.scalars(query) if at is not None]


def _is_near(at: datetime, taken: Iterable[datetime]) -> bool:
    return any(abs(at - other) < NEAR for other in taken)
