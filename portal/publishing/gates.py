"""Being polite: accounts and apps that asked to be left alone, networks that are down, refused tokens."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.platforms.errors import OperatorNeeded, PlatformError, RateLimited
from portal.publishing import retries
from portal.publishing.claiming import FAILURES_UNTIL_GENTLE
from portal.publishing.outcomes import Outcome

# A refused token that can be renewed is renewed once; refused again, the account must be connected again. One
# that was replaced since the call began is no news: the account was renewed or connected anew meanwhile.
MARK_REFUSED = text("""
WITH told AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS t(id bigint, sealed text, may_renew boolean)
), seen AS (
    SELECT a.id, a.status, a.status = 'connected' AND a.sealed_token = told.sealed AS is_meant,
           may_renew AND a.refresh_at IS NOT NULL AND a.trouble IS DISTINCT FROM 'refused' AS can_renew
    FROM social_account a JOIN told USING (id) ORDER BY a.id FOR UPDATE OF a
), marked AS (
    UPDATE social_account a
    SET trouble = 'refused',
        refresh_at = CASE WHEN seen.can_renew THEN portal_now() ELSE NULL END,
        status = CASE WHEN seen.can_renew THEN a.status ELSE 'reconnect' END
    FROM seen
    WHERE a.id = seen.id AND seen.is_meant
    RETURNING a.id, a.status
)
SELECT seen.id, coalesce(marked.status, seen.status) AS status, marked.status = 'reconnect' AS is_lost
FROM seen LEFT JOIN marked USING (id)
""")

CLEAR_TROUBLE = text("""
UPDATE social_account a SET trouble = NULL
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told(id bigint, sealed text)
WHERE a.id = told.id AND a.sealed_token = told.sealed AND a.trouble IS NOT NULL
""")

HOLD_THE_OTHERS = text("""
UPDATE publication
SET status = 'held', held_for = 'account', moved_by = 'portal', moved_why = :why
WHERE social_account_id = ANY(:ids) AND status IN ('scheduled', 'retrying')
""")

GATE_ACCOUNT = text("""
UPDATE social_account
SET gated_until = greatest(gated_until, portal_now() + v.wait * interval '1 second')
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS v(id bigint, wait double precision)
WHERE social_account.id = v.id
""")

GATE_APP = text("""
INSERT INTO network_gate (platform, connection, until, reason, failures)
VALUES (:platform, :connection, portal_now() + :wait * interval '1 second', :reason, :failures)
ON CONFLICT (platform, connection) DO UPDATE
SET until = greatest(network_gate.until, excluded.until), reason = excluded.reason,
    failures = network_gate.failures + :failures
""")

COUNT_FAILURES = text("""
INSERT INTO network_gate (platform, connection, failures) VALUES (:platform, :connection, :failures)
ON CONFLICT (platform, connection) DO UPDATE SET failures = network_gate.failures + :failures
RETURNING failures
""")

OPEN = text("""
UPDATE network_gate SET failures = 0, until = NULL, reason = NULL
WHERE platform = :platform AND connection = :connection AND (failures > 0 OR reason = 'down')
""")

RECONNECT_WORDS = (
    "The network no longer accepts our permission. Connect the account again; then this goes on."
)


@dataclass(frozen=True)
class Refused:
    """An account whose network refused it, and the very permission that was refused."""

    account_id: int
    sealed: str | None = field(repr=False)
    may_renew: bool


def mark_refused_accounts(session: Session, outcomes: Sequence[Outcome]) -> frozenset[int]:
    """Deal with accounts whose token was refused; the ids of those whose posts go on by themselves."""
    refused = {
        o.armed.account_id: Refused(o.armed.account_id, o.armed.sealed, o.effect == "renew")
        for o in outcomes
        if o.effect in ("renew", "reconnect")
    }
    well = [
        {"id": o.armed.account_id, "sealed": o.armed.sealed}
        for o in outcomes
        if o.kind == "accepted" and o.armed.was_in_trouble and o.armed.account_id not in refused
    ]
    if well:
        session.execute(CLEAR_TROUBLE, {"rows": json.dumps(well)})
    return mark_refused(session, list(refused.values())) if refused else frozenset()


def mark_refused(session: Session, refused: Sequence[Refused]) -> frozenset[int]:
    """Renew once those that may be, and lose the others, whose posts then wait; the ids of those whose posts
    go on: they are being renewed, or have another permission since."""
    told = [{"id": one.account_id, "sealed": one.sealed, "may_renew": one.may_renew} for one in refused]
    rows = session.execute(MARK_REFUSED, {"rows": json.dumps(told)}).all()
    lost = [row.id for row in rows if row.is_lost]
    if lost:
        session.execute(HOLD_THE_OTHERS, {"ids": lost, "why": RECONNECT_WORDS})
    return frozenset(row.id for row in rows if row.status == "connected")


def close_and_open(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Close gates where a network said so or fails broadly; open those of networks that answer again."""
    _gate_accounts(session, [o for o in outcomes if o.effect == "gate" and not o.whole_app])
    by_app: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_app[outcome.armed.network.key, outcome.armed.author.connection].append(outcome)
    for (platform, connection), group in sorted(by_app.items()):
        _gate_app(session, platform, connection, group)


def close_for_upload(session: Session, platform: str, connection: str, error: PlatformError) -> None:
    """An upload was refused for the operator's whole app: everything for it waits, as after a sending."""
    app = {"platform": platform, "connection": connection, "failures": 0}
    if isinstance(error, OperatorNeeded):
        session.execute(GATE_APP, app | {"wait": retries.OPERATOR_WAIT, "reason": "operator"})
    elif isinstance(error, RateLimited) and error.whole_app:
        wait = retries.seconds_until(error.until) if error.until else retries.wait_after(2)
        session.execute(GATE_APP, app | {"wait": wait, "reason": "slow_down"})


def _gate_accounts(session: Session, slow: list[Outcome]) -> None:
    if slow:
        rows = [{"id": o.armed.account_id, "wait": _wait(o)} for o in slow]
        session.execute(GATE_ACCOUNT, {"rows": json.dumps(rows)})


def _gate_app(session: Session, platform: str, connection: str, group: list[Outcome]) -> None:
    app = {"platform": platform, "connection": connection}
    for outcome in group:
        if outcome.effect == "operator":
            gate = {"wait": retries.OPERATOR_WAIT, "reason": "operator", "failures": 0}
            session.execute(GATE_APP, app | gate)
            return
        if outcome.whole_app:
            session.execute(GATE_APP, app | {"wait": _wait(outcome), "reason": "slow_down", "failures": 0})
            return
    if any(outcome.reached_network for outcome in group):
        session.execute(OPEN, app)
        return
    failures = session.execute(COUNT_FAILURES, app | {"failures": len(group)}).scalar_one()
    if failures >= FAILURES_UNTIL_GENTLE:
        step = min((failures - FAILURES_UNTIL_GENTLE) // FAILURES_UNTIL_GENTLE, len(retries.GENTLE_WAITS) - 1)
        wait = retries.GENTLE_WAITS[step]
        session.execute(GATE_APP, app | {"wait": wait, "reason": "down", "failures": 0})


def _wait(outcome: Outcome) -> float:
    return retries.seconds_until(outcome.until) if outcome.until else retries.wait_after(2)
