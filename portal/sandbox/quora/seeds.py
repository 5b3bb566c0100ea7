"""Profiles and past posts on Quora for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..people import Person
from ..posts import Post
from ..world import World
from .writing import person_of, profile_address, profile_slug, write


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """Who that is, and the address of the profile; there are no tokens."""
    told = {"account": profile_slug(person), "name": person.name, "profile_url": profile_address(person)}
    return {"identity": told}


def seed(world: World, wish: SeededPost) -> Post | None:
    person = person_of(world, wish.account)
    return write(world, person, wish.text, wish.at) if person else None
