"""Connected accounts by JSON: list, begin to connect, choose, disconnect."""

from datetime import datetime

from flask import Response, abort, request
from pydantic import BaseModel

from portal.api.callers import current_doctor
from portal.api.endpoint import BY_ID, Listed, Output, delete, get, post
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AccountOffer, SocialAccount
from portal.paging import PageQuery, page
from portal.platforms import PLATFORMS
from portal.platforms.base import Platform
from portal.social import by_address, flows, leaving, offers
from portal.social.inputs import Choice, Connect


class Account(Output):
    """An account, page or channel on one network; never its token."""

    id: int
    doctor_id: int
    platform: str
    page_id: str
    display_name: str
    handle: str | None
    picture_url: str | None
    status: str
    token_expires_at: datetime | None
    created_at: datetime


class AccountList(Listed):
    accounts: list[Account]


class Connected(Output):
    accounts: list[Account]


class ConsentPage(Output):
    """Where the doctor's own browser, signed in here, has to go."""

    authorization_url: str


class OfferedPage(BaseModel):
    page_id: str
    display_name: str
    kind: str


class Offer(Output):
    """Several pages that one sign-in gave."""

    id: int
    platform: str
    choices: list[OfferedPage]


class OfferList(Output):
    offers: list[Offer]


@get("/social/accounts", query=PageQuery, gives=AccountList, summary="Connected accounts")
def list_accounts(query: PageQuery) -> AccountList:
    """In the order in which they were connected first."""
    own = SocialAccount.owned_by(current_doctor()).where(SocialAccount.status != "disconnected")
    rows, cursor = page(own, [SocialAccount.id], query)
    return AccountList(accounts=[_account(row) for row in rows], next_cursor=cursor)


@post(
    "/social/connect/<platform>",
    takes=Connect,
    may_be_empty=True,
    gives=ConsentPage,
    also={201: Account},
    limit="30 per minute",
    summary="Begin to connect an account",
)
def connect(platform: str, body: Connect) -> ConsentPage | tuple[Account, int]:
    """The consent page's address; it ends only in a browser that is signed in as this doctor. For LinkedIn
    {"connection": "organization"} connects company pages, and without it the doctor's own profile. Quora has
    no such page: profile_url names the doctor's own profile there, and the answer is 201 with the account."""
    network = _known(platform)
    if connection := by_address.way_in(network):
        made = by_address.connect(current_doctor().id, network, connection, body.profile_url)
        return _account(made), 201
    if body.profile_url is not None:
        raise Invalid("profile_url", f"{network.label} is connected by signing in there. Leave this out.")
    return ConsentPage(authorization_url=flows.begin(current_doctor().id, network, body.connection))


@get("/social/offers", gives=OfferList, summary="Pages to choose from")
def list_offers() -> OfferList:
    """When one sign-in gives several pages, channels or organizations."""
    return OfferList(offers=[_offer(offer) for offer in offers.open_offers(current_doctor())])


@post(
    f"/social/offers/{BY_ID}",
    takes=Choice,
    gives=Connected,
    status=201,
    finds=lambda id: _own_offer(id),
    summary="Connect the chosen pages",
)
def choose(id: int, body: Choice) -> Connected:
    """The others are forgotten; one that is connected to another doctor here is left out."""
    chosen = offers.choose(current_doctor(), id, body.page_ids)
    if chosen is None:
        abort(404)
    return Connected(accounts=[_account(account) for account in chosen.accounts])


@get(
    "/social/callback/<platform>",
    who="anyone",
    status=303,
    passes_query=True,
    summary="Back from a consent page",
)
def callback(platform: str) -> Response:
    """Sends the browser on to the portal's own page, with the same query."""
    query = request.query_string.decode("ascii", "replace")
    address = f"/social/callback/{_known(platform).key}" + (f"?{query}" if query else "")
    return Response(status=303, headers={"Location": address})


@delete(f"/social/accounts/{BY_ID}", summary="Disconnect an account")
def disconnect(id: int) -> None:
    """Posts planned for it are held, and go on when it is connected again."""
    if leaving.disconnect(current_doctor(), id) is None:
        abort(404)


def _own_offer(id: int) -> AccountOffer:
    mine = AccountOffer.owned_by(current_doctor()).where(AccountOffer.id == id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _known(platform: str) -> Platform:
    return PLATFORMS.get(platform) or abort(404)


def _account(row: SocialAccount) -> Account:
    own = {name: getattr(row, name) for name in Account.model_fields if name != "page_id"}
    return Account(**own, page_id=row.remote_id)


def _offer(row: AccountOffer) -> Offer:
    choices = [
        OfferedPage(page_id=one["remote_id"], display_name=one["display_name"], kind=one["kind"])
        for one in row.choices["identities"]
    ]
    return Offer(id=row.id, platform=row.platform, choices=choices)
