"""Who calls Reddit's API: a program that says who it is, and a token that allows it."""

import re

from flask import Response, abort, g, request

from ..grants import Token
from ..people import Person
from ..wire import bearer
from ..world import World, this_world
from . import errors
from .routes import API, KEY, WWW, routes

# <platform>:<app ID>:<version> (by /u/<reddit username>); libraries may add themselves behind it.
USER_AGENT = re.compile(r"[^\s:]+:[^\s:]+:\S+ \(by /?u/[A-Za-z0-9_-]+\)")
SIGN_IN = (f"{WWW}/api/v1/access_token", f"{WWW}/api/v1/revoke_token")


@routes.before_request
def ask_who_calls() -> Response | None:
    """A User-Agent of one's own, on every call of a program, token calls included."""
    is_program = request.path.startswith((f"{API}/", *SIGN_IN))
    if is_program and not USER_AGENT.match(request.headers.get("User-Agent", "")):
        return errors.poor_user_agent()
    return None


def caller(*scopes: str) -> tuple[World, Token, Person]:
    """The token and its person; 401 or 403 in Reddit's words when there is none or it lacks a scope."""
    world = this_world()
    token = world.grants.token(KEY, bearer(), "access")
    if token is None or token.state != "active":
        abort(errors.bad_token())
    person = world.people.known(token.grant.person)
    if person is None:
        abort(errors.bad_token())
    g.client_id = token.grant.client_id
    if not set(scopes) <= set(token.grant.scopes):
        abort(errors.missing_scope())
    return world, token, person
