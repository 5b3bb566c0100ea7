"""Whose call this is, and on which account: by Instagram's own token, or by the one of a Page."""

from dataclasses import dataclass

from flask import abort, request

from ..grants import Token
from ..meta import errors
from ..meta.calls import caller, check_version
from ..people import Person
from ..world import World
from . import accounts
from .accounts import Account
from .routes import KEY, OWN_GRAPH

BY_PAGE = "facebook"
PUBLISH = {KEY: "instagram_business_content_publish", BY_PAGE: "instagram_content_publish"}
BASIC = {KEY: "instagram_business_basic", BY_PAGE: "instagram_basic"}
COMMENT = {KEY: "instagram_business_manage_comments", BY_PAGE: "instagram_manage_comments"}
DELETE = {BY_PAGE: "instagram_manage_contents"}


@dataclass(frozen=True)
class Caller:
    """Somebody with a token that may do what they ask for, on one account."""

    token: Token
    account: Account


def account_caller(world: World, version: str, id: str, scopes: dict[str, str] = BASIC) -> Caller:
    """The account of that id (`me` on Instagram's own host), if the token may act for it."""
    token, own = _owned(world, version)
    account = next((one for one in own if one.id == id or (id == "me" and len(own) == 1)), None)
    if account is None:
        abort(errors.not_found(id))
    if scopes.get(token.grant.platform) not in token.grant.scopes:
        abort(errors.error(10, "(#10) Application does not have permission for this action", status=403))
    return Caller(token, account)


def _owned(world: World, version: str) -> tuple[Token, list[Account]]:
    check_version(version)
    if request.path.startswith(OWN_GRAPH):
        token, person = caller(world, KEY, "access")
        return token, [accounts.of_person(person)]
    token, person = caller(world, BY_PAGE, "access", "page")
    return token, _of_pages(token, person)


def _of_pages(token: Token, person: Person) -> list[Account]:
    # A Page's token carries the Page's number.
    number = token.value.removeprefix("EAAP").partition("Z")[0] if token.purpose == "page" else ""
    pages = [page for page in person.organizations if number in ("", str(page.number))]
    return [accounts.of_page(page) for page in pages]
