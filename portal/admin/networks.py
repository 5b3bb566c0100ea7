"""How the operator's access to the networks stands, and trying one again before its wait is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal import clock, queue
from portal.extensions import db
from portal.models import AuditEvent, DailyUse, NetworkGate, SocialAccount, User
from portal.platforms import PLATFORMS
from portal.platforms.base import Connection, Platform
from portal.social.apps import app_of, redirect_uri
from portal.transaction import transaction

# Why a gate is closed, by its reason in the table, and what can be done about it.
REASONS = {
    "operator": "The network refuses our app: it is out of credit, not approved, or wrongly set up. Mend it "
    "at the network, then try again.",
    "slow_down": "The network asked us to slow down. It opens by itself.",
    "down": "The network failed several times in a row. We try it with one post at a time.",
}
FAILING = "Some calls failed in a row. The next one that works clears this."


@dataclass(frozen=True)
class Quota:
    """So much of an app's day is used, and when its next one begins."""

    used: int
    most: int
    what: str
    begins_at: datetime

    @property
    def is_used_up(self) -> bool:
        return self.used >= self.most


@dataclass(frozen=True)
class Way:
    """One kind of account of a network, and the app that it needs."""

    connection: Connection
    is_set_up: bool
    gate: NetworkGate | None
    accounts: Mapping[str, int]
    # What went through this app in the network's day, where the network counts so.
    quota: Quota | None = None
    # Accounts that their network asked to leave alone for now.
    resting: int = 0

    @property
    def is_closed(self) -> bool:
        return bool(self.gate and self.gate.until and self.gate.until > clock.now())

    @property
    def trouble(self) -> str | None:
        """What is wrong just now, in words; None when nothing is."""
        if self.gate and self.is_closed:
            return REASONS.get(self.gate.reason or "", "Nothing goes out there for a while.")
        return FAILING if self.gate and self.gate.failures else None


@dataclass(frozen=True)
class Standing:
    """One network as its operator has to know it."""

    network: Platform
    redirect_uri: str | None
    notices: list[str]
    ways: list[Way]


def standings() -> list[Standing]:
    """Every network, in the order in which pages show them."""
    gates = {(gate.platform, gate.connection): gate for gate in db.session.scalars(select(NetworkGate))}
    accounts = _accounts()
    resting, today = _resting(), clock.now().date()
    return [
        Standing(
            network=network,
            redirect_uri=_redirect_uri(network),
            notices=network.notices(today),
            ways=[
                Way(
                    connection=connection,
                    is_set_up=bool(connection.by_address) or app_of(connection) is not None,
                    gate=gates.get((network.key, connection.key)),
                    accounts=accounts.get((network.key, connection.key), {}),
                    quota=_quota(network, connection),
                    resting=resting.get((network.key, connection.key), 0),
                )
                for connection in network.connections
            ],
        )
        for network in PLATFORMS.values()
    ]


def _redirect_uri(network: Platform) -> str | None:
    """None where nobody is sent back: such a network has no sign-in."""
    has_sign_in = any(not connection.by_address for connection in network.connections)
    return redirect_uri(network.key) if has_sign_in else None


def _accounts() -> dict[tuple[str, str], dict[str, int]]:
    """How many accounts of each kind there are, by their status."""
    rows = db.session.execute(
        select(
            SocialAccount.platform,
            SocialAccount.connection,
            SocialAccount.status,
            func.count().label("number"),
        ).group_by(SocialAccount.platform, SocialAccount.connection, SocialAccount.status)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        found.setdefault((row.platform, row.connection), {})[row.status] = row.number
    return found


def _quota(network: Platform, connection: Connection) -> Quota | None:
    """As portal.publishing.budgets counts it: before each upload begins, in the network's own time zone."""
    if network.daily is None or connection.by_address:
        return None
    now = clock.now()
    used = select(DailyUse.used).where(
        DailyUse.platform == network.key,
        DailyUse.connection == connection.key,
        DailyUse.day == network.daily.day(now),
    )
    return Quota(
        used=db.session.scalar(used) or 0,
        most=network.daily.most,
        what=network.daily.what,
        begins_at=network.daily.next_day(now),
    )


def _resting() -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(SocialAccount.platform, SocialAccount.connection, func.count().label("number"))
        .where(SocialAccount.gated_until > clock.now(), SocialAccount.status == "connected")
        .group_by(SocialAccount.platform, SocialAccount.connection)
    )
    return {(row.platform, row.connection): row.number for row in rows}


def try_again(network: Platform, connection: Connection, who: User) -> bool:
    """Open a network's gate before its time; false when it was open already. What waits goes out."""
    with transaction():
        gate = db.session.scalar(
            select(NetworkGate)
            .where(NetworkGate.platform == network.key, NetworkGate.connection == connection.key)
            .with_for_update()
        )
        if gate is None or (gate.until is None and not gate.failures):
            return False
        AuditEvent.write(
            "network tried again",
            user_id=who.id,
            subject="network_gate",
            subject_id=gate.id,
            platform=network.key,
            connection=connection.key,
            reason=gate.reason,
            failures=gate.failures,
        )
        gate.until, gate.reason, gate.failures = None, None, 0
        queue.enqueue("publish_due")
    return True
