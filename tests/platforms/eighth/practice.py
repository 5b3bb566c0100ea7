"""Murmur on the practice network: consent, tokens, posting, the list, figures and the page of a post."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request

from portal.sandbox.consent import Ask, Custom, visit
from portal.sandbox.faults import Fault
from portal.sandbox.grants import Grant, Token
from portal.sandbox.network import Network, SeededPost
from portal.sandbox.numbers import secret
from portal.sandbox.people import Person
from portal.sandbox.permalinks import post_page
from portal.sandbox.popularity import popularity
from portal.sandbox.posts import Post, first_address, moment_text
from portal.sandbox.publishing import Call, publish
from portal.sandbox.wire import answer, bearer, empty, json_body
from portal.sandbox.world import World, this_world

KEY = "murmur"
LABEL = "Murmur"
WWW = "/murmur.example"
API = "/api.murmur.example"
WORDS = {"speak": "post for you", "who": "see your name"}
ACCESS_SECONDS = 30 * 24 * 3600
CONSENT = Custom(KEY, LABEL, WORDS, "mc_", 60, {"error": "access_denied"})

routes = Blueprint(KEY, __name__)


@routes.route(f"{WWW}/oauth/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    given = request.args
    scopes = tuple(given["scope"].split())
    return visit(
        this_world(), CONSENT, Ask(given["client_id"], given["redirect_uri"], given["state"], scopes)
    )


@routes.post(f"{API}/oauth/token")
def token() -> Response:
    world, form = this_world(), request.form
    code = world.grants.redeem(KEY, form.get("code", ""))
    person = world.people.known(code.person) if code else None
    if code is None or person is None or code.redirect_uri != form.get("redirect_uri"):
        return answer({"error": "invalid_grant"}, 400)
    return answer(_tokens(world, world.grants.open(KEY, form["client_id"], person, code.scopes)))


@routes.post(f"{API}/oauth/revoke")
def revoke() -> Response:
    found = this_world().grants.token(KEY, request.form.get("token", ""))
    if found:
        this_world().grants.end(found.grant)
    return answer({})


@routes.get(f"{API}/v1/me")
def me() -> Response:
    _, person = _caller("who")
    return answer({"id": str(person.number), "name": person.name, "handle": person.handle})


@routes.post(f"{API}/v1/murmurs")
def speak() -> Response:
    token, person = _caller("speak")
    create = partial(_create, person, json_body())
    return publish(
        this_world(), Call(KEY, str(person.number), token, create, FAULT_WORDS, "https://murmur.example/")
    )


@routes.get(f"{API}/v1/murmurs")
def listed() -> Response:
    _, person = _caller("who")
    posts = this_world().posts.listed(KEY, str(person.number))
    told = [{"id": post.id, "text": post.text, "at": moment_text(post.at)} for post in posts]
    return answer({"murmurs": told})


@routes.get(f"{API}/v1/echoes")
def echoes() -> Response:
    _caller("who")
    reached = {id: popularity(id) for id in request.args.get("ids", "").split(",")}
    return answer({"echoes": {id: {"nods": n.likes, "replies": n.comments} for id, n in reached.items()}})


@routes.delete(f"{API}/v1/murmurs/<id>")
def delete(id: str) -> Response:
    _, person = _caller("speak")
    post = this_world().posts.get(KEY, id)
    if post is None or post.account != str(person.number):
        return answer({"error": "not_found"}, 404)
    post.gone = True
    this_world().posts.changed(post)
    return empty(204)


@routes.get(f"{WWW}/@<handle>/<id>")
def shown(handle: str, id: str) -> Response:
    return post_page(this_world().posts.get(KEY, id), LABEL)


def _caller(scope: str) -> tuple[Token, Person]:
    world = this_world()
    token = world.grants.token(KEY, bearer(), "access")
    person = world.people.known(token.grant.person) if token else None
    if token is None or person is None or token.state != "active":
        abort(answer({"error": "unauthorized"}, 401))
    if scope not in token.grant.scopes:
        abort(answer({"error": "forbidden"}, 403))
    return token, person


def _create(person: Person, body: Any) -> Response:
    if not isinstance(body, dict) or not 1 <= len(str(body.get("text", ""))) <= 160:
        return answer({"error": "bad_text"}, 400)
    post = _add(this_world(), person, body["text"], time.time(), {"mood": body.get("mood")})
    return answer({"id": post.id}, 201)


def _add(world: World, person: Person, text: str, at: float, wire: dict[str, Any]) -> Post:
    id = f"m{person.number}{world.posts.count()}"
    post = Post(
        platform=KEY,
        id=id,
        account=str(person.number),
        author=person.name,
        text=text,
        link=first_address(text),
        media=[],
        permalink=f"https://murmur.example/@{person.handle}/{id}",
        at=at,
        wire=wire,
    )
    world.posts.add(post)
    return post


def _tokens(world: World, grant: Grant) -> dict[str, Any]:
    access = world.grants.issue(grant, "access", secret("ma_", 40), time.time() + ACCESS_SECONDS)
    return {"access_token": access.value, "expires_in": ACCESS_SECONDS, "scope": " ".join(grant.scopes)}


def _connect(world: World, person: Person, scopes: tuple[str, ...], client_id: str | None) -> dict[str, Any]:
    grant = world.grants.open(KEY, client_id, person, scopes)
    return _tokens(world, grant) | {"identity": {"account": str(person.number)}}


def _seed(world: World, wish: SeededPost) -> Post | None:
    person = world.people.with_number(int(wish.account)) if wish.account.isdigit() else None
    return _add(world, person, wish.text, wish.at, {}) if person else None


def _says(error: str, status: int) -> Callable[[Fault], Response]:
    return lambda fault: answer({"error": error}, fault.status or status)


FAULT_WORDS: Mapping[str, Callable[[Fault], Response]] = {
    "rate_limit": _says("slow_down", 429),
    "server_error": _says("server_error", 503),
    "token_expired": _says("unauthorized", 401),
    "token_revoked": _says("unauthorized", 401),
    "permission_missing": _says("forbidden", 403),
    "duplicate": _says("said_already", 400),
    "bad_content": _says("bad_text", 400),
}

NETWORK = Network(
    key=KEY,
    label=LABEL,
    routes=routes,
    scopes=WORDS,
    usual_scopes=tuple(WORDS),
    connect=_connect,
    seed=_seed,
)
