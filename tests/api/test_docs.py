"""The API's description: true, and readable by people."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.api.endpoint import ENDPOINTS, Endpoint
from portal.api.examples import ANSWERS, BODIES
from portal.api.problems import EXPLAINED
from portal.models import Doctor
from tests.page import Page
from tests.signing_in import bearer


def test_the_page_shows_every_endpoint(client: FlaskClient) -> None:
    page = Page(client.get("/api/docs"))
    assert all(f"{entry.method} {entry.path}" in page.text for entry in ENDPOINTS)


def test_the_page_explains_every_kind_of_problem(client: FlaskClient, asha: Doctor) -> None:
    page = client.get("/api/docs").text
    told = client.delete("/api/v1/posts", headers=bearer(asha)).get_json()
    assert (told["status"], told["type"]) == (405, "/api/docs#another-method")
    assert [kind for kind in EXPLAINED.values() if f'id="{kind}"' not in page] == []


def test_the_doors_that_close_while_nobody_counts_say_so(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    closing = {
        path for path, calls in told["paths"].items() for call in calls.values() if "503" in call["responses"]
    }
    ways_in = "register resend-otp verify-registration login verify-login refresh"
    assert closing == {f"/auth/{way}" for way in ways_in.split()}
    assert "Retry-After" in told["components"]["responses"]["Problem503"]["headers"]


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


def test_every_example_and_default_is_what_its_schema_allows(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    shown = [*contents(told)]
    assert len(shown) > 60
    for schema, example in shown:
        holds = jsonschema_rs.Draft202012Validator(schema | {"components": told["components"]})
        assert [error.message for error in holds.iter_errors(example)] == []


def contents(part: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each schema with the example or the default beside it, or in it."""
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from contents(value)
    if isinstance(part, dict) and isinstance(part.get("schema"), dict) and "example" in part:
        yield part["schema"], part["example"]
    if isinstance(part, dict) and part.get("default") is not None and ("type" in part or "anyOf" in part):
        yield {name: value for name, value in part.items() if name != "default"}, part["default"]


def test_a_change_names_no_default_for_what_is_left_out(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    schemas = told["components"]["schemas"]
    bodies = [
        calls[method]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for calls in told["paths"].values()
        for method in calls.keys() & {"put", "patch"}
    ]
    filled_in = {
        (name, field)
        for name in bodies
        for field, about in schemas[name]["properties"].items()
        if "default" in about
    }
    assert "PostBody" in bodies and filled_in == set()
    assert schemas["NewPost"]["properties"]["status"]["default"] == "scheduled"


def test_what_always_stands_in_an_answer_is_promised(client: FlaskClient) -> None:
    token = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]["Token"]
    assert set(token["required"]) == set(token["properties"])


def test_everything_in_the_description_is_used_and_has_words(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()
    used = set(references(told))
    for kind in ("schemas", "responses", "headers"):
        named = {f"#/components/{kind}/{name}" for name in told["components"][kind]}
        assert named <= used
    topics = {topic["name"] for topic in told["tags"] if topic["description"]}
    for operations in told["paths"].values():
        for operation in operations.values():
            assert operation["summary"] and set(operation["tags"]) <= topics
            for parameter in operation["parameters"]:
                words = parameter.get("description") or parameter["schema"].get("description")
                assert words or parameter["in"] == "path", (operation["operationId"], parameter["name"])


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
