"""How each connected account is, and what can be connected: what the page of accounts says in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Doctor, NetworkGate, Publication, SocialAccount
from portal.platforms import PLATFORMS
from portal.platforms.base import Connection, Platform
from portal.social import by_address
from portal.social.apps import app_of
from portal.social.expiring import posts_at_risk
from portal.social.keeping import count_held

# From when on the page asks to connect again, before the permission ends.
SOON = timedelta(days=14)

# What needs the doctor most comes first.
STATES = ("reconnect", "permission", "ends_soon", "operator", "slow_down", "down", "well")


@dataclass(frozen=True)
class Health:
    """One account's standing. `state`: one of STATES; the last three before "well" are no disconnect, they
    pass by themselves (`until` where the network said when). `ends_at` where the permission will end.

    `may` and `may_not`: what was allowed of what we cannot do without, in words; both empty where the
    network does not tell.
    """

    account: SocialAccount
    kind: Connection
    state: str
    ends_at: datetime | None
    posts_held: int
    until: datetime | None = None
    at_risk: list[Publication] = field(default_factory=list)
    may: list[str] = field(default_factory=list)
    may_not: list[str] = field(default_factory=list)

    @property
    def needs_doctor(self) -> bool:
        return self.state in ("reconnect", "permission", "ends_soon")


@dataclass(frozen=True)
class Door:
    """One kind of account that can be connected here."""

    network: Platform
    connection: Connection
    is_open: bool


def accounts_of(doctor: Doctor) -> list[Health]:
    """The doctor's accounts, those that need something first."""
    held, gates = count_held(doctor), closed_gates()
    found = [_health(account, held.get(account.id, 0), gates) for account in connected(doctor)]
    return sorted(found, key=lambda health: STATES.index(health.state))


def connected(doctor: Doctor) -> Sequence[SocialAccount]:
    """The accounts that are not disconnected, in the order in which they came."""
    query = SocialAccount.owned_by(doctor).where(SocialAccount.status != "disconnected")
    return db.session.scalars(query.order_by(SocialAccount.id)).all()


def waiting_for_disconnected(doctor: Doctor) -> int:
    """How many posts wait for accounts that the doctor disconnected."""
    known = {account.id for account in connected(doctor)}
    return sum(count for account_id, count in count_held(doctor).items() if account_id not in known)


def closed_gates() -> dict[tuple[str, str], NetworkGate]:
    """The networks that nothing goes to just now, by platform and kind of account."""
    rows = db.session.scalars(select(NetworkGate).where(NetworkGate.until > clock.database_now()))
    return {(gate.platform, gate.connection): gate for gate in rows}


def _health(account: SocialAccount, posts_held: int, gates: dict[tuple[str, str], NetworkGate]) -> Health:
    kind = account.network.connection(account.connection)
    may, may_not = _permissions(account, kind)
    state, until = _state(account, kind, may_not, gates.get((account.platform, account.connection)))
    return Health(
        account=account,
        kind=kind,
        state=state,
        ends_at=account.ends_at,
        posts_held=posts_held,
        until=until,
        at_risk=posts_at_risk(account) if account.ends_at else [],
        may=may,
        may_not=may_not,
    )


def _permissions(account: SocialAccount, kind: Connection) -> tuple[list[str], list[str]]:
    if not account.scopes:
        return [], []
    granted = [words for scope, words in kind.must_have.items() if scope in account.scopes]
    return granted, [words for words in kind.must_have.values() if words not in granted]


def _state(
    account: SocialAccount, kind: Connection, may_not: list[str], gate: NetworkGate | None
) -> tuple[str, datetime | None]:
    now = clock.now()
    if not account.is_connected or account.ends_before(now):
        return "reconnect", None
    if may_not:
        return "permission", None
    if account.ends_before(now + SOON):
        return "ends_soon", None
    return _passing(account, kind, gate, now)


def _passing(
    account: SocialAccount, kind: Connection, gate: NetworkGate | None, now: datetime
) -> tuple[str, datetime | None]:
    """What is no matter of this account's connection, and heals without the doctor."""
    if (not kind.by_address and app_of(kind) is None) or (gate and gate.reason == "operator"):
        return "operator", None
    is_overdue = bool(account.refresh_at and account.token_expires_at and account.token_expires_at <= now)
    if is_overdue or (gate and gate.reason == "down"):
        return "down", None
    if account.gated_until and account.gated_until > now:
        return "slow_down", account.gated_until
    return ("slow_down", gate.until) if gate else ("well", None)


def doors() -> list[Door]:
    """What can be connected, in the order of the networks; by hand where the operator has no app."""
    return [door for network in PLATFORMS.values() for door in _doors_of(network)]


def _doors_of(network: Platform) -> list[Door]:
    doors = [
        Door(network, connection, bool(connection.by_address) or app_of(connection) is not None)
        for connection in network.connections
    ]
    instead = by_address.way_in(network)
    is_new = instead is not None and instead.key not in {door.connection.key for door in doors}
    return [*doors, Door(network, instead, True)] if instead and is_new else doors
