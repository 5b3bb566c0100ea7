"""Accounts and past posts on Instagram for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from . import accounts
from .containers import Container, numbers
from .oauth import give_token
from .posts import make_post
from .routes import KEY


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """A person's token, and their account."""
    account = accounts.of_person(person)
    identity = {**accounts.node(account), "account": account.id, "handle": account.username}
    told = give_token(world, client_id, person, scopes)
    return told | {"scope": ",".join(scopes), "identity": identity}


def seed(world: World, wish: SeededPost) -> Post | None:
    account = accounts.known(world, wish.account)
    if account is None:
        return None
    number = numbers.at(wish.at)
    while world.posts.get(KEY, str(number)):
        number += 1
    container = Container("", account.id, "IMAGE", wish.text, [], wish.at, wish.at)
    post = make_post(account, container, [], wish.at, str(number))
    world.posts.add(post)
    return post
