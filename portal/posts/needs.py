"""What waits for the doctor: one line for each cause, the soonest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from portal import clock
from portal.extensions import db
from portal.models import Doctor, Publication

STATUSES = ("failed", "awaiting_doctor", "unconfirmed", "held")

# So many causes are shown, and only what is due within this time.
SHOWN = 8
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Need:
    """What one cause stops: how many posts, how many of them only later, and the soonest of them."""

    first: Publication
    number: int
    later: int

    @property
    def cause(self) -> str:
        """The status, or what is waited for."""
        return self.first.held_for or self.first.status


@dataclass(frozen=True)
class Needs:
    shown: Sequence[Need]
    # How many posts wait beside those that have a line.
    more: int

    def __bool__(self) -> bool:
        return bool(self.shown) or self.more > 0

    @property
    def account_ids(self) -> set[int]:
        """The accounts for which posts wait."""
        return {need.first.social_account_id for need in self.shown if need.cause == "account"}


def of(doctor: Doctor) -> Needs:
    """What needs the doctor; what the portal is still looking for does not."""
    rows = db.session.execute(_causes(doctor)).all()
    near = [row for row in rows if row.later < row.number][:SHOWN]
    firsts = _firsts([row.first_id for row in near])
    shown = [Need(firsts[row.first_id], row.number, row.later) for row in near]
    return Needs(shown, sum(row.number for row in rows) - sum(row.number for row in near))


def _causes(doctor: Doctor) -> Any:
    asks = (Publication.status != "unconfirmed") | Publication.asked_at.is_not(None)
    # One verification stops every account.
    account = case((Publication.held_for == "verification", None), else_=Publication.social_account_id)
    ids = func.array_agg(
        aggregate_order_by(Publication.id, Publication.due_at, Publication.id), type_=ARRAY(BigInteger)
    )
    horizon: datetime = clock.now() + SOON
    return (
        select(
            ids[1].label("first_id"),
            func.count().label("number"),
            func.count().filter(Publication.due_at > horizon).label("later"),
        )
        .where(Publication.doctor_id == doctor.id, Publication.status.in_(STATUSES), asks)
        .group_by(Publication.status, Publication.held_for, account)
        .order_by(func.min(Publication.due_at).nulls_last(), func.min(Publication.id))
    )


def _firsts(numbers: Sequence[int]) -> dict[int, Publication]:
    query = (
        select(Publication)
        .where(Publication.id.in_(numbers))
        .options(joinedload(Publication.post), joinedload(Publication.account))
    )
    return {row.id: row for row in db.session.scalars(query)}
