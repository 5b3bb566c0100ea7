"""The same request twice is done once, whatever happens in between."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from config import Config
from portal import clock as portal_clock
from portal import create_app, files, jobs, pictures, queue
from portal.api import idempotency
from portal.api import posts as api_posts
from portal.extensions import db
from portal.models import Doctor, IdempotencyKey, MediaFile, Post, Webhook
from tests.api.described import REAL
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.posts.conftest import fake_networks, wanted
from tests.signing_in import bearer

__all__ = ["fake_networks"]

KEY = {idempotency.HEADER: "monday"}


@pytest.fixture
def portal(
    databases: Databases, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """A portal whose commits are real."""
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("idempotency")}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def send(portal: Flask) -> Any:
    doctor = make_doctor()
    at = (portal_clock.now() + timedelta(hours=1)).isoformat()
    sent, headers = wanted(make_account(doctor), scheduled_at=at), bearer(doctor)
    return lambda: portal.test_client().post("/api/v1/posts", json=sent, headers=headers | KEY)


def posts() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Post))


def test_a_connection_that_dies_in_the_middle_leaves_nothing_behind(
    portal: Flask, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = api_posts.flows.put_down

    def write_and_die(*args: Any) -> Any:
        written(*args)
        db.session.flush()
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as broken:
        broken.setattr(api_posts.flows, "put_down", write_and_die)
        assert send().status_code == 503
    db.session.rollback()
    assert posts() == 0

    first, again = send(), send()

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert posts() == 1


def test_a_crash_between_the_work_and_its_answer_leaves_nothing_behind(
    portal: Flask, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> Any:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(api_posts.PostOut, "model_dump", crash)
        assert send().status_code == 500
    db.session.rollback()
    assert posts() == 0

    assert send().status_code == 201
    assert posts() == 1


def test_a_repeated_request_gets_the_answer_of_then(portal: Flask, send: Any) -> None:
    first = send()
    db.session.execute(update(Post).values(content="Changed meanwhile"))
    db.session.commit()
    assert send().get_data() == first.get_data()


@pytest.fixture
def upload(portal: Flask) -> Any:
    headers, content = bearer(make_doctor()) | KEY, samples.picture()

    def call(name: str = "wall.jpg", more: bytes = b"", **said: str) -> Any:
        parts = {"file": (io.BytesIO(content + more), name), **said}
        return portal.test_client().post("/api/v1/media", data=parts, headers=headers)

    return call


def uploads() -> list[MediaFile]:
    db.session.rollback()
    return list(db.session.scalars(select(MediaFile)))


def kept_files() -> int:
    return len([*Path(files.path("x")).parent.iterdir()])


def test_the_same_file_under_the_same_key_is_kept_once(upload: Any) -> None:
    first, again = upload(alt_text="A wall"), upload(alt_text="A wall")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert [row.id for row in uploads()] == [first.get_json()["id"]]
    for other in ({"alt_text": "A door"}, {"alt_text": "A wall", "name": "door.jpg"}, {}):
        assert upload(**other).status_code == 422
    assert upload(alt_text="A wall", more=b"\0").status_code == 422
    assert len(uploads()) == 1


def test_a_crash_while_an_upload_is_noted_leaves_nothing_behind(
    upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, keep = kept_files(), idempotency._keep

    def keep_and_die(*told: Any) -> Any:
        keep(*told)
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "_keep", keep_and_die)
        assert upload().status_code == 503
    assert (uploads(), kept_files()) == ([], before)

    first, again = upload(), upload()

    assert first.status_code == 201 and first.get_json() == again.get_json()
    assert len(uploads()) == 1


def test_of_two_uploads_at_the_same_moment_one_is_kept(upload: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before, draw, both = kept_files(), pictures.for_post, threading.Barrier(2, timeout=60)

    def draw_together(*told: Any) -> Any:
        assert not db.session().in_transaction()
        both.wait()
        return draw(*told)

    monkeypatch.setattr(pictures, "for_post", draw_together)
    with ThreadPoolExecutor(2) as pool:
        first, second = [sent.result() for sent in [pool.submit(upload), pool.submit(upload)]]

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert (len(uploads()), kept_files()) == (1, before + 1)


WEBHOOK = {"url": "https://hooks.example/asha", "kinds": ["publication.failed"]}


def test_a_webhook_is_made_once_and_its_secret_told_again(
    client: FlaskClient, asha: Doctor, ben: Doctor
) -> None:
    def send(who: Doctor, path: str = "", sent: Any = WEBHOOK, key: str = "monday") -> Any:
        heads = bearer(who) | {idempotency.HEADER: key}
        return client.post(f"/api/v1/webhooks{path}", json=sent, headers=heads)

    first, again = send(asha), send(asha)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert db.session.query(Webhook).count() == 1
    assert send(asha, sent=WEBHOOK | {"url": "https://hooks.example/other"}).status_code == 422
    assert send(ben).get_json()["id"] != first.get_json()["id"]

    renewed = [send(asha, f"/{first.get_json()['id']}/secret", None, "tuesday").get_json() for _ in range(2)]
    assert renewed[0] == renewed[1] and renewed[0]["secret"] != first.get_json()["secret"]

    rows = db.session.scalars(select(IdempotencyKey)).all()
    assert [row.answer for row in rows] == [None] * 3
    assert all(row.sealed_answer and "whsec" not in row.sealed_answer for row in rows)


def test_a_key_used_elsewhere_is_another_request(client: FlaskClient, asha: Doctor) -> None:
    heads = bearer(asha) | KEY
    assert client.post("/api/v1/webhooks", json=WEBHOOK, headers=heads).status_code == 201
    told = client.post("/api/v1/posts", json={"content": "Wash.", "status": "draft"}, headers=heads)
    assert (told.status_code, told.mimetype) == (422, "application/problem+json")


# What needs no key to be done once, or leaves nothing behind that anybody meets twice.
MAKES_NOTHING_TWICE = {
    "master-add_speciality": "a name is taken once",
    "master-add_sub_speciality": "a name is taken once",
    "social-choose": "an offer is good once",
    "social-connect": "an account is connected in its own place",
}


def test_every_call_that_makes_something_makes_it_once() -> None:
    making = {entry.name for entry in REAL if entry.method == "POST" and 201 in (entry.status, *entry.also)}
    once = {entry.name for entry in REAL if entry.once}
    assert making - once == set(MAKES_NOTHING_TWICE)


def test_a_profile_that_is_connected_twice_is_one_account(client: FlaskClient, asha: Doctor) -> None:
    sent = {"profile_url": "https://www.quora.com/profile/Asha-Menon"}
    told = [client.post("/api/v1/social/connect/quora", json=sent, headers=bearer(asha)) for _ in range(2)]
    assert [answer.status_code for answer in told] == [201, 201]
    assert told[0].get_json() == told[1].get_json()


def test_keys_are_forgotten_when_their_time_is_over(portal: Flask, send: Any) -> None:
    send()
    doctor = db.session.scalars(select(Doctor)).one()
    old = portal_clock.now() - idempotency.LIFE - timedelta(minutes=1)
    young = portal_clock.now() - idempotency.LIFE + timedelta(minutes=5)
    for key, at in (("old", old), ("young", young)):
        db.session.add(IdempotencyKey(doctor_id=doctor.id, key=key, body_digest="", created_at=at))
    db.session.commit()

    jobs.clean_up()

    assert set(db.session.scalars(select(IdempotencyKey.key))) == {"monday", "young"}
