"""Who somebody is on X."""

from typing import Any

from flask import Response, request

from ..avatars import avatar
from ..people import Person
from ..wire import answer
from ..world import this_world
from .gate import READ, caller
from .routes import API, KEY, PICTURES, routes

ALWAYS = ("id", "name", "username")


@routes.get(f"{API}/2/users/me")
def me() -> Response:
    _, person = caller(this_world(), READ)
    wanted = request.args.get("user.fields", "").split(",")
    fields = identity(person)
    return answer({"data": {name: fields[name] for name in fields if name in ALWAYS or name in wanted}})


@routes.get(f"{PICTURES}/profile_images/<int:number>/<name>")
def profile_picture(number: int, name: str) -> Response:
    return avatar(this_world().people.with_number(number), KEY)


def identity(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.number),
        "name": person.name,
        "username": person.handle,
        "profile_image_url": f"https://pbs.twimg.com/profile_images/{person.number}/{person.key}_normal.svg",
        "verified": False,
        "verified_type": "none",
        "subscription_type": person.subscription,
        "protected": False,
    }
