"""Every endpoint against what nobody should send: the same refusals everywhere, and never a fault of ours."""

import gzip
import json
import re
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.api.endpoint import ENDPOINTS, Endpoint
from portal.api.examples import BODIES
from portal.extensions import db
from portal.models import Doctor, User, WebhookMessage
from portal.webhooks import flows as webhooks
from portal.webhooks.inputs import NewWebhook
from tests.factories import make_account, make_post
from tests.signing_in import bearer

REAL = tuple(ENDPOINTS)
# What belongs to nobody is 404 before anything is read: those that look for it have a test of their own.
TAKING = [entry for entry in REAL if entry.takes and not entry.takes_file and not entry.finds]
CLOSED = [entry for entry in REAL if entry.who != "anyone"]
WITH_IDS = [entry for entry in CLOSED if "<id:" in entry.rule]
QUERYING = [entry for entry in REAL if entry.query and not entry.finds]
FINDING = [entry for entry in WITH_IDS if entry.takes or entry.query or entry.method == "POST"]
BARE = [entry for entry in REAL if entry.takes is None and entry.method == "POST"]
WITHOUT_QUERY = [entry for entry in REAL if entry.query is None and not entry.finds]


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
    "a name twice in other letters": b'{"a": 1, "\\u0061": 2}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "packed": gzip.compress(b'{"a": 1}'),
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


def wrong_kinds(schema: dict[str, Any]) -> list[Any]:
    """What no reader may take for a value of this field."""
    kinds = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    found: list[Any] = [{"a": {"b": {}}}, [[[]]]]
    if "integer" in kinds:
        found += ["", " ", "~", "5", True, 1.5, 1e300, 10**30, -(10**30)]
    if "string" in kinds:
        found += [5, True, 1.5]
    if "boolean" in kinds:
        found += [0, 1, "true"]
    return found


@pytest.mark.parametrize("entry", TAKING, ids=lambda entry: entry.name)
def test_a_value_of_the_wrong_kind_is_named(send: Any, entry: Endpoint) -> None:
    assert entry.takes is not None
    for name, schema in entry.takes.model_json_schema()["properties"].items():
        for value in () if schema.get("readOnly") else wrong_kinds(schema):
            told = refusal(send(entry, json=BODIES[entry.name] | {name: value}), 422)
            pointers = [error["pointer"] for error in told["errors"]]
            assert any(pointer.startswith(f"/{name}") for pointer in pointers), (value, told)


@pytest.mark.parametrize("entry", TAKING, ids=lambda entry: entry.name)
def test_a_character_that_nobody_can_keep_is_refused(send: Any, entry: Endpoint) -> None:
    texts = [name for name, value in BODIES[entry.name].items() if isinstance(value, str)]
    for name in texts:
        told = send(entry, json=BODIES[entry.name] | {name: "a\x00b"})
        # What is only compared, and never kept, is just not the right one.
        is_compared = name in ("password", "refresh_token")
        assert told.status_code in ((401, 204, 422) if is_compared else (422,)), (name, told.text)


NO_INSTANTS = (
    "",
    "monday",
    "2026-11-23",
    "2026-11-23T10Z",
    "20261123T100000Z",
    "2026-W48-1T10:00:00Z",
    "2026-11-23T10:00:00",
    "2026-11-23 10:00",
    "2026-02-30T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T10:00:60Z",
    "2026-11-23T10:00:00+24:00",
    "2026-11-23T10:00:00+05",
    "2026-11-23T10:00:00+05:30:15",
    "2026-11-23T10:00:00Z trailing",
    "\uff12\uff10\uff12\uff16-11-23T10:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1999-12-31T23:59:59Z",
    "2101-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "1763800000",
)


def test_what_is_no_instant_is_refused_wherever_one_is_taken(client: FlaskClient, asha: Doctor) -> None:
    draft = make_post(asha, status="draft", scheduled_at=None)
    for at in (*NO_INSTANTS, 1763800000, True, ["2026-11-23T10:00:00Z"]):
        sent = {"content": "Wash.", "status": "draft", "scheduled_at": at}
        calls = [
            client.post("/api/v1/posts", json=sent, headers=bearer(asha)),
            client.patch(f"/api/v1/posts/{draft.id}", json={"scheduled_at": at}, headers=bearer(asha)),
        ]
        if isinstance(at, str):
            asked = [{"from": at}, {"to": at}]
            calls += [client.get("/api/v1/posts", query_string=one, headers=bearer(asha)) for one in asked]
        for call in calls:
            told = refusal(call, 422)
            assert told["errors"][0]["pointer"] in ("/scheduled_at", "/from", "/to"), (at, told)
            assert told["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("at", "means"),
    [
        ("2026-11-23T10:00:00+23:59", "2026-11-22T10:01:00Z"),
        ("2026-11-23T10:00:00-23:59", "2026-11-24T09:59:00Z"),
        ("2000-01-01T00:00:00+14:00", "1999-12-31T10:00:00Z"),
        ("2026-11-23t10:00:00.1234567z", "2026-11-23T10:00:00.123456Z"),
    ],
)
def test_every_instant_that_can_be_written_is_kept_as_it_was_meant(
    client: FlaskClient, asha: Doctor, at: str, means: str
) -> None:
    sent = {"content": "Wash.", "status": "draft", "scheduled_at": at}
    made = client.post("/api/v1/posts", json=sent, headers=bearer(asha)).get_json()
    asked = {"from": at, "status": "draft"}
    found = client.get("/api/v1/posts", query_string=asked, headers=bearer(asha)).get_json()["posts"]
    assert (made["scheduled_at"], [post["id"] for post in found]) == (means, [made["id"]])


@pytest.mark.parametrize(
    ("kind", "packed", "status"),
    [
        ("application/json; charset=utf-8", "", 201),
        ('Application/JSON; charset="UTF-8"', "identity", 201),
        ("application/json; charset=latin-1", "", 415),
        ("application/json; charset=utf-16", "", 415),
        ("application/merge-patch+json", "", 415),
        ("text/json", "", 415),
        ("", "", 415),
        ("application/json", "gzip", 415),
        ("application/json", "br", 415),
        ("application/json", "identity, gzip", 415),
    ],
)
def test_a_body_is_what_its_headers_say_it_is(
    client: FlaskClient, asha: Doctor, kind: str, packed: str, status: int
) -> None:
    raw = json.dumps({"content": "Händewaschen", "status": "draft"}, ensure_ascii=False).encode()
    headers = bearer(asha) | ({"Content-Encoding": packed} if packed else {})
    for said in (raw, gzip.compress(raw)) if status == 415 else (raw,):
        answer = client.post("/api/v1/posts", data=said, content_type=kind, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 415:
            assert refusal(answer, 415)["detail"].startswith("Send the body ")


def test_what_a_program_would_rather_read_does_not_change_what_it_gets(
    client: FlaskClient, asha: Doctor
) -> None:
    for wanted in ("text/html", "image/png", "application/xml;q=1, */*;q=0", "application/problem+json", ""):
        heads = {"Accept": wanted}
        assert client.get("/api/v1/posts", headers=bearer(asha) | heads).mimetype == "application/json"
        refusal(client.get("/api/v1/posts", headers=heads), 401)
        refusal(client.get("/api/v1/nothing", headers=heads), 404)


@pytest.mark.parametrize("path", ["/posts/", "/posts/1/", "/Posts", "", "/", "/posts/\u0663", "/posts/1%00"])
def test_an_address_that_is_nearly_right_is_missing(client: FlaskClient, asha: Doctor, path: str) -> None:
    refusal(client.get(f"/api/v1{path}", headers=bearer(asha)), 404)


@pytest.mark.parametrize("path", sorted({entry.rule for entry in REAL if entry.method == "GET"}))
def test_a_head_is_a_get_without_its_body(client: FlaskClient, asha: Doctor, path: str) -> None:
    (entry,) = [entry for entry in REAL if (entry.rule, entry.method) == (path, "GET")]
    for headers in ({}, bearer(asha)):
        whole, head = (client.open(address(entry), method=m, headers=headers) for m in ("GET", "HEAD"))
        assert (head.status_code, head.data) == (whole.status_code, b"")
        for name in ("Content-Type", "ETag", "Cache-Control", "Location"):
            assert head.headers.get(name) == whole.headers.get(name), name


@pytest.mark.parametrize("path", sorted({entry.rule for entry in REAL}))
def test_options_tell_the_methods_to_anybody(client: FlaskClient, path: str) -> None:
    taken = {entry.method for entry in REAL if entry.rule == path}
    answer = client.options(address(next(entry for entry in REAL if entry.rule == path)))
    assert (answer.status_code, answer.data) == (200, b"")
    assert set(answer.headers["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == taken


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


def test_a_parameter_is_named_where_none_is_taken(send: Any) -> None:
    asked: dict[str, Any] = {"query_string": "colour=red&size=2"}
    for entry in WITHOUT_QUERY:
        if entry.passes_query:
            assert send(entry, **asked).headers["Location"].endswith("?colour=red&size=2")
            continue
        told = refusal(send(entry, **asked), 422)
        assert [error["pointer"] for error in told["errors"]] == ["/colour", "/size"], entry.name


def test_a_call_that_takes_no_body_names_what_is_in_one(
    client: FlaskClient, asha: Doctor, ben: Doctor
) -> None:
    failed = make_post(asha, make_account(asha), status="failed")
    webhook, _ = webhooks.make(
        asha, NewWebhook(url="https://hooks.example/asha", kinds=["publication.failed"])
    )
    message = WebhookMessage(webhook_id=webhook.id, kind="test", stream="x")
    db.session.add(message)
    db.session.flush()
    for path in (
        f"posts/{failed.id}/retry",
        f"webhooks/{webhook.id}/secret",
        f"webhooks/{webhook.id}/test",
        f"webhooks/{webhook.id}/messages/{message.id}/resend",
    ):
        called = partial(client.post, f"/api/v1/{path}")
        told = refusal(called(json={"colour": "red"}, headers=bearer(asha)), 422)
        assert [error["pointer"] for error in told["errors"]] == ["/colour"]
        refusal(called(data=b"[1", content_type="application/json", headers=bearer(asha)), 400)
        refusal(called(data=b"colour=red", content_type="text/plain", headers=bearer(asha)), 415)
        refusal(called(json={"colour": "red"}, headers=bearer(ben)), 404)
        assert called(json={}, headers=bearer(asha)).status_code in (201, 202), path
    assert len(BARE) == 4


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
