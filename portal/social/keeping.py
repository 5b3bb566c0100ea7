"""Storing an account that was connected, and what its posts do when it comes and goes."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from portal import clock, queue
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Publication, SocialAccount
from portal.platforms.base import Identity, Token

TAKEN = "{name} is connected to another doctor here. Ask them to disconnect it first."
BACK = "The account is connected again."

WAITING = ("scheduled", "retrying")

# Posts that would find no permission at their hour.
AT_RISK = (
    Publication.status.in_(WAITING),
    SocialAccount.status == "connected",
    SocialAccount.ends_at <= Publication.due_at,
)


def locked(account_id: int) -> SocialAccount | None:
    """The account as it is, for this transaction alone to change.

    Its number stays what it is: who only refers to it, such as a new post of it, does not wait. A network may
    be asked meanwhile, and take its time.
    """
    return db.session.get(
        SocialAccount, account_id, with_for_update={"key_share": True}, populate_existing=True
    )


def store_account(
    doctor_id: int, platform: str, connection: str, identity: Identity, token: Token | None
) -> SocialAccount:
    """Connect an account to a doctor, or connect it again in its place; its held posts go on.

    Within an open transaction. Raises Invalid when it belongs to another doctor.
    """
    taken = Invalid("page_ids", TAKEN.format(name=identity.display_name))
    rows = db.session.scalars(
        select(SocialAccount)
        .where(SocialAccount.platform == platform, SocialAccount.remote_id == identity.remote_id)
        .with_for_update(key_share=True)
    ).all()
    if any(row.doctor_id != doctor_id and row.status != "disconnected" for row in rows):
        raise taken
    account = next((row for row in rows if row.doctor_id == doctor_id), None)
    if account is None:
        account = SocialAccount(doctor_id=doctor_id, platform=platform, remote_id=identity.remote_id)
        db.session.add(account)
    _fill(account, connection, identity, identity.token or token)
    try:
        db.session.flush()
    except IntegrityError:
        # Two doctors finished at the same instant; the database let one of them have it.
        raise taken from None
    release_posts(account)
    record(account, "account connected")
    return account


def _fill(account: SocialAccount, connection: str, identity: Identity, token: Token | None) -> None:
    account.connection = connection
    account.display_name = identity.display_name
    account.handle = identity.handle
    account.picture_url = identity.picture_url
    account.facts = dict(identity.facts)
    account.status = "connected"
    account.trouble = account.gated_until = None
    account.connected_at = account.looked_at = clock.now()
    account.token = token


def release_posts(account: SocialAccount) -> None:
    """Let go on what waited for this account; whether it is too late by now is decided when it leaves."""
    for publication in _publications(account, "held"):
        if publication.held_for == "account" and publication.due_at is not None:
            publication.move("scheduled", by="portal", why=BACK)
    queue.enqueue("publish_due")


def hold_posts(account: SocialAccount, why: str, by: str = "portal") -> int:
    """Have this account's planned posts wait until it is connected again; how many there are.

    What a publisher has only claimed is certainly unsent and waits too: it is not armed any more. What is
    being sent is left to its publisher; see `going_out`.
    """
    claimed = [row for row in _publications(account, "publishing") if row.phase == "claimed"]
    publications = _publications(account, *WAITING) + claimed
    for publication in publications:
        publication.phase = publication.owner = None
        publication.move("held", by=by, why=why, held_for="account")
    return len(publications)


def going_out(account: SocialAccount) -> int:
    """How many of its posts are at the network just now, or may be there already."""
    on_the_way = Publication.status.in_(("publishing", "unconfirmed"))
    mine = Publication.social_account_id == account.id
    return db.session.scalar(select(func.count()).where(mine, on_the_way)) or 0


def _publications(account: SocialAccount, *statuses: str) -> list[Publication]:
    """Locked: a publisher may claim one of them at this instant, and one of the two has to wait."""
    return list(
        db.session.scalars(
            select(Publication)
            .where(Publication.social_account_id == account.id, Publication.status.in_(statuses))
            .order_by(Publication.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def record(account: SocialAccount, action: str, **details: str) -> None:
    """Write into the audit log what happened to an account; never its token."""
    user_id = db.session.scalar(select(Doctor.user_id).where(Doctor.id == account.doctor_id))
    AuditEvent.write(
        action,
        user_id=user_id,
        subject="social_account",
        subject_id=account.id,
        platform=account.platform,
        connection=account.connection,
        **details,
    )


def count_held(doctor: Doctor) -> dict[int, int]:
    """How many posts wait for each account to be connected again."""
    return _counted(doctor, Publication.status == "held", Publication.held_for == "account")


def _counted(doctor: Doctor, *conditions: ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(
        select(SocialAccount.id, func.count())
        .join(Publication, Publication.social_account_id == SocialAccount.id)
        .where(Publication.doctor_id == doctor.id, *conditions)
        .group_by(SocialAccount.id)
    )
    return {row[0]: row[1] for row in rows}


def listed(words: Sequence[str]) -> str:
    """Several things as one says them: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
