"""The API's description: true, and readable by people."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.api.endpoint import ENDPOINTS, Endpoint
from portal.api.examples import ANSWERS, BODIES
from tests.page import Page


def test_the_page_shows_every_endpoint(client: FlaskClient) -> None:
    page = Page(client.get("/api/docs"))
    assert all(f"{entry.method} {entry.path}" in page.text for entry in ENDPOINTS)


def test_every_reference_in_the_description_leads_somewhere(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    for reference in references(told):
        part = told
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_what_is_for_anyone_asks_for_no_token(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    for entry in ENDPOINTS:
        assert bool(paths[entry.path][entry.method.lower()]["security"]) == (entry.who != "anyone")


def test_the_description_names_every_route_and_no_other(app: Flask, client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    told = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    served = {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == served


@pytest.mark.parametrize("entry", ENDPOINTS, ids=lambda entry: entry.name)
def test_each_endpoint_shows_how_it_is_called(entry: Endpoint) -> None:
    if entry.takes is not None:
        entry.takes.model_validate_json(json.dumps(BODIES[entry.name]), strict=True)
    if entry.gives is not None and entry.name != "openapi-describe":
        shown = entry.gives.model_validate_json(json.dumps(ANSWERS[entry.name]))
        assert json.loads(shown.model_dump_json()) == ANSWERS[entry.name]


def test_each_call_names_the_right_that_a_key_needs(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    assert paths["/posts"]["get"]["x-right"] == "posts:read"
    assert paths["/posts/{id}"]["patch"]["x-right"] == "posts:write"
    assert "x-right" not in paths["/auth/login"]["post"]


def test_the_headers_of_a_call_are_described(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]

    def headers(path: str, method: str) -> set[str]:
        asked = paths[path][method]["parameters"]
        return {parameter["name"] for parameter in asked if parameter["in"] == "header"}

    assert headers("/posts", "post") == {"Idempotency-Key"}
    assert headers("/posts/{id}", "get") == {"If-None-Match"}
    assert headers("/posts/{id}", "put") == {"If-Match"}
    assert "ETag" in paths["/posts/{id}"]["get"]["responses"]["200"]["headers"]


def references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    if isinstance(part, list):
        return [found for value in part for found in references(value)]
    return []
