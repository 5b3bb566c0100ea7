"""Accounts and past posts on Reddit for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from .body import MOST_TITLE, Draft
from .communities import PECULIAR
from .oauth import give_tokens
from .posts import make_post, numbers
from .routes import KEY
from .users import DIGITS, base36, full_name, identity


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """Tokens for a person, and who that is."""
    told = {"account": full_name(person), "handle": person.handle, **identity(person)}
    return give_tokens(world, client_id, person, scopes) | {"identity": told}


def seed(world: World, wish: SeededPost) -> Post | None:
    """A text post in the example community; the first line is its title."""
    word = wish.account.removeprefix("t2_")
    is_id = bool(word) and all(digit in DIGITS for digit in word) and len(word) < 16
    person = world.people.with_number(int(word, 36)) if is_id else None
    if person is None:
        return None
    title, _, text = wish.text.partition("\n")
    number = numbers.at(wish.at)
    while world.posts.get(KEY, f"t3_{base36(number)}"):
        number += 1
    draft = Draft("self", PECULIAR["exampletest"], title[:MOST_TITLE], text.strip(), None, [], None)
    post = make_post(person, draft, wish.at, number)
    world.posts.add(post)
    return post
