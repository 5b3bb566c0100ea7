"""Who calls YouTube's API, and whether their token allows it."""

from flask import abort

from ..grants import Token
from ..people import Person
from ..wire import bearer
from ..world import World
from . import errors
from .routes import KEY


def caller(world: World, scopes: tuple[str, ...]) -> tuple[Token, Person]:
    """The token and its person; any one of the scopes is enough."""
    if not bearer():
        abort(errors.no_token())
    token = world.grants.token(KEY, bearer(), "access")
    person = world.people.known(token.grant.person) if token and token.state == "active" else None
    if token is None or person is None:
        abort(errors.dead_token())
    if not set(scopes) & set(token.grant.scopes):
        abort(errors.missing_scope())
    return token, person
