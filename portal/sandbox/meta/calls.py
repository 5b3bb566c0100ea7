"""How the Graph API is called: a version in the path, parameters in any of three dresses, pages of a list."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, request

from ..grants import Token
from ..people import Person
from ..wire import answer, bearer, is_json, json_body
from ..world import World
from . import errors

NEWEST_VERSION = 26
ROWS_A_PAGE = 25


def check_version(version: str) -> None:
    """An ended version is served by the oldest living one; one that never was is no path at all."""
    found = re.fullmatch(r"v(\d{1,2})\.0", version)
    if found is None or not 1 <= int(found[1]) <= NEWEST_VERSION:
        abort(errors.error(2500, f"Unknown path components: /{version}"))


def parameters() -> dict[str, Any]:
    """What the call says, as JSON, form, multipart or query."""
    if is_json():
        body = json_body()
        if not isinstance(body, dict):
            abort(errors.invalid("The body of the request is not a JSON object"))
        return {**request.args.to_dict(), **body}
    return {**request.args.to_dict(), **request.form.to_dict()}


def text_of(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        abort(errors.invalid(f"{name} must be a string"))
    return value


def is_true(said: Mapping[str, Any], name: str, otherwise: bool) -> bool:
    return str(said.get(name, otherwise)).lower() == "true"


def caller(world: World, platform: str, *purposes: str) -> tuple[Token, Person]:
    """Whose token this is, from the header or the parameters."""
    value = bearer() or str(request.values.get("access_token", ""))
    if not value:
        abort(errors.no_token())
    token = world.grants.token(platform, value)
    if token is None or token.state != "active" or token.purpose not in purposes:
        abort(errors.dead_token(token.state if token else "unknown"))
    person = world.people.known(token.grant.person)
    if person is None:
        abort(errors.dead_token("unknown"))
    world.app_secrets.check(token)
    return token, person


def chosen(node: Mapping[str, Any]) -> Response:
    """The fields that were asked for, and the id; a field that the node does not have is left out."""
    wanted = top_fields(request.args.get("fields", ""))
    return answer({name: node[name] for name in node if name == "id" or name in wanted})


def top_fields(fields: str) -> set[str]:
    """The names on the first floor of `a,b{c,d{e}},f.limit(0)`."""
    inner = re.compile(r"\{[^{}]*\}|\([^()]*\)")
    while inner.search(fields):
        fields = inner.sub("", fields)
    return {name.partition(".")[0].strip() for name in fields.split(",")}


def pages(rows: list[dict[str, Any]], address: str) -> Response:
    """One page of a list, with the address of the next one where there is one."""
    limit, after = _whole("limit", ROWS_A_PAGE), _whole("after", 0)
    body: dict[str, Any] = {"data": rows[after : after + limit]}
    if body["data"]:
        body["paging"] = {"cursors": {"before": str(after), "after": str(after + limit)}}
    if after + limit < len(rows):
        query = {**request.args.to_dict(), "after": after + limit}
        body["paging"]["next"] = f"https://{address}?{urlencode(query)}"
    return answer(body)


def since() -> float:
    return float(_whole("since", 0))


def list_of(said: Mapping[str, Any], name: str) -> list[Any]:
    """A list in a JSON body, as text, or spread over `name[0]`, `name[1]`."""
    value = said.get(name)
    if value is None:
        value = [said[key] for key in sorted(said) if key.startswith(f"{name}[")]
    try:
        value = json.loads(value) if isinstance(value, str) else value
        found = [json.loads(one) if isinstance(one, str) else one for one in value]
    except (ValueError, TypeError):
        found = [None]
    if not all(isinstance(one, dict) for one in found):
        abort(errors.invalid(f"{name} must be a list of objects"))
    return found


def _whole(name: str, otherwise: int) -> int:
    value = request.args.get(name, "")
    if not value:
        return otherwise
    if not re.fullmatch(r"\d{1,15}", value):
        abort(errors.invalid(f"{name} must be a number"))
    return int(value)
