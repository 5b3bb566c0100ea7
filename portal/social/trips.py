"""A trip to a network: begun once, used once by whom it belongs to, remembered until it is over."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from portal import clock, vault
from portal.extensions import db
from portal.models import AccountOffer, OAuthAttempt, SocialAccount
from portal.platforms.base import Connection, Platform
from portal.platforms.oauth import Secrets
from portal.social.sorry import CannotConnect
from portal.transaction import transaction

LIFE = timedelta(minutes=10)

START_AGAIN = "Go to your accounts and press Connect to start again."


class UsedAlready(Exception):
    """The same answer came before, and this is what it gave: a page that was loaded twice."""

    def __init__(self, made: SocialAccount | AccountOffer) -> None:
        super().__init__("used already")
        self.made = made


@dataclass(frozen=True)
class Trip:
    """A trip that is under way: nobody else can use its state by now."""

    id: int
    doctor_id: int
    connection: str
    account_id: int | None
    state_digest: str
    sealed_verifier: str | None
    expires_at: datetime


def begin(
    doctor_id: int,
    network: Platform,
    connection: Connection,
    secrets: Secrets,
    browser: str | None,
    account: SocialAccount | None,
) -> None:
    """Remember a trip by its state's digest; those that are over are forgotten."""
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
                expires_at=clock.now() + LIFE,
            )
        )


def state_digest(state: str) -> str:
    """What is kept of a state."""
    return hashlib.sha256(state.encode()).hexdigest()


def take(state: str | None, doctor_id: int, browser: str, network: Platform) -> Trip:
    """The trip that this state began, for use once; raises UsedAlready or CannotConnect.

    Only the doctor, browser and network that it belongs to use it up: a stranger's try leaves it open.
    """
    digest = state_digest(state or "")
    used = (
        update(OAuthAttempt)
        .where(
            OAuthAttempt.state_digest == digest,
            OAuthAttempt.doctor_id == doctor_id,
            OAuthAttempt.platform == network.key,
            or_(OAuthAttempt.browser_digest.is_(None), OAuthAttempt.browser_digest == browser),
            OAuthAttempt.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(*[getattr(OAuthAttempt, part.name) for part in fields(Trip)])
    )
    with transaction():
        row = db.session.execute(used).one_or_none()
    if row is None:
        raise _refused(digest, doctor_id, browser, network)
    trip = Trip(*row)
    if trip.expires_at <= clock.now():
        end(trip, None)
        raise CannotConnect(
            "That took too long", f"A sign-in is open for ten minutes. Nothing was connected. {START_AGAIN}"
        )
    return trip


def end(trip: Trip, made: SocialAccount | AccountOffer | None) -> None:
    """Remember what came of it."""
    is_account = isinstance(made, SocialAccount)
    ended_as = "account" if is_account else "offer" if made else "nothing"
    with transaction():
        db.session.execute(
            update(OAuthAttempt)
            .where(OAuthAttempt.id == trip.id)
            .values(
                ended_as=ended_as,
                account_id=made.id if made and is_account else trip.account_id,
                sealed_verifier=None,
            )
        )


def _refused(digest: str, doctor_id: int, browser: str, network: Platform) -> Exception:
    row = db.session.scalar(select(OAuthAttempt).where(OAuthAttempt.state_digest == digest))
    if row is None:
        return CannotConnect(
            "This sign-in is no longer open",
            "It is over, or it never began here. Go to your accounts: if the account is not there, press "
            "Connect to start again.",
        )
    is_same_browser = row.browser_digest in (None, browser)
    if row.doctor_id != doctor_id or row.platform != network.key or not is_same_browser:
        return CannotConnect(
            "This sign-in was begun elsewhere",
            "It belongs to another person, another browser or another network. Nothing was connected here. "
            + START_AGAIN,
        )
    if made := _made(row):
        return UsedAlready(made)
    if row.ended_as is None:
        return CannotConnect(
            "This sign-in is being finished",
            "The page was opened twice. Go to your accounts in a moment: if the account is not there, press "
            "Connect to start again.",
        )
    return CannotConnect(
        "This sign-in is no longer open", f"It was used already. Nothing was connected now. {START_AGAIN}"
    )


def _made(row: OAuthAttempt) -> SocialAccount | AccountOffer | None:
    """What a trip gave, if it is still there."""
    if row.ended_as == "account":
        account = db.session.get(SocialAccount, row.account_id)
        return account if account and account.status != "disconnected" else None
    if row.ended_as == "offer":
        return db.session.scalar(
            select(AccountOffer).where(
                AccountOffer.doctor_id == row.doctor_id,
                AccountOffer.platform == row.platform,
                AccountOffer.connection == row.connection,
                AccountOffer.expires_at > clock.now(),
            )
        )
    return None
