"""What every endpoint does with what it is sent, whatever its flow."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from pydantic import AwareDatetime

from config import Config
from portal import create_app
from portal.api import blueprint, callers
from portal.api.endpoint import ENDPOINTS, Output, delete, get, post
from portal.errors import Conflict, Invalid, NotAllowed, TooSoon
from portal.extensions import db
from portal.inputs import Input, Text
from portal.models import Doctor, User
from portal.paging import PageQuery
from tests.signing_in import bearer


class Part(Input):
    words: Text


class Sample(Input):
    name: Text
    count: int = 1
    at: AwareDatetime | None = None
    parts: list[Part] = []


class Answer(Output):
    name: str
    count: int
    at: datetime | None


@pytest.fixture(scope="module")
def sample_app(settings: dict[str, str]) -> Iterator[Flask]:
    """The portal with a few endpoints of the tests' own beside its real ones."""
    before = len(ENDPOINTS)

    @post("/samples", who="anyone", takes=Sample, gives=Answer, status=201, summary="Take a sample")
    def create(body: Sample) -> Sample:
        return body

    @post("/samples/<int:id>/<word>", who="anyone", summary="Fail")
    def fail(id: int, word: str) -> None:
        failures: dict[str, Exception] = {
            "invalid": Invalid("publications.0.content", "Choose a shorter text."),
            "conflict": Conflict("It has begun to go out."),
            "not-allowed": NotAllowed("Only an administrator may do this."),
            "too-soon": TooSoon("Wait a little.", 42),
            "crash": RuntimeError("secret words"),
        }
        if word in failures:
            raise failures[word]
        abort(404)

    @get("/samples", query=PageQuery, who="anyone", gives=Answer, summary="Read samples")
    def index(query: PageQuery) -> Answer:
        return Answer(name=str(query.cursor), count=query.limit, at=None)

    @get("/me", gives=Answer, summary="Who am I")
    def me() -> Answer:
        return Answer(name=callers.current_doctor().full_name, count=1, at=None)

    @delete("/everything", who="administrator", summary="Delete everything")
    def clear() -> None:
        return None

    app = create_app(Config.from_env(settings))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    assert blueprint.BASE == "/api/v1"
    yield app
    del ENDPOINTS[before:]


@pytest.fixture
def api(sample_app: Flask) -> FlaskClient:
    return sample_app.test_client()


def send(api: FlaskClient, raw: bytes | str, content_type: str = "application/json") -> Any:
    return api.post("/api/v1/samples", data=raw, content_type=content_type)


def check_problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    told: dict[str, Any] = response.get_json()
    assert told["status"] == status
    assert told["type"] and told["title"] and told["detail"]
    return told


def test_a_good_body_is_taken_and_answered(api: FlaskClient) -> None:
    response = send(api, '{"name": "  Asha ", "count": 2, "at": "2026-11-22T10:00:00+05:30"}')
    assert response.status_code == 201
    assert response.get_json() == {"name": "Asha", "count": 2, "at": "2026-11-22T10:00:00+05:30"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"name": "a", "count": "2"}', "/count"),
        ('{"name": "a", "count": 2.5}', "/count"),
        ('{"name": "a", "count": true}', "/count"),
        ('{"name": 5}', "/name"),
        ('{"name": null}', "/name"),
        ("{}", "/name"),
        ('{"name": "a", "colour": "red"}', "/colour"),
        ('{"name": "a\\u0000b"}', "/name"),
        ('{"name": "a", "at": "2026-11-22T10:00:00"}', "/at"),
        ('{"name": "a", "at": 1763800000}', "/at"),
        ('{"name": "a", "parts": [{"words": "x"}, {"words": 1}]}', "/parts/1/words"),
    ],
)
def test_an_input_that_is_refused_names_its_field(api: FlaskClient, body: str, pointer: str) -> None:
    told = check_problem(send(api, body), 422)
    assert [entry["pointer"] for entry in told["errors"]] == [pointer]
    assert all(entry["detail"] for entry in told["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b'{"name": "a"} trailing',
        b'{"name": "a", "name": "b"}',
        b'{"name": "a", "parts": [{"words": "a", "words": "b"}]}',
        b'{"name": "a", "count": NaN}',
        b'{"name": "a", "count": Infinity}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"count": ' + b"9" * 6000 + b"}",
        b"\xef\xbb\xbf{}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: FlaskClient, body: bytes) -> None:
    check_problem(send(api, body), 400)


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_content_type_is_refused(api: FlaskClient, kind: str) -> None:
    check_problem(send(api, '{"name": "a"}', kind), 415)


def test_a_body_that_is_too_large_is_refused(api: FlaskClient) -> None:
    check_problem(send(api, json.dumps({"name": "a" * 1_100_000})), 413)


def test_the_charset_of_the_content_type_does_not_matter(api: FlaskClient) -> None:
    assert send(api, '{"name": "आशा"}', "application/json; charset=utf-8").get_json()["name"] == "आशा"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("invalid", 422),
        ("conflict", 409),
        ("not-allowed", 403),
        ("too-soon", 429),
        ("gone", 404),
        ("crash", 500),
    ],
)
def test_what_a_flow_raises_becomes_a_problem(api: FlaskClient, word: str, status: int) -> None:
    response = api.post(f"/api/v1/samples/1/{word}")
    check_problem(response, status)
    assert "secret" not in response.text


def test_a_nested_field_of_a_flow_becomes_a_pointer(api: FlaskClient) -> None:
    told = api.post("/api/v1/samples/1/invalid").get_json()
    assert told["errors"] == [{"pointer": "/publications/0/content", "detail": "Choose a shorter text."}]


def test_who_is_too_early_learns_how_long_to_wait(api: FlaskClient) -> None:
    assert api.post("/api/v1/samples/1/too-soon").headers["Retry-After"] == "42"


def test_an_unknown_address_and_method_are_problems_too(api: FlaskClient) -> None:
    check_problem(api.get("/api/v1/nothing-here"), 404)
    response = api.delete("/api/v1/samples")
    check_problem(response, 405)
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=5&limit=6", "/limit"),
        ("colour=red", "/colour"),
        ("cursor=a%00b", "/cursor"),
        ("limit=", "/limit"),
    ],
)
def test_a_parameter_that_is_refused_is_named(api: FlaskClient, query: str, pointer: str) -> None:
    told = check_problem(api.get(f"/api/v1/samples?{query}"), 422)
    assert told["errors"][0]["pointer"] == pointer


def test_a_parameter_is_read_as_its_kind(api: FlaskClient) -> None:
    assert api.get("/api/v1/samples?limit=100").get_json()["count"] == 100


def test_nobody_in_particular_is_asked_to_sign_in(api: FlaskClient, database: None) -> None:
    response = api.get("/api/v1/me")
    check_problem(response, 401)
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")
    check_problem(api.get("/api/v1/me", headers={"Authorization": "Bearer not.a.token"}), 401)
    check_problem(api.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}), 401)


@pytest.fixture
def joined(sample_app: Flask, app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The sample endpoints over the test's rolled-back transaction."""
    monkeypatch.setitem(db._app_engines, sample_app, db._app_engines[app])
    return sample_app.test_client()


def test_a_doctor_is_known_by_the_token(joined: FlaskClient, asha: Doctor) -> None:
    assert joined.get("/api/v1/me", headers=bearer(asha)).get_json()["name"] == "Dr. Asha Menon"


def test_each_role_has_its_own_endpoints(joined: FlaskClient, asha: Doctor, carla: User) -> None:
    assert joined.delete("/api/v1/everything", headers=bearer(carla)).status_code == 204
    check_problem(joined.delete("/api/v1/everything", headers=bearer(asha)), 403)
    check_problem(joined.get("/api/v1/me", headers=bearer(carla)), 403)


def test_a_request_keeps_the_name_its_caller_gave_it(api: FlaskClient) -> None:
    given = api.get("/api/v1/samples", headers={"X-Request-ID": "abc-1"})
    assert given.headers["X-Request-ID"] == "abc-1"
    assert api.get("/api/v1/nothing", headers={"X-Request-ID": "a" * 64}).headers["X-Request-ID"] == "a" * 64
    for odd in ("", "a b", "a\tb", "\xe9", "../..", "a" * 65):
        own = api.get("/api/v1/samples", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
        assert own != odd and own.isalnum() and len(own) == 16
