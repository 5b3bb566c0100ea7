"""Permissions that nobody but the doctor can prolong: told of in time, once at each step."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from portal import clock, zones
from portal.extensions import db
from portal.models import OutboxLetter, Publication, SocialAccount, User
from portal.social.keeping import AT_RISK, locked
from portal.transaction import transaction

# At so many days before the end, the longest notice first.
TOLD_AT_DAYS = (7, 3, 1)
FIRST_NOTICE = timedelta(days=max(TOLD_AT_DAYS))

# A letter names so many posts; the page of accounts shows the others.
POSTS_IN_LETTER = 10


def announce_ends() -> int:
    """Write to every doctor whose permission comes near its end; how many letters were written.

    A step that was slept through is not made up for: of several that are due, the latest counts.
    """
    return sum(_announce(account_id) for account_id in _ending())


def _ending() -> list[int]:
    now = clock.database_now()
    days_left = func.extract("epoch", SocialAccount.ends_at - now) / timedelta(days=1).total_seconds()
    untold = [
        (days_left <= days) & (func.coalesce(SocialAccount.told_days, days + 1) > days)
        for days in TOLD_AT_DAYS
    ]
    query = select(SocialAccount.id).where(
        SocialAccount.status == "connected", SocialAccount.ends_at > now, or_(*untold)
    )
    with transaction():
        return list(db.session.scalars(query.order_by(SocialAccount.id)))


def _announce(account_id: int) -> bool:
    """Under the lock of the account's row: two workers write one letter."""
    with transaction():
        account = locked(account_id)
        now = db.session.scalars(select(clock.database_now())).one()
        step = _step(account, now) if account else None
        if account is None or account.ends_at is None or step is None:
            return False
        account.told_days = step
        _write(account, account.ends_at, now)
        return True


def _step(account: SocialAccount, now: datetime) -> int | None:
    """The notice that is due, in days; None when none is, or when it was given."""
    if not account.is_connected or account.ends_at is None or account.ends_at <= now:
        return None
    due = [days for days in TOLD_AT_DAYS if account.ends_at - now <= timedelta(days=days)]
    is_new = bool(due) and (account.told_days is None or account.told_days > min(due))
    return min(due) if is_new else None


def _write(account: SocialAccount, ends_at: datetime, now: datetime) -> None:
    posts, zone = posts_at_risk(account), account.doctor.timezone
    about = {
        "network": account.network.label,
        "account": account.display_name,
        "ends": _hour(ends_at, zone),
        "zone": zone,
        "number": len(posts),
        # Their hours and where they are found; what a post says does not belong into a letter.
        "posts": [
            {"id": one.post_id, "at": _hour(one.due_at, zone)}
            for one in posts[:POSTS_IN_LETTER]
            if one.due_at
        ],
    }
    to = db.session.get_one(User, account.doctor.user_id).email
    OutboxLetter.post(
        "account_ending",
        to,
        about=about,
        doctor_id=account.doctor_id,
        stale_after=min(ends_at - now, timedelta(days=2)),
    )


def posts_at_risk(account: SocialAccount) -> list[Publication]:
    """What is planned for this account behind the end of its permission, the earliest first."""
    query = (
        select(Publication)
        .join(SocialAccount, SocialAccount.id == Publication.social_account_id)
        .where(SocialAccount.id == account.id, *AT_RISK)
        .options(joinedload(Publication.post))
        .order_by(Publication.due_at, Publication.id)
    )
    return list(db.session.scalars(query))


def _hour(moment: datetime, zone: str) -> str:
    local = moment.astimezone(zones.zone_of(zone))
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.day} {local:%B}, {local.hour % 12 or 12}:{local:%M} {half}"
