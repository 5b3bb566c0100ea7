"""Accounts and past posts on LinkedIn for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from .identity import member_urn, organization_urn, picture
from .oauth import give_tokens
from .posts import make_post, numbers
from .routes import KEY


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """Tokens for a person, and under which names they can publish."""
    pages = [
        {"id": str(page.number), "account": organization_urn(page), "name": page.name, "handle": page.handle}
        for page in person.organizations
    ]
    identity = {
        "id": person.key,
        "account": member_urn(person),
        "name": person.name,
        "handle": person.handle,
        "picture": picture(person),
        "organizations": pages,
    }
    return give_tokens(world, client_id, person, scopes) | {"identity": identity}


def seed(world: World, wish: SeededPost) -> Post | None:
    name = _name(world, wish.account)
    if name is None:
        return None
    number = numbers.at(wish.at)
    while world.posts.get(KEY, f"urn:li:share:{number}"):
        number += 1
    escaped = "".join(f"\\{c}" if c in "\\|{}@[]()<>*_~" else c for c in wish.text)
    post = make_post(wish.account, name, escaped, {}, wish.at, number)
    post.text, post.wire["commentary"] = wish.text, escaped
    world.posts.add(post)
    return post


def _name(world: World, account: str) -> str | None:
    kind, _, id = account.removeprefix("urn:li:").partition(":")
    if kind == "organization" and id.isdigit():
        page = world.people.organization(int(id))
        return page.name if page else None
    person = world.people.known(id) if kind == "person" else None
    return person.name if person else None
