"""The API's description: true, and readable by people."""

from flask.testing import FlaskClient

from portal.api.endpoint import ENDPOINTS
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


def references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references(value)]
    if isinstance(part, list):
        return [found for value in part for found in references(value)]
    return []
