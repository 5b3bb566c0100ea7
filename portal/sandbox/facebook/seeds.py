"""Accounts and past posts on Facebook for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from .gate import page_token
from .oauth import LONG_SECONDS, give_token
from .posts import Draft, make_post, numbers
from .routes import KEY


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """A person's token, and the Pages that they look after, each with its own."""
    told = give_token(world, client_id, person, scopes, LONG_SECONDS)
    token = world.grants.token(KEY, told["access_token"])
    assert token is not None  # it was issued a line before
    pages = [
        {
            "id": str(page.number),
            "account": str(page.number),
            "name": page.name,
            "handle": page.handle,
            "access_token": page_token(world, token, page),
        }
        for page in person.organizations
    ]
    world.grants.settle()
    identity = {
        "id": str(person.number),
        "account": pages[0]["account"],
        "name": person.name,
        "handle": person.handle,
        "organizations": pages,
    }
    return told | {"scope": ",".join(scopes), "identity": identity}


def seed(world: World, wish: SeededPost) -> Post | None:
    page = world.people.organization(int(wish.account)) if wish.account.isdigit() else None
    if page is None:
        return None
    number = numbers.at(wish.at)
    while world.posts.get(KEY, f"{page.number}_{number}"):
        number += 1
    post = make_post(page, Draft(wish.text), wish.at, number)
    world.posts.add(post)
    return post
