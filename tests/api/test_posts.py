"""Posts by JSON, as a doctor's own program uses them."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from config import Config
from portal import clock as portal_clock
from portal import create_app, queue
from portal.extensions import db
from portal.models import Doctor, Post, SocialAccount
from tests.conftest import Clock, HeldJobs
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post
from tests.posts.conftest import fake_networks, linkedin, wanted, x
from tests.signing_in import bearer

__all__ = ["fake_networks", "linkedin", "x"]

Api = Any


@pytest.fixture
def api(client: FlaskClient, asha: Doctor, clock: Clock) -> Api:
    """Calls as Asha: api("POST", "/posts", {...})."""
    return caller(client, asha)


def caller(client: FlaskClient, doctor: Doctor) -> Api:
    headers = bearer(doctor)

    def call(method: str, path: str, body: Any = None, **more: str) -> Any:
        extra = {name.replace("_", "-"): value for name, value in more.items()}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers | extra)

    return call


def body(*accounts: SocialAccount, clock: Clock, **changes: Any) -> dict[str, Any]:
    at = (clock.at + timedelta(hours=1)).isoformat()
    return wanted(*accounts, **{"scheduled_at": at} | changes)


def test_a_planned_post_answers_with_its_publications(
    api: Api, asha: Doctor, x: SocialAccount, clock: Clock
) -> None:
    response = api("POST", "/posts", body(x, clock=clock))
    made = response.get_json()
    assert response.status_code == 201
    assert set(made) == {
        "id", "doctor_id", "content", "link", "link_title", "footer", "first_comment", "media",
        "scheduled_at", "timezone", "status", "version", "created_at", "updated_at", "publications",
    }  # fmt: skip
    assert (made["doctor_id"], made["status"], made["timezone"]) == (asha.id, "scheduled", "Asia/Kolkata")
    [publication] = made["publications"]
    assert set(publication) == {
        "id", "social_account_id", "platform", "content", "options", "status", "due_at", "published_at",
        "platform_post_id", "permalink", "attempts", "error_code", "error_message", "figures",
        "first_comment_status", "first_comment_trouble",
    }  # fmt: skip
    assert (publication["social_account_id"], publication["attempts"]) == (x.id, 0)
    assert api("GET", f"/posts/{made['id']}").get_json() == made


@pytest.mark.parametrize("short", ["social_account_id", "social_account_ids"])
def test_accounts_may_be_named_in_short(api: Api, x: SocialAccount, clock: Clock, short: str) -> None:
    sent = body(clock=clock) | {short: x.id if short == "social_account_id" else [x.id]}
    del sent["publications"]
    assert api("POST", "/posts", sent).get_json()["publications"][0]["social_account_id"] == x.id


def test_a_refusal_points_at_each_publication(
    api: Api, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    response = api("POST", "/posts", body(x, linkedin, clock=clock, content="Wash your hands."))
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [
        "/publications/0/content",
        "/publications/1/content",
    ]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"scheduled_at": "2026-11-23T09:00:00"}, "/scheduled_at"),
        ({"scheduled_at": "2020-11-23T09:00:00Z"}, "/scheduled_at"),
        ({"scheduled_at": 1_900_000_000}, "/scheduled_at"),
        ({"scheduled_at": "1900000000"}, "/scheduled_at"),
        ({"scheduled_at": "9999-12-31T23:59:59-14:00"}, "/scheduled_at"),
        ({"scheduled_at": "0001-01-01T00:00:00+14:00"}, "/scheduled_at"),
        ({"scheduled_at": None}, "/scheduled_at"),
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"content": "a\x00b"}, "/content"),
        ({"content": 7}, "/content"),
        ({"content": ""}, "/content"),
        ({"link": "example.org"}, "/link"),
        ({"publications": "all"}, "/publications"),
        ({"publications": []}, "/publications"),
        ({"publications": [{"social_account_id": 9**30}]}, "/publications/0/social_account_id"),
        ({"publications": [{"social_account_id": 999_999}]}, "/publications/0/social_account_id"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_input_is_refused_where_it_stands(
    api: Api, x: SocialAccount, clock: Clock, changes: dict[str, Any], pointer: str
) -> None:
    response = api("POST", "/posts", body(x, clock=clock) | changes)
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_a_draft_may_hold_anything(api: Api, x: SocialAccount, clock: Clock) -> None:
    sent = wanted(x, content="Far too long for this network", status="draft")
    response = api("POST", "/posts", sent)
    assert (response.status_code, response.get_json()["status"]) == (201, "draft")


def test_the_same_key_and_body_make_one_post(api: Api, x: SocialAccount, clock: Clock) -> None:
    sent = body(x, clock=clock)
    first = api("POST", "/posts", sent, Idempotency_Key="monday")
    again = api("POST", "/posts", dict(reversed(sent.items())), Idempotency_Key="monday")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert db.session.scalar(select(func.count()).select_from(Post)) == 1


def test_the_same_key_with_another_body_is_refused(api: Api, x: SocialAccount, clock: Clock) -> None:
    api("POST", "/posts", body(x, clock=clock), Idempotency_Key="monday")
    other = api("POST", "/posts", body(x, clock=clock, content="Other"), Idempotency_Key="monday")
    assert (other.status_code, other.mimetype) == (422, "application/problem+json")


def test_a_refused_post_leaves_its_key_free(api: Api, x: SocialAccount, clock: Clock) -> None:
    wrong = body(x, clock=clock, content="Much too long")
    assert api("POST", "/posts", wrong, Idempotency_Key="monday").status_code == 422
    assert api("POST", "/posts", body(x, clock=clock), Idempotency_Key="monday").status_code == 201


def test_a_key_is_the_doctors_own(
    api: Api, client: FlaskClient, ben: Doctor, x: SocialAccount, clock: Clock
) -> None:
    first = api("POST", "/posts", body(x, clock=clock), Idempotency_Key="monday").get_json()
    sent = body(make_account(ben), clock=clock)
    other = caller(client, ben)("POST", "/posts", sent, Idempotency_Key="monday").get_json()
    assert other["id"] != first["id"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_a_key_is_short_and_plain(api: Api, x: SocialAccount, clock: Clock, key: str) -> None:
    assert api("POST", "/posts", body(x, clock=clock), Idempotency_Key=key).status_code == 422


def test_a_change_keeps_what_was_not_sent(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, content="Old", link="https://example.org/")
    changed = api("PUT", f"/posts/{post.id}", {"content": "New"}).get_json()
    assert (changed["content"], changed["link"], changed["version"]) == ("New", "https://example.org/", 2)


def test_what_has_begun_answers_409(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, status="published", publication={"platform_post_id": "1"})
    for method, path, sent in [
        ("PUT", "", {"content": "New"}),
        ("DELETE", "", None),
        ("POST", "/retry", None),
    ]:
        response = api(method, f"/posts/{post.id}{path}", sent)
        assert (response.status_code, response.mimetype) == (409, "application/problem+json")


def test_a_cancelled_post_stays_to_be_read(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x)
    assert api("DELETE", f"/posts/{post.id}").status_code == 204
    assert api("GET", f"/posts/{post.id}").get_json()["status"] == "cancelled"
    assert api("DELETE", f"/posts/{post.id}").status_code == 409


def test_a_failed_post_is_tried_again(api: Api, asha: Doctor, x: SocialAccount, held_jobs: HeldJobs) -> None:
    post = make_post(asha, x, status="failed", scheduled_at=portal_clock.now() - timedelta(hours=1))
    response = api("POST", f"/posts/{post.id}/retry")
    assert (response.status_code, response.get_json()["status"]) == (202, "scheduled")
    assert ("publish_due",) in held_jobs


def test_a_post_is_confirmed_by_its_address(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, status="awaiting_doctor")
    path = f"/posts/{post.id}/publications/{post.publications[0].id}/confirm"
    assert api("POST", path, {}).status_code == 422
    refused = api("POST", path, {"permalink": "https://elsewhere.example/1"}).get_json()
    assert refused["errors"][0]["pointer"] == "/permalink"
    [publication] = api("POST", path, {"permalink": "https://twitter.example/posts/5"}).get_json()[
        "publications"
    ]
    assert (publication["status"], publication["platform_post_id"]) == ("published", "5")


def test_a_post_that_is_absent_may_be_tried_again(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post = make_post(asha, x, status="unconfirmed")
    path = f"/posts/{post.id}/publications/{post.publications[0].id}/confirm"
    assert api("POST", path, {"absent": True}).get_json()["publications"][0]["status"] == "failed"


def test_a_stranger_finds_nothing(
    api: Api, client: FlaskClient, asha: Doctor, ben: Doctor, x: SocialAccount
) -> None:
    post = make_post(asha, x, status="awaiting_doctor")
    as_ben = caller(client, ben)
    number = post.publications[0].id
    assert as_ben("GET", "/posts").get_json()["posts"] == []
    for method, path, sent in [
        ("GET", "", None),
        ("PUT", "", {"content": "Mine now"}),
        ("DELETE", "", None),
        ("POST", "/retry", None),
        ("POST", f"/publications/{number}/confirm", {"absent": True}),
    ]:
        assert as_ben(method, f"/posts/{post.id}{path}", sent).status_code == 404
    assert as_ben("GET", "/posts/99999999999999999999").status_code == 404


def test_a_publication_of_another_post_is_not_found(api: Api, asha: Doctor, x: SocialAccount) -> None:
    post, other = (make_post(asha, x, status="awaiting_doctor") for _ in range(2))
    path = f"/posts/{post.id}/publications/{other.publications[0].id}/confirm"
    assert api("POST", path, {"absent": True}).status_code == 404


def test_a_list_is_read_page_by_page(api: Api, asha: Doctor, x: SocialAccount) -> None:
    made = [make_post(asha, x).id for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        answer = api("GET", f"/posts?limit=2{cursor and '&cursor=' + cursor}").get_json()
        seen += [post["id"] for post in answer["posts"]]
        cursor = answer["next_cursor"]
    assert seen == made[::-1]


def test_a_list_is_filtered(
    api: Api, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, clock: Clock
) -> None:
    soon = make_post(asha, x, scheduled_at=clock.at + timedelta(hours=1))
    later = make_post(asha, linkedin, scheduled_at=clock.at + timedelta(days=2))
    draft = make_post(asha, status="draft")

    def ids(query: str) -> list[int]:
        return [post["id"] for post in api("GET", f"/posts?{query}").get_json()["posts"]]

    tomorrow = (clock.at + timedelta(days=1)).isoformat()
    assert ids("status=draft") == [draft.id]
    assert ids("status=scheduled") == [later.id, soon.id]
    assert ids("platform=linkedin") == [later.id]
    assert ids(f"from={tomorrow}") == [later.id]  # the + of the offset is not escaped
    assert ids(f"to={tomorrow.replace('+', '%2B')}&status=scheduled") == [soon.id]


@pytest.mark.parametrize(
    "query",
    ["status=lost", "platform=myspace", "from=monday", "to=2026-11-23T09:00:00", "limit=0", "cursor=x"],
)
def test_a_filter_that_nobody_knows_is_refused(api: Api, query: str) -> None:
    refused = api("GET", f"/posts?{query}")
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/" + query.partition("=")[0]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["published", "failed"], "partly_published"),
        (["failed", "scheduled"], "failed"),
        (["held", "retrying"], "held"),
        (["published", "cancelled"], "partly_published"),
    ],
)
def test_the_list_and_the_post_agree_about_the_status(
    api: Api, asha: Doctor, x: SocialAccount, linkedin: SocialAccount, statuses: list[str], expected: str
) -> None:
    post = make_post(asha, x, linkedin)
    for publication, status in zip(post.publications, statuses, strict=True):
        set_status(publication.id, status)
    found = api("GET", f"/posts?status={expected}").get_json()["posts"]
    assert [(entry["id"], entry["status"]) for entry in found] == [(post.id, expected)]


def set_status(publication_id: int, status: str) -> None:
    """Past the table of moves, which is somebody else's test."""
    held = "'late'" if status == "held" else "NULL"
    db.session.connection().exec_driver_sql("ALTER TABLE publication DISABLE TRIGGER USER")
    db.session.connection().exec_driver_sql(
        f"UPDATE publication SET status = '{status}', held_for = {held}, platform_post_id = id::text"
        f" WHERE id = {publication_id}"
    )
    db.session.connection().exec_driver_sql("ALTER TABLE publication ENABLE TRIGGER USER")
    db.session.commit()
    db.session.expire_all()


def test_two_requests_at_once_with_one_key_make_one_post(
    databases: Databases, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("once")}))
    with app.app_context():
        doctor = make_doctor()
        at = (portal_clock.now() + timedelta(hours=1)).isoformat()
        sent, headers = wanted(make_account(doctor), scheduled_at=at), bearer(doctor)
        answers = at_once(app, sent, headers | {"Idempotency-Key": "monday"})
        assert [answer.status_code for answer in answers] == [201] * 4
        assert len({answer.get_json()["id"] for answer in answers}) == 1
        assert db.session.scalar(select(func.count()).select_from(Post)) == 1
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, sent: Any, headers: dict[str, str]) -> list[Any]:
    answers: list[Any] = []

    def send() -> None:
        answers.append(app.test_client().post("/api/v1/posts", json=sent, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers
