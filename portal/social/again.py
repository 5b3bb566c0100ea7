"""Connect one account again in its place: the same one keeps its posts, another one is refused."""

from collections.abc import Sequence

from portal.extensions import db
from portal.models import SocialAccount
from portal.platforms.base import Connection, Identity, Token
from portal.social.keeping import listed, store_account
from portal.social.sorry import CannotConnect

GONE = "It was removed while you were at the network. Go to your accounts and press Connect to start again."


def connect_again(
    doctor_id: int, account_id: int, connection: Connection, identities: Sequence[Identity], token: Token
) -> SocialAccount:
    """The account that was meant, connected again. Within an open transaction; raises CannotConnect.

    The doctor's other accounts that this sign-in names get the new permission too: where one sign-in gives
    several, the older permission may have ended for all of them.
    """
    account = db.session.get(SocialAccount, account_id)
    if account is None or account.doctor_id != doctor_id:
        raise CannotConnect("This account is no longer here", GONE)
    found = {one.remote_id: one for one in identities}
    if account.remote_id not in found:
        raise _another(account, connection, identities)
    for other in _others(account, found):
        store_account(doctor_id, other.platform, connection.key, found[other.remote_id], token)
    return store_account(doctor_id, account.platform, connection.key, found[account.remote_id], token)


def _others(account: SocialAccount, found: dict[str, Identity]) -> Sequence[SocialAccount]:
    return db.session.scalars(
        SocialAccount.owned_by(account.doctor).where(
            SocialAccount.platform == account.platform,
            SocialAccount.connection == account.connection,
            SocialAccount.remote_id.in_(found),
            SocialAccount.id != account.id,
            SocialAccount.status != "disconnected",
        )
    ).all()


def _another(account: SocialAccount, connection: Connection, identities: Sequence[Identity]) -> CannotConnect:
    meant = _named(account.display_name, account.handle)
    came = listed([_named(one.display_name, one.handle) for one in identities[:3]])
    label = account.network.label
    return CannotConnect(
        "That is another account",
        f"You wanted to connect {meant} again, but at {label} you are signed in as {came}. Nothing was "
        f"changed. To go on with {account.display_name}, sign out at {label}, sign in there with the right "
        "account and press “Connect again” here. To add another account, press "
        f"“Connect {connection.label}”.",
    )


def _named(name: str, handle: str | None) -> str:
    return f"{name} (@{handle.removeprefix('@')})" if handle else name
