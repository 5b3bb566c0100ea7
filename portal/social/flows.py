"""Connect an account: to the network's consent page, and back with a code."""

from dataclasses import dataclass

import structlog

from portal import http, vault
from portal.errors import Invalid, NotAllowed
from portal.models import AccountOffer, SocialAccount
from portal.platforms import oauth
from portal.platforms.base import Connection, Identity, Platform, Token
from portal.platforms.errors import PlatformError
from portal.social import trips
from portal.social.again import connect_again
from portal.social.apps import app_of, redirect_uri
from portal.social.keeping import listed, store_account
from portal.social.offers import make_offer
from portal.social.sorry import CannotConnect
from portal.social.trips import Trip
from portal.transaction import transaction

log = structlog.get_logger()

NOT_SET_UP = "{label} cannot be connected yet: the operator of this portal has not set it up."


@dataclass(frozen=True)
class WayBack:
    """What the browser brought back from the consent page."""

    state: str | None
    code: str | None
    error: str | None = None
    issuer: str | None = None


def begin(
    doctor_id: int,
    network: Platform,
    connection_key: str | None,
    browser: str | None = None,
    account: SocialAccount | None = None,
) -> str:
    """The address of the consent page for a fresh trip; `browser` binds it to one signed-in browser.

    With `account` the trip is about that one: it comes back in its place, and no other does.
    """
    connection = _connection(network, account.connection if account else connection_key)
    app = app_of(connection)
    if app is None:
        raise NotAllowed(NOT_SET_UP.format(label=connection.label))
    secrets = oauth.fresh_secrets(connection)
    trips.begin(doctor_id, network, connection, secrets, browser, account)
    address = oauth.authorization_address(
        connection, app, redirect_uri(network.key), secrets.state, secrets.verifier
    )
    return http.rewrite(address)


def finish(doctor_id: int, browser: str, network: Platform, back: WayBack) -> SocialAccount | AccountOffer:
    """End a trip: the account that is now connected, or the offer to choose from.

    Raises CannotConnect, or UsedAlready when the same answer was brought before. The code is exchanged here
    and now, with no transaction open: X's codes live for half a minute.
    """
    trip = trips.take(back.state, doctor_id, browser, network)
    try:
        return _carry_out(trip, network, back)
    except CannotConnect:
        trips.end(trip, None)
        raise


def _carry_out(trip: Trip, network: Platform, back: WayBack) -> SocialAccount | AccountOffer:
    connection = network.connection(trip.connection)
    if back.error or not back.code:
        raise _sorry(oauth.declined(connection.label, back.error or "no_code"))
    if not oauth.came_from(connection, back.issuer):
        raise CannotConnect("That answer came from elsewhere", f"Nothing was connected. {trips.START_AGAIN}")
    try:
        token = _exchange(network, connection, trip, back.code)
        identities = network.identities(connection, token)
    except PlatformError as error:
        log.warning("not_connected", platform=network.key, kind=type(error).__name__, code=error.code)
        raise _sorry(error) from error
    return _settle(trip, network, connection, identities, token)


def _exchange(network: Platform, connection: Connection, trip: Trip, code: str) -> Token:
    app = app_of(connection)
    if app is None:
        raise CannotConnect("Not set up yet", NOT_SET_UP.format(label=connection.label))
    sealed = trip.sealed_verifier
    verifier = vault.open_sealed(sealed, trip.state_digest) if sealed else None
    token = oauth.exchange(connection, app, redirect_uri(network.key), code, verifier)
    if missing := oauth.missing_permissions(connection, token):
        raise CannotConnect(
            "A permission is missing",
            f"The portal cannot work with this {connection.label} unless it may {listed(missing)}. "
            "Connect it again and allow all that is asked.",
        )
    return token


def _settle(
    trip: Trip, network: Platform, connection: Connection, identities: list[Identity], token: Token
) -> SocialAccount | AccountOffer:
    if not identities:
        raise CannotConnect(
            f"No {connection.label} found", f"This sign-in has none to post on. {connection.needs}"
        )
    try:
        with transaction():
            made = _keep(trip, network, connection, identities, token)
            trips.end(trip, made)
            return made
    except Invalid as taken:
        raise CannotConnect("This account is taken", taken.words) from taken


def _keep(
    trip: Trip, network: Platform, connection: Connection, identities: list[Identity], token: Token
) -> SocialAccount | AccountOffer:
    if trip.account_id is not None:
        return connect_again(trip.doctor_id, trip.account_id, connection, identities, token)
    if len(identities) > 1:
        return make_offer(trip.doctor_id, network, connection, identities, token)
    return store_account(trip.doctor_id, network.key, connection.key, identities[0], token)


def _connection(network: Platform, key: str | None) -> Connection:
    try:
        return network.connection(key)
    except (KeyError, IndexError):
        known = ", ".join(connection.key for connection in network.connections)
        raise Invalid("connection", f"Choose one of: {known}.") from None


def _sorry(error: PlatformError) -> CannotConnect:
    return CannotConnect("The account was not connected", error.words)
