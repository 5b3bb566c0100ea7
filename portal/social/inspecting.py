"""Asking the networks once a week whether permissions still hold that nothing else tells of: those without an
end of their own. A doctor hears of a lost one at once, and not when a post cannot go out."""

from datetime import timedelta

import structlog
from sqlalchemy import or_, select

from portal import clock
from portal.extensions import db
from portal.models import SocialAccount
from portal.platforms.base import Token
from portal.platforms.errors import PlatformError, ReconnectNeeded
from portal.social.apps import app_of
from portal.social.keeping import locked
from portal.social.refreshing import lose
from portal.transaction import let_go, transaction
from portal.vault import CannotOpen

log = structlog.get_logger()

EVERY = timedelta(days=7)
AT_ONCE = 50


def inspect_due() -> int:
    """Ask about every permission that nobody has asked about for a week; how many were due."""
    silent: set[str] = set()
    due = _due()
    for account_id, platform in due:
        # A network that did not answer once is asked again in an hour.
        if platform not in silent and not inspect_account(account_id):
            silent.add(platform)
    return len(due)


def _due() -> list[tuple[int, str]]:
    before = clock.database_now() - EVERY
    query = select(SocialAccount).where(
        SocialAccount.status == "connected",
        or_(SocialAccount.looked_at.is_(None), SocialAccount.looked_at <= before),
    )
    with transaction():
        rows = db.session.scalars(query.order_by(SocialAccount.looked_at.nulls_first(), SocialAccount.id))
        found = [(row.id, row.platform) for row in rows if row.kind.inspect]
    return found[:AT_ONCE]


def inspect_account(account_id: int) -> bool:
    """Ask about one; false when its network gave no usable answer, which says nothing of the permission."""
    with transaction():
        account = db.session.get_one(SocialAccount, account_id)
        kind, app, sealed = account.kind, app_of(account.kind), account.sealed_token
        token = _opened(account)
    if kind.inspect is None or app is None or token is None:
        # Without an app nothing goes out, and the operator is told; a token that cannot be opened is found
        # out as soon as it is needed.
        return True
    let_go()
    try:
        said = kind.inspect(kind, app, token)
    except ReconnectNeeded as refused:
        _settle(account_id, sealed, token, refused.code or "refused")
        return True
    except PlatformError as trouble:
        log.warning("not_inspected", account_id=account_id, kind=type(trouble).__name__, code=trouble.code)
        return False
    lacks = said.scopes and not kind.must_have.keys() <= said.scopes
    _settle(account_id, sealed, said, "permission" if lacks else None)
    return True


def _settle(account_id: int, sealed: str | None, said: Token, lost: str | None) -> None:
    """Keep what was told, unless the account came or went meanwhile: then it was told of another token."""
    with transaction():
        account = locked(account_id)
        if account is None or not account.is_connected or account.sealed_token != sealed:
            return
        account.looked_at = clock.now()
        account.token = said
        if lost:
            lose(account, lost)


def _opened(account: SocialAccount) -> Token | None:
    try:
        return account.token
    except CannotOpen:
        return None
