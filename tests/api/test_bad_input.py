"""Every endpoint against what nobody should send: the same refusals everywhere, and never a fault of ours."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.api.endpoint import ENDPOINTS, Endpoint
from portal.api.examples import BODIES
from portal.models import Doctor, User
from tests.factories import make_account, make_post
from tests.signing_in import bearer

REAL = tuple(ENDPOINTS)
# What belongs to nobody is 404 before anything is read: those that look for it have a test of their own.
TAKING = [entry for entry in REAL if entry.takes and not entry.takes_file and not entry.finds]
CLOSED = [entry for entry in REAL if entry.who != "anyone"]
WITH_IDS = [entry for entry in CLOSED if "<id:" in entry.rule]
QUERYING = [entry for entry in REAL if entry.query and not entry.finds]
FINDING = [entry for entry in WITH_IDS if entry.takes or entry.query]


def address(entry: Endpoint, number: int | str = 1) -> str:
    return "/api/v1" + re.sub(r"<[^<>]+>", str(number), re.sub(r"<platform>", "linkedin", entry.rule))


@pytest.fixture
def send(client: FlaskClient, asha: Doctor, carla: User) -> Any:
    """Calls an endpoint as somebody who may: send(entry, data=…)."""

    def call(entry: Endpoint, number: int | str = 1, **sent: Any) -> Any:
        headers = bearer(carla if entry.who == "administrator" else asha) if entry in CLOSED else {}
        return client.open(address(entry, number), method=entry.method, headers=headers, **sent)

    return call


def refusal(response: Any, status: int) -> dict[str, Any]:
    told: dict[str, Any] = response.get_json()
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert told["status"] == status
    assert response.headers["X-Request-ID"]
    return told


UNREADABLE = {
    "blank": b"  ",
    "cut": b'{"a": ',
    "a list": b"[]",
    "null": b"null",
    "text": b'"a"',
    "two objects": b"{} {}",
    "not UTF-8": b'{"a": "\xff"}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice within": b'{"a": {"b": 1, "b": 1}}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "deep": b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    "a number without end": b'{"a": ' + b"9" * 6000 + b"}",
}


@pytest.mark.parametrize("entry", TAKING, ids=lambda entry: entry.name)
def test_what_is_no_json_object_is_unreadable(send: Any, entry: Endpoint) -> None:
    for kind, raw in UNREADABLE.items():
        answer = send(entry, data=raw, content_type="application/json")
        assert answer.status_code == 400, f"{kind}: {answer.text}"
        refusal(answer, 400)


@pytest.mark.parametrize("entry", TAKING, ids=lambda entry: entry.name)
def test_what_is_too_large_or_no_json_by_its_own_word_is_not_read(send: Any, entry: Endpoint) -> None:
    refusal(send(entry, data=b'{"a": "' + b"a" * 1_100_000 + b'"}', content_type="application/json"), 413)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        refusal(send(entry, data=b"{}", content_type=kind), 415)
    if not entry.may_be_empty:
        assert send(entry).status_code in (400, 415)


@pytest.mark.parametrize("entry", TAKING, ids=lambda entry: entry.name)
def test_an_unknown_field_is_named(send: Any, entry: Endpoint) -> None:
    told = refusal(send(entry, json=BODIES[entry.name] | {"colour": "red"}), 422)
    assert {"pointer": "/colour", "detail": "This field is not known here. Leave it out."} in told["errors"]


@pytest.mark.parametrize(
    ("entry", "name", "value"),
    [
        pytest.param(entry, name, value, id=f"{entry.name}-{name}-{kind}")
        for entry in TAKING
        for name, kind, value in (
            (name, kind, value)
            for name, schema in entry.takes.model_json_schema()["properties"].items()  # type: ignore[union-attr]
            for kind, value in (
                ("object", {"a": {"b": {}}}),
                ("text", "~"),
                ("digits", "5"),
                ("list", [[[]]]),
            )
            if not schema.get("readOnly") and (value not in ("~", "5") or "integer" in str(schema))
        )
    ],
)
def test_a_value_of_the_wrong_kind_is_named(send: Any, entry: Endpoint, name: str, value: Any) -> None:
    told = refusal(send(entry, json=BODIES[entry.name] | {name: value}), 422)
    assert any(error["pointer"].startswith(f"/{name}") for error in told["errors"]), told


@pytest.mark.parametrize("entry", CLOSED, ids=lambda entry: entry.name)
def test_nobody_comes_in_without_a_token_or_in_the_wrong_role(
    client: FlaskClient, asha: Doctor, carla: User, entry: Endpoint
) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
        answer = client.open(address(entry), method=entry.method, headers=headers)
        refusal(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = asha if entry.who == "administrator" else carla
    refusal(client.open(address(entry), method=entry.method, headers=bearer(wrong)), 403)


@pytest.mark.parametrize("entry", WITH_IDS, ids=lambda entry: entry.name)
@pytest.mark.parametrize("number", [0, 999_999, 2**63 - 1, 2**63, 10**30, "x", "-1", "1.5"])
def test_what_is_not_there_is_404_for_every_method(send: Any, entry: Endpoint, number: Any) -> None:
    sent = {"json": BODIES[entry.name]} if entry.takes else {}
    refusal(send(entry, number, **sent), 404)


@pytest.mark.parametrize("path", sorted({entry.rule for entry in REAL}))
def test_another_method_is_405_and_told_which(client: FlaskClient, path: str) -> None:
    entries = [entry for entry in REAL if entry.rule == path]
    taken = {entry.method for entry in REAL if entry.rule == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
        answer = client.open(address(entries[0]), method=method)
        refusal(answer, 405)
        assert taken <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=1.5",
        "limit=",
        "limit=1&limit=2",
        "cursor=%00",
        "cursor=x",
        "colour=red",
    ],
)
@pytest.mark.parametrize("entry", QUERYING, ids=lambda entry: entry.name)
def test_a_parameter_that_is_not_understood_is_named(send: Any, entry: Endpoint, query: str) -> None:
    told = refusal(send(entry, query_string=query), 422)
    assert told["errors"][0]["pointer"] == "/" + query.partition("=")[0]


@pytest.mark.parametrize("entry", FINDING, ids=lambda entry: entry.name)
@pytest.mark.parametrize("body", [b"", b"[1]", b"{}", b'{"nobody": "knows this"}'])
def test_what_is_not_there_is_missing_whatever_was_sent(send: Any, entry: Endpoint, body: bytes) -> None:
    query = {"limit": "none"} if entry.query else {}

    refusal(send(entry, 2**40, data=body, content_type="application/json", query_string=query), 404)


def test_another_doctors_post_is_missing_whatever_was_sent(
    client: FlaskClient, asha: Doctor, ben: Doctor
) -> None:
    publication = make_post(asha, make_account(asha)).publications[0]
    confirm = f"/api/v1/posts/{publication.post_id}/publications/{publication.id}/confirm"

    for sent in ({}, {"absent": True}):
        refusal(client.post(confirm, json=sent, headers=bearer(ben)), 404)
    refusal(client.post(confirm, json={}, headers=bearer(asha)), 422)
