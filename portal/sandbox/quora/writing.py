"""What somebody writes on Quora, and the addresses it gets."""

import re
import time

from ..people import Person
from ..posts import Post, first_address
from ..world import World
from .routes import KEY

SITE = "https://www.quora.com"
LONGEST_SLUG = 80


def profile_slug(person: Person) -> str:
    """Asha-Menon; namesakes are told apart by a number."""
    return f"{'-'.join(person.bare_names)}-{person.number % 1000}".replace(" ", "-")


def profile_address(person: Person) -> str:
    """Where the person's profile stands."""
    return f"{SITE}/profile/{profile_slug(person)}"


def slug(words: str) -> str:
    """A text's beginning as a part of an address."""
    return re.sub(r"[^A-Za-z0-9]+", "-", words)[:LONGEST_SLUG].strip("-") or "Post"


def title(question: str) -> str:
    """The question behind a slug."""
    return question.replace("-", " ") + "?"


def answer(world: World, person: Person, question: str, text: str) -> Post | None:
    """Keep an answer; None when this person has answered the question before."""
    path = f"{question}/answer/{profile_slug(person)}"
    return None if world.posts.get(KEY, path) else _keep(world, person, path, text, time.time())


def write(world: World, person: Person, text: str, at: float | None = None) -> Post:
    """Keep a post on the person's own profile."""
    path = base = f"profile/{profile_slug(person)}/{slug(text)}"
    number = 1
    while world.posts.get(KEY, path):
        path, number = f"{base}-{number}", number + 1
    return _keep(world, person, path, text, at or time.time())


def person_of(world: World, account: str) -> Person | None:
    """Whose profile it is."""
    number = account.rpartition("-")[2]
    people = world.people.everybody() if number.isdigit() else []
    return next((person for person in people if profile_slug(person) == account), None)


def _keep(world: World, person: Person, path: str, text: str, at: float) -> Post:
    post = Post(
        platform=KEY,
        id=path,
        account=profile_slug(person),
        author=person.name,
        text=text,
        link=first_address(text),
        media=[],
        permalink=f"{SITE}/{path}",
        at=at,
    )
    world.posts.add(post)
    return post
