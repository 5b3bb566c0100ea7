"""Renewing permissions before they end, and saying so when one cannot be renewed.

Renewal happens under the lock of the account's row: on X each renewing token is good for one use, and a
second use ends the permission.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.models import OutboxLetter, SocialAccount, User
from portal.platforms import oauth
from portal.platforms.base import Token
from portal.platforms.errors import OperatorNeeded, PlatformError, RateLimited, ReconnectNeeded
from portal.publishing.faults import fault
from portal.social.apps import app_of
from portal.social.keeping import hold_posts, locked, record
from portal.transaction import transaction
from portal.vault import CannotOpen

log = structlog.get_logger()

AT_ONCE = 50
# How long until the next try when the network did not answer, or when only the operator can mend it.
TRY_AGAIN = timedelta(seconds=60)
OPERATOR_WAIT = timedelta(minutes=15)

HELD = "{network} no longer lets us post for {name}. Connect the account again; then the post goes on."


def refresh_due() -> int:
    """Renew what is half through its life, and end what is over; how many accounts were due."""
    silent: set[str] = set()
    due = _due()
    for account_id, platform in due:
        # A network that did not answer once keeps nobody else's account waiting.
        if platform not in silent and not refresh_account(account_id):
            silent.add(platform)
    return len(due)


def _due() -> list[tuple[int, str]]:
    now = clock.database_now()
    with transaction():
        rows = db.session.execute(
            select(SocialAccount.id, SocialAccount.platform)
            .where(
                SocialAccount.status == "connected",
                func.coalesce(SocialAccount.refresh_at, SocialAccount.token_expires_at) <= now,
            )
            .order_by(SocialAccount.token_expires_at, SocialAccount.id)
            .limit(AT_ONCE)
        ).all()
    return [(row.id, row.platform) for row in rows]


def refresh_account(account_id: int) -> bool:
    """Renew one account's permission if that is due; false when its network gave no usable answer.

    A network that is away is no dead account: the old permission stays, and it is tried again later.
    """
    with transaction():
        account = locked(account_id)
        # Looked at again under the lock: another worker may have just done it.
        if account is None or not account.is_connected:
            return True
        now = db.session.scalars(select(clock.database_now())).one()
        if account.refresh_at is None:
            if account.token_expires_at is not None and account.token_expires_at <= now:
                lose(account, "ended")
            return True
        return account.refresh_at > now or _renew(account, now)


def _renew(account: SocialAccount, now: datetime) -> bool:
    connection = account.network.connection(account.connection)
    app = app_of(connection)
    try:
        token = account.token
    except CannotOpen:
        token = None
    if token is None:
        lose(account, "unreadable")
        return True
    try:
        if app is None:
            raise OperatorNeeded(f"{connection.label} is not set up.", "no_app")
        renewed = oauth.refresh(connection, app, token)
        fault("before_keep_token")
        account.token = renewed
    except ReconnectNeeded as refused:
        lose(account, refused.code or "refused")
        return True
    except PlatformError as trouble:
        log.warning("not_renewed", account_id=account.id, kind=type(trouble).__name__, code=trouble.code)
        account.token = _for_later(account, token, trouble, now)
        return False
    return True


def _for_later(account: SocialAccount, token: Token, trouble: PlatformError, now: datetime) -> Token:
    """The same token, to be renewed later. One that the network refused already is not used until then."""
    again = now + (OPERATOR_WAIT if isinstance(trouble, OperatorNeeded) else TRY_AGAIN)
    if isinstance(trouble, RateLimited) and trouble.until:
        again = max(again, trouble.until)
    ends = now if account.trouble == "refused" else token.expires_at
    return replace(token, refresh_at=again, expires_at=ends)


def lose(account: SocialAccount, reason: str) -> None:
    """The permission is gone: the account must be connected again, its posts wait, and a letter says so."""
    account.status = "reconnect"
    account.trouble = reason
    network = account.network.label
    waiting = hold_posts(account, HELD.format(network=network, name=account.display_name))
    record(account, "permission ended", reason=reason)
    about = {"network": network, "account": account.display_name, "waiting": waiting}
    to = db.session.get_one(User, account.doctor.user_id).email
    OutboxLetter.post("reconnect_account", to, about=about, doctor_id=account.doctor_id)
