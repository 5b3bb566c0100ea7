"""Whose call this is, and for which Page: a Page has a token of its own, which carries the Page's number."""

import re

from flask import abort

from ..grants import Token
from ..meta import errors
from ..meta.calls import caller, check_version
from ..numbers import secret
from ..people import Organization, Person
from ..world import World
from .routes import KEY

FOR_EVER = 4_102_444_800.0
NEEDS = (
    "If posting to a page, requires both pages_read_engagement and pages_manage_posts permission "
    "with page token; if posting to a group, requires app being installed in the group"
)


def person_caller(world: World, version: str) -> tuple[Token, Person]:
    """A person with their own token."""
    check_version(version)
    return caller(world, KEY, "access")


def page_caller(world: World, version: str, id: str, *scopes: str) -> tuple[Token, Organization]:
    """A Page with its token, or somebody who looks after it with theirs; refused without the scopes."""
    check_version(version)
    token, person = caller(world, KEY, "access", "page")
    number = page_number(token) if id == "me" else id
    page = person.organization(int(number)) if number.isdigit() else None
    if page is None or page_number(token) not in ("", str(page.number)):
        abort(errors.not_found(id))
    if not set(scopes) <= set(token.grant.scopes):
        abort(errors.not_permitted(NEEDS))
    return token, page


def page_token(world: World, token: Token, page: Organization) -> str:
    """A token for one Page, under the same permission; without an end when the person's lives long."""
    lasting = token.expires_at - token.made_at > 86_400
    value = secret(f"EAAP{page.number}Z", 60)
    return world.grants.issue(token.grant, "page", value, FOR_EVER if lasting else token.expires_at).value


def page_number(token: Token) -> str:
    """The number of the Page that a token is for; nothing for a person's."""
    found = re.match(r"EAAP(\d+)Z", token.value) if token.purpose == "page" else None
    return found[1] if found else ""
