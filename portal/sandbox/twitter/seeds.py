"""Accounts and past posts on X for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from .body import Draft
from .oauth import give_tokens
from .posts import make_post, numbers
from .routes import KEY
from .users import identity


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """Tokens for a person, and who that is."""
    told = {"account": str(person.number), "handle": person.handle, **identity(person)}
    return give_tokens(world, client_id, person, scopes) | {"identity": told}


def seed(world: World, wish: SeededPost) -> Post | None:
    person = world.people.with_number(int(wish.account)) if wish.account.isdigit() else None
    if person is None:
        return None
    number = numbers.at(wish.at)
    while world.posts.get(KEY, str(number)):
        number += 1
    post = make_post(person, Draft(wish.text, [], None), wish.at, number)
    world.posts.add(post)
    return post
