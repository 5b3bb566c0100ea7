"""Disconnect an account: here at once, and at the network where it can."""

import structlog
from sqlalchemy import select

from portal.extensions import db
from portal.models import Doctor, SocialAccount
from portal.platforms import oauth
from portal.platforms.base import Connection, Token
from portal.platforms.errors import PlatformError
from portal.social.apps import app_of
from portal.social.keeping import hold_posts, record
from portal.transaction import transaction
from portal.vault import CannotOpen

log = structlog.get_logger()

DISCONNECTED = "You disconnected the account. The post waits until you connect it again."


def stop_posting(doctor: Doctor) -> None:
    """From the caller's transaction on nothing leaves by any of the doctor's accounts. Their permissions are
    still there: `disconnect` gives them back, each in its own time."""
    connected = SocialAccount.owned_by(doctor).where(SocialAccount.status == "connected")
    for account in db.session.scalars(
        connected.order_by(SocialAccount.id).with_for_update(key_share=True)
    ).all():
        account.status = "reconnect"
        hold_posts(account, DISCONNECTED, by="doctor")


def disconnect(doctor: Doctor, account_id: int) -> SocialAccount | None:
    """End a connection: here at once, and at the network where it can; None when there is no such account.

    A network that is away does not keep anybody connected.
    """
    with transaction():
        query = SocialAccount.owned_by(doctor).where(
            SocialAccount.id == account_id, SocialAccount.status != "disconnected"
        )
        account = db.session.scalar(query.with_for_update(key_share=True))
        if account is None:
            return None
        token = _opened(account)
        is_shared = token is not None and _is_shared(account, token)
        connection = account.network.connection(account.connection)
        account.status, account.token = "disconnected", None
        account.trouble = account.gated_until = None
        hold_posts(account, DISCONNECTED, by="doctor")
        record(account, "account disconnected")
    if token is not None and not is_shared:
        _revoke(connection, token)
    return account


def _opened(account: SocialAccount) -> Token | None:
    try:
        return account.token
    except CannotOpen:
        return None


def _is_shared(account: SocialAccount, token: Token) -> bool:
    """Whether the same permission carries another account: pages of one sign-in have one between them."""
    others = db.session.scalars(
        select(SocialAccount).where(
            SocialAccount.doctor_id == account.doctor_id,
            SocialAccount.platform == account.platform,
            SocialAccount.id != account.id,
            SocialAccount.status != "disconnected",
        )
    )
    tokens = [kept for other in others if (kept := _opened(other))]
    return any(
        kept.access == token.access or (token.refresh is not None and kept.refresh == token.refresh)
        for kept in tokens
    )


def _revoke(connection: Connection, token: Token) -> None:
    app = app_of(connection)
    if app is None:
        return
    try:
        oauth.revoke(connection, app, token)
    except PlatformError as away:
        log.warning("not_revoked", connection=connection.label, kind=type(away).__name__, code=away.code)
