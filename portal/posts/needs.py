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
from portal.models import Doctor, Publication, SocialAccount
from portal.platforms.base import Platform

STATUSES = ("failed", "awaiting_doctor", "unconfirmed", "held")

# So many causes are shown, and only what is due within this time.
SHOWN = 8
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Need:
    """What one cause stops: how many posts, how many of them only later, the soonest of them and where."""

    first: Publication
    number: int
    later: int
    accounts: Sequence[SocialAccount]

    @property
    def cause(self) -> str:
        """The status, or what is waited for."""
        return self.first.held_for or self.first.status

    @property
    def networks(self) -> list[Platform]:
        return list({account.platform: account.network for account in self.accounts}.values())

    @property
    def where(self) -> str:
        """The networks in words; accounts by their names where two are of the same network."""
        labels = [account.network.label for account in self.accounts]
        names = [
            f"{account.display_name} ({label})" if labels.count(label) > 1 else label
            for account, label in zip(self.accounts, labels, strict=True)
        ]
        return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


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
    named = _accounts([number for row in near for number in row.accounts or ()])
    shown = [
        Need(firsts[row.first_id], row.number, row.later, [named[number] for number in row.accounts or ()])
        for row in near
    ]
    return Needs(shown, sum(row.number for row in rows) - sum(row.number for row in near))


def _causes(doctor: Doctor) -> Any:
    """Posts that the same accounts stop in the same way are one cause."""
    stopped = _stopped(doctor).subquery()
    soonest = aggregate_order_by(stopped.c.first_id, stopped.c.due_at, stopped.c.first_id)
    horizon: datetime = clock.now() + SOON
    return (
        select(
            func.array_agg(soonest, type_=ARRAY(BigInteger))[1].label("first_id"),
            stopped.c.accounts,
            func.count().label("number"),
            func.count().filter(stopped.c.due_at > horizon).label("later"),
        )
        .group_by(stopped.c.status, stopped.c.held_for, stopped.c.accounts)
        .order_by(func.min(stopped.c.due_at).nulls_last(), func.min(stopped.c.first_id))
    )


def _stopped(doctor: Doctor) -> Any:
    """Each post once for each thing that stops it, however many of its accounts that stops."""
    asks = (Publication.status != "unconfirmed") | Publication.asked_at.is_not(None)
    # An account is connected again by itself, whatever else a post goes to; a verification stops them all.
    alone = case((Publication.held_for == "account", Publication.social_account_id), else_=None)
    accounts = aggregate_order_by(Publication.social_account_id, Publication.social_account_id)
    return (
        select(
            Publication.status,
            Publication.held_for,
            func.min(Publication.id).label("first_id"),
            func.min(Publication.due_at).label("due_at"),
            func.array_agg(accounts, type_=ARRAY(BigInteger))
            .filter(Publication.held_for.is_distinct_from("verification"))
            .label("accounts"),
        )
        .where(Publication.doctor_id == doctor.id, Publication.status.in_(STATUSES), asks)
        .group_by(Publication.post_id, Publication.status, Publication.held_for, alone)
    )


def _firsts(numbers: Sequence[int]) -> dict[int, Publication]:
    if not numbers:
        return {}
    query = (
        select(Publication)
        .where(Publication.id.in_(numbers))
        .options(joinedload(Publication.post), joinedload(Publication.account))
    )
    return {row.id: row for row in db.session.scalars(query)}


def _accounts(numbers: Sequence[int]) -> dict[int, SocialAccount]:
    if not numbers:
        return {}
    rows = db.session.scalars(select(SocialAccount).where(SocialAccount.id.in_(numbers)))
    return {row.id: row for row in rows}
