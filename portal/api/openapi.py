"""The API's description, drawn from the same table, inputs and outputs that serve it."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import current_app
from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from portal.api import idempotency
from portal.api.addresses import LARGEST_ID
from portal.api.endpoint import ENDPOINTS, Endpoint, get
from portal.api.examples import ANSWERS, BODIES
from portal.api.idempotency import LONGEST_KEY
from portal.api.problems import EXPLAINED, Problem
from portal.auth.limits import closed_while_nobody_counts
from portal.models.api_key import RIGHTS

VERSION = "1"
REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    400: "The body cannot be read as JSON.",
    401: "The access token or key is missing or not valid.",
    403: "This role, or this key, may not do this; detail names the right that a key lacks.",
    404: "It does not exist, or belongs to somebody else.",
    409: "It has moved on meanwhile.",
    412: "It is not as If-Match says.",
    413: "The body is too large.",
    415: "The body is not application/json in UTF-8, or it is packed.",
    422: "The input was refused; errors say which fields and why.",
    429: "Too many requests; Retry-After says how long to wait.",
    503: "The database is away, or nobody can sign in at the moment; Retry-After says how long to wait.",
}
# What any call may answer when it, or we, went astray.
ASTRAY = {
    405: "The address does not take this method; Allow says which it takes.",
    500: "Something went wrong on our side. Try again later; X-Request-ID finds it in our logs.",
}
INTRODUCTION = (
    "JSON in and out, in UTF-8. Times are RFC 3339 with an offset; one without is refused, and so is every "
    "field or parameter that is not known here, by its name. Lists are read with limit and cursor; "
    "next_cursor is null at the end. Errors are application/problem+json; errors[].pointer names the field. "
    "What belongs to somebody else is 404. Send X-Request-ID, and the answer and our logs carry it."
)
TOKENS = "Sign in by /auth/login and /auth/verify-login; the answer holds the token."
KEYS = (
    "A key made on the page Settings, API keys. Each call names the right that a key needs: "
    + "; ".join(f"{right}: {words}" for right, words in RIGHTS.items())
    + ". A call without the right is 403 and names it. No key opens the administrators' calls."
)
TOPICS = {
    "auth": "Join, sign in, stay signed in",
    "checks": "What a text would be stopped for",
    "openapi.json": "What you read here, for programs",
    "doctor": "Your profile",
    "master": "The fields of medicine",
    "media": "Pictures and videos for posts",
    "posts": "Write, plan, change and follow posts",
    "social": "Your accounts on the networks",
    "webhooks": "Be told what happens",
}
UNCHANGED = "It is still as If-None-Match says."
KEY_WORDS = (
    "A name of your own for this request: sent again with the same body it gives the same answer and makes "
    "nothing new; with another body it is 422. Kept for two days."
)
MATCH_WORDS = "The ETag of what you read: when it has changed meanwhile, nothing is done and this is 412."
NONE_MATCH_WORDS = "The ETag of what you have: when that still holds, this is 304 without a body."

EVERYWHERE = ("X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
HEADERS = {
    name: {"description": words, "schema": {"type": kind}}
    for name, words, kind in (
        (
            "X-Request-ID",
            "This request's name: yours, when it is plain and short, else one of ours.",
            "string",
        ),
        (
            "RateLimit-Limit",
            "How many requests may be made in the time of this limit.",
            "integer",
        ),
        ("RateLimit-Remaining", "How many of them are left.", "integer"),
        ("RateLimit-Reset", "In how many seconds there are more.", "integer"),
        ("Retry-After", "How many seconds to wait.", "integer"),
        ("ETag", "The mark of this state, for If-Match and If-None-Match.", "string"),
        ("Location", "Where to go on.", "string"),
        ("WWW-Authenticate", "Which kind of token is wanted.", "string"),
    )
}


class Description(RootModel[dict[str, Any]]):
    """OpenAPI 3.1."""


@get("/openapi.json", who="anyone", gives=Description, summary="This description")
def describe() -> Description:
    """OpenAPI 3.1 of everything under /api/v1."""
    return Description(description(ENDPOINTS))


def description(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    entries = list(endpoints)
    names, schemas = _schemas(entries)
    paths: dict[str, Any] = {}
    topics = dict.fromkeys(entry.topic for entry in entries)
    for entry in entries:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doctors' portal", "version": VERSION, "description": INTRODUCTION},
        "servers": [{"url": f"{current_app.config['PORTAL'].public_url}/api/v1"}],
        "tags": [{"name": topic, "description": TOPICS[topic]} for topic in topics],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": HEADERS,
            "responses": {f"Problem{status}": _problem(status) for status in PROBLEMS},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": TOKENS},
                "key": {"type": "http", "scheme": "bearer", "description": KEYS},
            },
        },
    }


def _problem(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": f"/api/docs#{EXPLAINED[status]}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": PROBLEMS[status],
    }
    if status == 422:
        told["errors"] = [{"pointer": "/scheduled_at", "detail": "Choose a time in the future."}]
    schema = {"$ref": REFERENCE.format(model="Problem")}
    more = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    return {
        "description": PROBLEMS[status],
        "headers": _headers(*EVERYWHERE, *more),
        "content": {"application/problem+json": {"schema": schema, "example": told}},
    }


Named = dict[tuple[type[BaseModel], str], dict[str, Any]]


def _schemas(entries: list[Endpoint]) -> tuple[Named, dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], Any]] = [(Problem, "serialization")]
    for entry in entries:
        # A form and an address's parameters stand where they are taken.
        wanted += [(entry.takes, "validation")] if entry.takes and not entry.takes_file else []
        wanted += [(gives, "serialization") for gives in (entry.gives, *entry.also.values()) if gives]
    names, whole = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REFERENCE)
    schemas = {name: _without_blanks(schema) for name, schema in whole.get("$defs", {}).items()}
    for entry in entries:
        if entry.is_changing and entry.takes:
            reference = names[entry.takes, "validation"]["$ref"]
            _without_defaults(schemas[reference.rpartition("/")[2]])
    return names, schemas  # type: ignore[return-value]


def _without_blanks(schema: dict[str, Any]) -> dict[str, Any]:
    """Left out is not sent as "": where a text may not be empty, no empty one stands for it."""
    for about in schema.get("properties", {}).values():
        if about.get("default") == "" and about.get("type") == "string" and "enum" not in about:
            del about["default"]
    return schema


def _without_defaults(schema: dict[str, Any]) -> None:
    """In a change, what is left out stays as it is: a program that filled in defaults would change it."""
    for about in schema["properties"].values():
        about.pop("default", None)


def _operation(entry: Endpoint, names: Named) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": entry.name,
        "summary": entry.summary,
        "tags": [entry.topic],
        "parameters": [*_path_parameters(entry), *_query_parameters(entry), *_header_parameters(entry)],
        "responses": _answers(entry, names) | _refusals(entry),
    }
    if entry.view.__doc__:
        told["description"] = " ".join(entry.view.__doc__.split())
    if entry.takes:
        if entry.takes_file:
            schema, kind = _with_file(entry.takes), "multipart/form-data"
        else:
            schema, kind = names[entry.takes, "validation"], "application/json"
        content = {"schema": schema} | _example(None if entry.takes_file else BODIES.get(entry.name))
        told["requestBody"] = {"required": not entry.may_be_empty, "content": {kind: content}}
    told["security"] = _security(entry)
    if entry.right:
        told["x-right"] = entry.right
    return told


def _security(entry: Endpoint) -> list[dict[str, list[str]]]:
    """Either kind of bearer opens a call; a key only with the right that stands in its list."""
    if entry.who == "anyone":
        return []
    return [{"bearer": []}, {"key": [entry.right]}] if entry.right else [{"bearer": []}]


def _example(value: Any) -> dict[str, Any]:
    return {} if value is None else {"example": value}


def _with_file(takes: type[BaseModel]) -> dict[str, Any]:
    schema = takes.model_json_schema(ref_template=REFERENCE)
    file = {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
    return schema | {
        "properties": {**schema["properties"], "file": file},
        "required": [*schema.get("required", []), "file"],
    }


def _answers(entry: Endpoint, names: Named) -> dict[str, Any]:
    """What it answers when all is well, by status."""
    answers = {entry.status: entry.gives, **entry.also}
    if entry.tagged and entry.is_reading:
        answers[304] = None
    return {str(status): _success(entry, status, gives, names) for status, gives in answers.items()}


def _success(entry: Endpoint, status: int, gives: type[BaseModel] | None, names: Named) -> dict[str, Any]:
    more = ["ETag"] if entry.tagged or status == 304 else []
    more += ["Location"] if status == 303 else []
    words = UNCHANGED if status == 304 else entry.summary
    told: dict[str, Any] = {"description": words, "headers": _headers(*EVERYWHERE, *more)}
    if gives:
        example = _example(ANSWERS.get(entry.name) if status == entry.status else None)
        told["content"] = {"application/json": {"schema": names[gives, "serialization"]} | example}
    return told


def _headers(*named: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named}


def _refusals(entry: Endpoint) -> dict[str, Any]:
    possible = {429} | entry.refuses
    possible |= {400, 413, 415} if entry.takes or entry.is_posting else set()
    possible |= set() if entry.passes_query else {422}
    possible |= {503} if closed_while_nobody_counts in entry.guards else set()
    possible |= {401, 403} if entry.who != "anyone" else set()
    possible |= {404} if "<" in entry.rule else set()
    possible |= {409} if "<" in entry.rule and not entry.is_reading else set()
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(possible)}


def _path_parameters(entry: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _part_schema(kind)}
        for kind, name in re.findall(r"<(?:([a-z]+)(?:\([^)]*\))?:)?([^<>:]+)>", entry.rule)
    ]


def _part_schema(kind: str) -> dict[str, Any]:
    return (
        {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        if kind in ("id", "int")
        else {"type": "string"}
    )


def _header_parameters(entry: Endpoint) -> list[dict[str, Any]]:
    asked = []
    if entry.once:
        plain = {"type": "string", "pattern": r"^[!-~]([ -~]{0,253}[!-~])?$", "maxLength": LONGEST_KEY}
        asked.append((idempotency.HEADER, KEY_WORDS, plain))
    if 412 in entry.refuses:
        asked.append(("If-Match", MATCH_WORDS, {"type": "string"}))
    if (entry.tagged and entry.is_reading) or 304 in entry.also:
        asked.append(("If-None-Match", NONE_MATCH_WORDS, {"type": "string"}))
    return [
        {"name": name, "in": "header", "required": False, "description": words, "schema": schema}
        for name, words, schema in asked
    ]


def _query_parameters(entry: Endpoint) -> list[dict[str, Any]]:
    if entry.query is None:
        return []
    whole = entry.query.model_json_schema(ref_template=REFERENCE)
    needed = whole.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": schema}
        for name, schema in whole["properties"].items()
    ]
