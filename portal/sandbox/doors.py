"""What tests, demo data and scripts ask of the practice network, under /_/.

GET    /_/health            200 while the process lives
GET    /_/posts             what arrived, newest first; ?platform= ?account= ?limit=
DELETE /_/posts             forget it
POST   /_/posts             {platform, account, text, at} → a post in the past: {id, permalink, …}
GET    /_/mail              the letters, newest first; ?to= ?limit=
DELETE /_/mail              throw the letters away
GET    /_/faults            what is still to go wrong
POST   /_/faults            {platform, kind, times, …}: see faults.py for the kinds and their fields
DELETE /_/faults            no more faults
POST   /_/people            {platform, handle, name, scopes?, client_id?, subscription?} → tokens and identity
                            of a person, as if they had pressed "Allow"; the same handle is the same person
GET    /_/files/NAME        a file that a post shows
"""

from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, request, send_file

from .faults import BadFault
from .network import Network, SeededPost
from .networks import BY_KEY
from .wire import answer, empty, json_body
from .world import this_world

doors = Blueprint("doors", __name__, url_prefix="/_")


@doors.get("/health")
def health() -> Response:
    return answer({"status": "ok"})


@doors.get("/posts")
def posts() -> Response:
    platform = request.args.get("platform") or None
    if platform and platform not in BY_KEY:
        return _refused(f"Choose a platform: {', '.join(BY_KEY)}.")
    account = request.args.get("account")
    found = this_world().posts.newest(platform)
    wanted = (post.as_json() for post in found if account in (None, post.account))
    return answer(list(islice(wanted, _limit())))


@doors.delete("/posts")
def forget_posts() -> Response:
    this_world().posts.forget_all()
    return empty(204)


@doors.post("/posts")
def seed_post() -> Response:
    body, network = _order()
    wish = SeededPost(_text(body, "account"), _text(body, "text"), _at(body))
    post = network.seed(this_world(), wish)
    if post is None:
        return _refused("account must be an account of somebody who is known here.")
    return answer(post.as_json(), 201)


@doors.get("/mail")
def mail() -> Response:
    found = this_world().letters.newest(request.args.get("to", ""))
    return answer([letter.as_json() for letter in islice(found, _limit())])


@doors.delete("/mail")
def throw_mail_away() -> Response:
    this_world().letters.forget_all()
    return empty(204)


@doors.get("/faults")
def faults() -> Response:
    return answer([vars(fault) for fault in this_world().faults.waiting()])


@doors.post("/faults")
def order_fault() -> Response:
    try:
        fault = this_world().faults.order(json_body(), list(BY_KEY))
    except BadFault as wrong:
        return _refused(str(wrong))
    return answer(vars(fault), 201)


@doors.delete("/faults")
def clear_faults() -> Response:
    this_world().faults.clear()
    return empty(204)


@doors.post("/people")
def seed_person() -> Response:
    body, network = _order()
    scopes = body.get("scopes", list(network.usual_scopes))
    if not isinstance(scopes, list) or not scopes or not all(scope in network.scopes for scope in scopes):
        return _refused(f"scopes must be a list of: {', '.join(network.scopes)}.")
    client_id = _text(body, "client_id") if body.get("client_id") is not None else None
    world = this_world()
    person = world.people.named(
        _text(body, "handle"), _text(body, "name"), str(body.get("subscription", "None"))
    )
    return answer(network.connect(world, person, tuple(dict.fromkeys(scopes)), client_id), 201)


@doors.get("/files/<name>")
def file(name: str) -> Response:
    found = this_world().files.content(name)
    if found is None:
        return answer({"error": "There is no such file."}, 404)
    path, mime_type = found
    return send_file(path, mimetype=mime_type, max_age=3600)


def _order() -> tuple[dict[str, Any], Network]:
    body = json_body()
    if not isinstance(body, dict):
        abort(_refused("Send a JSON object."))
    network = BY_KEY.get(_text(body, "platform"))
    if network is None:
        abort(_refused(f"Choose a platform: {', '.join(BY_KEY)}."))
    return body, network


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        abort(_refused(f"{name} must be a text."))
    return value


def _at(body: dict[str, Any]) -> float:
    try:
        moment = datetime.fromisoformat(_text(body, "at"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        abort(_refused("at must be a time in RFC 3339, with its offset."))
    return moment.timestamp()


def _limit() -> int | None:
    limit = request.args.get("limit")
    if limit is None:
        return None
    if not (limit.isascii() and limit.isdigit()):
        abort(_refused("limit must be a whole number."))
    return int(limit)


def _refused(sentence: str) -> Response:
    return answer({"error": sentence}, 400)
