"""Connect an account where there is no sign-in to come back from: by the address of the doctor's profile.

Nothing proves whose profile it is, and nothing is done in its name: the doctor posts there by hand.
"""

from portal import http
from portal.errors import Invalid
from portal.models import SocialAccount
from portal.platforms.base import Connection, Platform
from portal.platforms.profiles import BY_HAND
from portal.social.apps import app_of
from portal.social.keeping import store_account
from portal.transaction import transaction


def way_in(network: Platform) -> Connection | None:
    """The kind of account that this network connects by its address; None where one signs in.

    Where the operator has no app for a network, the doctor posts there by hand.
    """
    by_address = (connection for connection in network.connections if connection.by_address)
    return next(by_address, None) or _instead_of_apps(network)


def _instead_of_apps(network: Platform) -> Connection | None:
    has_app = any(app_of(connection) for connection in network.connections)
    return network.connection(BY_HAND) if network.profiles and not has_app else None


def connect(doctor_id: int, network: Platform, connection: Connection, address: str | None) -> SocialAccount:
    """Connect the profile at this address, or connect it again in its place; its held posts go on.

    Raises Invalid for what is no profile, and for one that another doctor has connected here.
    """
    identity = network.identity_at(http.original(address or ""))
    if identity is None:
        words = f"Enter the address of your {connection.label}, such as {connection.by_address}."
        raise Invalid("profile_url", words)
    try:
        with transaction():
            return store_account(doctor_id, network.key, connection.key, identity, None)
    except Invalid as taken:
        raise Invalid("profile_url", taken.words) from None
