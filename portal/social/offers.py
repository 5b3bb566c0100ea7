"""Several pages from one sign-in: kept for an hour, chosen from, forgotten."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from portal import clock, vault
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AccountOffer, Doctor, SocialAccount
from portal.platforms.base import Connection, Identity, Platform, Token
from portal.social.keeping import store_account
from portal.transaction import transaction

OFFER_LIFE = timedelta(hours=1)


def make_offer(
    doctor_id: int, network: Platform, connection: Connection, identities: list[Identity], token: Token
) -> AccountOffer:
    """Keep what one sign-in gave until the doctor has chosen; a later sign-in takes its place."""
    earlier = delete(AccountOffer).where(
        AccountOffer.doctor_id == doctor_id,
        AccountOffer.platform == network.key,
        AccountOffer.connection == connection.key,
    )
    db.session.execute(earlier)
    own = {one.remote_id: one.token.to_record() for one in identities if one.token}
    tokens = json.dumps({"shared": token.to_record(), "own": own})
    offer = AccountOffer(
        doctor_id=doctor_id,
        platform=network.key,
        connection=connection.key,
        choices={"identities": [one.to_record() for one in identities]},
        expires_at=clock.now() + OFFER_LIFE,
    )
    offer.sealed_tokens = vault.seal(tokens, offer.bound_to[0])
    db.session.add(offer)
    db.session.flush()
    return offer


def open_offers(doctor: Doctor) -> Sequence[AccountOffer]:
    """The choices that this doctor has not made yet."""
    query = AccountOffer.owned_by(doctor).where(AccountOffer.expires_at > clock.now())
    return db.session.scalars(query.order_by(AccountOffer.id)).all()


@dataclass(frozen=True)
class Chosen:
    """What came of a choice: the accounts that are connected, and a sentence for each that is not."""

    accounts: list[SocialAccount]
    refused: list[str]


def choose(doctor: Doctor, offer_id: int, page_ids: Sequence[str]) -> Chosen | None:
    """Connect the chosen pages of an offer, the others are forgotten; None when there is no such offer.

    A page that belongs to another doctor keeps none of the others from being connected. Raises Invalid,
    also when no page is left; the offer then stays.
    """
    with transaction():
        query = AccountOffer.owned_by(doctor).where(AccountOffer.id == offer_id).with_for_update()
        offer = db.session.scalar(query)
        if offer is None:
            return None
        if offer.expires_at <= clock.now():
            raise Invalid(
                "", "This choice is no longer open. Go to your accounts and press Connect to start again."
            )
        identities = {one["remote_id"]: Identity(**one) for one in offer.choices["identities"]}
        if not page_ids:
            raise Invalid("page_ids", "Choose at least one.")
        if any(page_id not in identities for page_id in page_ids):
            raise Invalid("page_ids", "Choose from the list.")
        chosen = Chosen([], [])
        for page_id, token in _tokens(offer, page_ids):
            _connect(offer, identities[page_id], token, chosen)
        if not chosen.accounts:
            raise Invalid("page_ids", " ".join(chosen.refused))
        db.session.delete(offer)
    return chosen


def _connect(offer: AccountOffer, identity: Identity, token: Token, chosen: Chosen) -> None:
    try:
        # On its own: the database may be the one that refuses, and that ends what was open.
        with db.session.begin_nested():
            account = store_account(offer.doctor_id, offer.platform, offer.connection, identity, token)
    except Invalid as taken:
        chosen.refused.append(taken.words)
    else:
        chosen.accounts.append(account)


def _tokens(offer: AccountOffer, page_ids: Sequence[str]) -> list[tuple[str, Token]]:
    kept = json.loads(vault.open_sealed(offer.sealed_tokens, *offer.bound_to))
    wanted = dict.fromkeys(page_ids)
    return [(id, Token.from_record(kept["own"].get(id, kept["shared"]))) for id in wanted]
