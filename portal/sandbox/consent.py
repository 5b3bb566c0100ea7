"""The consent page of every network: which app asks for what, and for whom; Allow or Deny.

The practice person belongs to the browser: a cookie made on first sight. Two browsers are two
people, and one browser that comes back is the same person on every network.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, make_response, redirect, render_template, request

from .grants import Code
from .numbers import secret
from .people import Person
from .world import World

COOKIE = "practice_person"
COOKIE_SECONDS = 5 * 365 * 24 * 3600
SOMEBODY_NEW = "new"


@dataclass(frozen=True)
class Ask:
    """What an app asks a person for."""

    client_id: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str = ""
    challenge_method: str = ""


@dataclass(frozen=True)
class Custom:
    """A network's own ways with consent."""

    platform: str
    label: str
    words: Mapping[str, str]
    code_prefix: str
    code_seconds: float
    denied: Mapping[str, str]
    pages_scopes: frozenset[str] = frozenset()


def visit(world: World, custom: Custom, ask: Ask) -> Response:
    """Show the consent page, or do what was pressed on it."""
    person = visitor(world)
    pressed = request.form.get("answer") if request.method == "POST" else None
    if pressed == "allow":
        return remember(back(ask, {"code": _code(world, custom, ask, person)}), person)
    if pressed == "deny":
        return remember(back(ask, custom.denied), person)
    if pressed == "switch":
        person = _chosen(world, person)
        return remember(make_response(redirect(request.full_path, 303)), person)
    return remember(make_response(_page(world, custom, ask, person)), person)


def back(ask: Ask, fields: Mapping[str, str]) -> Response:
    """Send the browser back to the app, with the state that it gave."""
    parts = urlsplit(ask.redirect_uri)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *fields.items(), ("state", ask.state)]
    return make_response(redirect(urlunsplit(parts._replace(query=urlencode(query))), 302))


def cannot_ask(label: str, sentence: str) -> Response:
    """The page for an app whose request is no request; nobody is sent anywhere."""
    page = render_template("cannot_ask.html", label=label, sentence=sentence)
    return Response(page, 400, content_type="text/html; charset=utf-8")


def visitor(world: World) -> Person:
    """The practice person of the browser that asks, somebody new on first sight."""
    # The form names the person whom it showed, for clients that keep no cookies.
    for key in (request.form.get("person"), request.cookies.get(COOKIE)):
        if key and (person := world.people.known(key)):
            return person
    return world.people.newcomer()


def _chosen(world: World, person: Person) -> Person:
    wanted = request.form.get("act_as", "")
    if wanted == SOMEBODY_NEW:
        return world.people.newcomer()
    return world.people.known(wanted) or person


def _code(world: World, custom: Custom, ask: Ask, person: Person) -> str:
    code = Code(
        value=secret(custom.code_prefix, 60),
        platform=custom.platform,
        client_id=ask.client_id,
        redirect_uri=ask.redirect_uri,
        person=person.key,
        scopes=ask.scopes,
        expires_at=time.time() + custom.code_seconds,
        challenge=ask.challenge,
        challenge_method=ask.challenge_method,
    )
    return world.grants.offer(code)


def _page(world: World, custom: Custom, ask: Ask, person: Person) -> str:
    return render_template(
        "consent.html",
        label=custom.label,
        platform=custom.platform,
        app=ask.client_id,
        home=urlsplit(ask.redirect_uri).netloc,
        person=person,
        others=[each for each in world.people.everybody() if each != person],
        permissions=[custom.words[scope] for scope in ask.scopes],
        pages=person.organizations if custom.pages_scopes & set(ask.scopes) else (),
    )


def remember(response: Response, person: Person) -> Response:
    """The answer, with the cookie by which the browser is this person from now on."""
    response.set_cookie(COOKIE, person.key, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax")
    response.headers["Cache-Control"] = "no-store"
    return response
