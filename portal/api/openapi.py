"""The API's description, drawn from the same table, inputs and outputs that serve it."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Response, current_app, json
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from portal.api.endpoint import ENDPOINTS, Endpoint, get
from portal.api.problems import Problem

VERSION = "1"
REFERENCE = "#/components/schemas/{model}"
PROBLEMS = {
    400: "The body cannot be read as JSON.",
    401: "The access token is missing or not valid.",
    403: "This role may not do this.",
    404: "It does not exist, or belongs to somebody else.",
    409: "It has moved on meanwhile.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "The input was refused; errors say which fields and why.",
    429: "Too many requests; Retry-After says how long to wait.",
}


@get("/openapi.json", who="anyone", summary="This description")
def describe() -> Response:
    """OpenAPI 3.1 of everything under /api/v1."""
    return Response(json.dumps(description(ENDPOINTS)), mimetype="application/json")


def description(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    entries = list(endpoints)
    names, schemas = _schemas(entries)
    paths: dict[str, Any] = {}
    for entry in entries:
        paths.setdefault(entry.path, {})[entry.method.lower()] = _operation(entry, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doctors' portal", "version": VERSION, "description": _introduction()},
        "servers": [{"url": f"{current_app.config['PORTAL'].public_url}/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                f"Problem{status}": {
                    "description": words,
                    "content": {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                    },
                }
                for status, words in PROBLEMS.items()
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


Named = dict[tuple[type[BaseModel], str], dict[str, Any]]


def _schemas(entries: list[Endpoint]) -> tuple[Named, dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], Any]] = [(Problem, "serialization")]
    for entry in entries:
        wanted += [(entry.takes, "validation")] if entry.takes else []
        wanted += [(entry.query, "validation")] if entry.query else []
        wanted += [(entry.gives, "serialization")] if entry.gives else []
    names, whole = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REFERENCE)
    return names, whole.get("$defs", {})  # type: ignore[return-value]


def _operation(entry: Endpoint, names: Named) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": entry.name,
        "summary": entry.summary,
        "tags": [entry.rule.split("/")[1]],
        "parameters": [*_path_parameters(entry), *_query_parameters(entry)],
        "responses": {str(entry.status): _success(entry, names), **_refusals(entry)},
    }
    if entry.view.__doc__:
        told["description"] = " ".join(entry.view.__doc__.split())
    if entry.takes:
        schema = names[entry.takes, "validation"]
        content = {"application/json": {"schema": schema}}
        if entry.takes_file:
            content = {"multipart/form-data": {"schema": _with_file(schema)}}
        told["requestBody"] = {"required": not entry.may_be_empty, "content": content}
    told["security"] = [] if entry.who == "anyone" else [{"bearer": []}]
    return told


def _with_file(schema: dict[str, Any]) -> dict[str, Any]:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {"allOf": [schema, {"type": "object", "properties": {"file": file}, "required": ["file"]}]}


def _success(entry: Endpoint, names: Named) -> dict[str, Any]:
    told: dict[str, Any] = {"description": entry.summary}
    if entry.gives:
        told["content"] = {"application/json": {"schema": names[entry.gives, "serialization"]}}
    return told


def _refusals(entry: Endpoint) -> dict[str, Any]:
    possible = {429}
    possible |= {400, 413, 415, 422} if entry.takes else set()
    possible |= {422} if entry.query else set()
    possible |= {401, 403} if entry.who != "anyone" else set()
    possible |= {404, 409} if "<" in entry.rule else set()
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(possible)}


def _path_parameters(entry: Endpoint) -> list[dict[str, Any]]:
    kinds = {"int": "integer", "string": "string", "": "string"}
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": kinds.get(kind, "string")}}
        for kind, name in re.findall(r"<(?:([a-z]+)(?:\([^)]*\))?:)?([^<>:]+)>", entry.rule)
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


def _introduction() -> str:
    return (
        "Times are RFC 3339 with an offset. Lists are read with limit and cursor; next_cursor is null at the "
        "end. "
        "Errors are application/problem+json. What belongs to somebody else is 404."
    )
