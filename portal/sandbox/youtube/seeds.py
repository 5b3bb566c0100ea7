"""Channels and past videos on YouTube for demo data and tests, without a browser."""

from typing import Any

from ..network import SeededPost
from ..numbers import secret
from ..people import Person
from ..posts import Post
from ..world import World
from .channels import channel_id, owner_of
from .oauth import give_tokens
from .videos import make_post

TITLE_CHARACTERS = 60


def connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    """Tokens for a person, and who that is."""
    told = {
        "account": channel_id(person),
        "id": channel_id(person),
        "name": person.name,
        "handle": person.handle,
        "picture": f"https://yt3.ggpht.com/{person.key}=s240",
        "uploads": f"UU{channel_id(person)[2:]}",
    }
    return give_tokens(world, client_id, person, scopes) | {"identity": told}


def seed(world: World, wish: SeededPost) -> Post | None:
    """A past video without bytes; its title is the beginning of its text."""
    person = owner_of(world, wish.account) if wish.account.startswith("UC") else None
    if person is None:
        return None
    said = {"snippet": {"title": wish.text[:TITLE_CHARACTERS].strip(), "description": wish.text}}
    post = make_post(person, secret("", 11), said, wish.at, [])
    world.posts.add(post)
    return post
