"""Who calls X's API, and whether their token allows it."""

from flask import abort, g

from ..grants import Token
from ..people import Person
from ..wire import bearer
from ..world import World
from . import errors
from .routes import KEY

WRITE = ("tweet.read", "tweet.write", "users.read")
READ = ("tweet.read", "users.read")
MEDIA = ("media.write",)


def caller(world: World, scopes: tuple[str, ...]) -> tuple[Token, Person]:
    """The token and its person; 401 or 403 in X's words when there is none or it lacks a scope."""
    token = world.grants.token(KEY, bearer(), "access")
    if token is None or token.state != "active":
        abort(errors.unauthorized())
    person = world.people.known(token.grant.person)
    if person is None:
        abort(errors.unauthorized())
    g.caller = person
    if not set(scopes) <= set(token.grant.scopes):
        abort(errors.forbidden())
    return token, person
