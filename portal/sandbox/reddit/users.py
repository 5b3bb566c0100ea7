"""Who somebody is on Reddit."""

from typing import Any

from flask import Response

from ..avatars import avatar
from ..people import Person
from ..wire import answer
from ..world import this_world
from . import errors
from .gate import caller
from .routes import API, KEY, PICTURES, routes

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@routes.get(f"{API}/api/v1/me", strict_slashes=False)
def me() -> Response:
    _, _, person = caller("identity")
    return answer(identity(person), content_type=errors.JSON)


@routes.get(f"{PICTURES}/t5_x/styles/<int:number>.svg")
def profile_picture(number: int) -> Response:
    return avatar(this_world().people.with_number(number), KEY)


def identity(person: Person) -> dict[str, Any]:
    return {
        "id": base36(person.number),
        "name": person.handle,
        "icon_img": f"https://styles.redditmedia.com/t5_x/styles/{person.number}.svg",
        "created_utc": float(int(person.made_at)),
        "link_karma": 120,
        "comment_karma": 340,
        "total_karma": 460,
        "has_verified_email": True,
        "is_suspended": False,
        "subreddit": {
            "display_name": f"u_{person.handle}",
            "display_name_prefixed": f"u_{person.handle}",
        },
    }


def full_name(person: Person) -> str:
    return f"t2_{base36(person.number)}"


def base36(number: int) -> str:
    word = ""
    while number or not word:
        number, digit = divmod(number, 36)
        word = DIGITS[digit] + word
    return word
