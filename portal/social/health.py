"""How each connected account is, and what can be connected: what the page of accounts says in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import clock
from portal.extensions import db
from portal.models import Doctor, SocialAccount
from portal.platforms import PLATFORMS
from portal.platforms.base import Connection, Platform
from portal.social.apps import app_of
from portal.social.keeping import count_after_end, count_held

# From when on the page asks to connect again, before the permission ends.
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Health:
    """One account's standing. `state`: "well", "ends_soon" or "reconnect"; `ends_at` where it will end."""

    account: SocialAccount
    kind: Connection
    state: str
    ends_at: datetime | None
    posts_held: int
    posts_at_risk: int


@dataclass(frozen=True)
class Door:
    """One kind of account that can be connected here."""

    network: Platform
    connection: Connection
    is_open: bool


def accounts_of(doctor: Doctor) -> list[Health]:
    """The doctor's accounts, those that need something first."""
    held, at_risk = count_held(doctor), count_after_end(doctor)
    found = [_health(account, held, at_risk) for account in connected(doctor)]
    return sorted(found, key=lambda health: ("reconnect", "ends_soon", "well").index(health.state))


def connected(doctor: Doctor) -> Sequence[SocialAccount]:
    """The accounts that are not disconnected, in the order in which they came."""
    query = SocialAccount.owned_by(doctor).where(SocialAccount.status != "disconnected")
    return db.session.scalars(query.order_by(SocialAccount.id)).all()


def waiting_for_disconnected(doctor: Doctor) -> int:
    """How many posts wait for accounts that the doctor disconnected."""
    known = {account.id for account in connected(doctor)}
    return sum(count for account_id, count in count_held(doctor).items() if account_id not in known)


def _health(account: SocialAccount, held: dict[int, int], at_risk: dict[int, int]) -> Health:
    ends_at = None if account.refresh_at else account.token_expires_at
    state = "well"
    if not account.is_connected or (ends_at and ends_at <= clock.now()):
        state = "reconnect"
    elif ends_at and ends_at <= clock.now() + SOON:
        state = "ends_soon"
    return Health(
        account=account,
        kind=account.network.connection(account.connection),
        state=state,
        ends_at=ends_at,
        posts_held=held.get(account.id, 0),
        posts_at_risk=at_risk.get(account.id, 0),
    )


def doors() -> list[Door]:
    """What can be connected, in the order of the networks."""
    return [
        Door(network, connection, app_of(connection) is not None)
        for network in PLATFORMS.values()
        for connection in network.connections
    ]
