"""Connect an account: to the network's consent page, and back with a code."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete

from portal import clock, http, vault
from portal.errors import Invalid, NotAllowed
from portal.extensions import db
from portal.models import AccountOffer, OAuthAttempt, SocialAccount
from portal.platforms import oauth
from portal.platforms.base import Connection, Identity, Platform, Token
from portal.platforms.errors import PlatformError
from portal.social.again import connect_again
from portal.social.apps import app_of, redirect_uri
from portal.social.keeping import listed, store_account
from portal.social.offers import make_offer
from portal.social.sorry import CannotConnect
from portal.transaction import transaction

log = structlog.get_logger()

ATTEMPT_LIFE = timedelta(minutes=10)

NOT_SET_UP = "{label} cannot be connected yet: the operator of this portal has not set it up."
START_AGAIN = "Go to your accounts and press Connect to start again."


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
    digest = state_digest(secrets.state)
    with transaction():
        db.session.execute(delete(OAuthAttempt).where(OAuthAttempt.expires_at < clock.now()))
        db.session.add(
            OAuthAttempt(
                doctor_id=doctor_id,
                platform=network.key,
                connection=connection.key,
                account_id=account.id if account else None,
                state_digest=digest,
                sealed_verifier=vault.seal(secrets.verifier, digest) if secrets.verifier else None,
                browser_digest=browser,
                expires_at=clock.now() + ATTEMPT_LIFE,
            )
        )
    address = oauth.authorization_address(
        connection, app, redirect_uri(network.key), secrets.state, secrets.verifier
    )
    return http.rewrite(address)


def state_digest(state: str) -> str:
    """What is kept of a state."""
    return hashlib.sha256(state.encode()).hexdigest()


def finish(doctor_id: int, browser: str, network: Platform, back: WayBack) -> SocialAccount | AccountOffer:
    """End a trip: the account that is now connected, or the offer to choose from. Raises CannotConnect.

    The code is exchanged here and now, with no transaction open: X's codes live for half a minute.
    """
    trip = _check(_take(back.state), doctor_id, browser, network)
    connection = network.connection(trip.connection)
    if back.error or not back.code:
        raise _sorry(oauth.declined(connection.label, back.error or "no_code"))
    if not oauth.came_from(connection, back.issuer):
        raise CannotConnect("That answer came from elsewhere", f"Nothing was connected. {START_AGAIN}")
    try:
        token = _exchange(network, connection, trip, back.code)
        identities = network.identities(connection, token)
    except PlatformError as error:
        log.warning("not_connected", platform=network.key, kind=type(error).__name__, code=error.code)
        raise _sorry(error) from error
    return _settle(trip, network, connection, identities, token)


@dataclass(frozen=True)
class Trip:
    """An attempt that was taken out of the table."""

    doctor_id: int
    platform: str
    connection: str
    account_id: int | None
    state_digest: str
    sealed_verifier: str | None
    browser_digest: str | None
    expires_at: datetime


def _take(state: str | None) -> Trip | None:
    """The attempt that this state began, taken out so that it is used once, whatever comes of it."""
    if not state:
        return None
    digest = state_digest(state)
    columns = [getattr(OAuthAttempt, part.name) for part in fields(Trip)]
    taken = delete(OAuthAttempt).where(OAuthAttempt.state_digest == digest).returning(*columns)
    with transaction():
        row = db.session.execute(taken).one_or_none()
    return Trip(*row) if row else None


def _check(trip: Trip | None, doctor_id: int, browser: str, network: Platform) -> Trip:
    if trip is None:
        raise CannotConnect(
            "This sign-in is no longer open",
            f"It was used already, or it never began here. Nothing was connected. {START_AGAIN}",
        )
    is_same_browser = trip.browser_digest in (None, browser)
    if trip.doctor_id != doctor_id or trip.platform != network.key or not is_same_browser:
        raise CannotConnect(
            "This sign-in was begun elsewhere",
            "It belongs to another person, another browser or another network. Nothing was connected. "
            + START_AGAIN,
        )
    if trip.expires_at <= clock.now():
        raise CannotConnect(
            "That took too long", f"A sign-in is open for ten minutes. Nothing was connected. {START_AGAIN}"
        )
    return trip


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
            if trip.account_id is not None:
                return connect_again(trip.doctor_id, trip.account_id, connection, identities, token)
            if len(identities) > 1:
                return make_offer(trip.doctor_id, network, connection, identities, token)
            return store_account(trip.doctor_id, network.key, connection.key, identities[0], token)
    except Invalid as taken:
        raise CannotConnect("This account is taken", taken.words) from taken


def _connection(network: Platform, key: str | None) -> Connection:
    try:
        return network.connection(key)
    except (KeyError, IndexError):
        known = ", ".join(connection.key for connection in network.connections)
        raise Invalid("connection", f"Choose one of: {known}.") from None


def _sorry(error: PlatformError) -> CannotConnect:
    return CannotConnect("The account was not connected", error.words)
