"""Webhooks over a real wire: the delivery job calls a receiver on this machine, as in practice mode."""

import json
import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any

import pytest
import standardwebhooks
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import exists, select

from config import Config
from portal import create_app, http, jobs, queue
from portal.extensions import db
from portal.models import Doctor, OutboxLetter, Webhook, WebhookMessage
from portal.webhooks import delivering, flows
from portal.webhooks.inputs import NewWebhook
from tests.api.test_webhooks import URL, messages, move
from tests.conftest import Clock
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post
from tests.page import Page
from tests.signing_in import bearer, sign_in

# The receiver says nothing until the portal has given up.
SILENCE = 0


class Receiver(ThreadingHTTPServer):
    """A program of the doctor's; it answers what `answers` says in turn, then 204."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.always = 204
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        self.is_over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def told(self) -> list[tuple[str, Any]]:
        bodies = [json.loads(body) for _, _, body in self.calls]
        return [(body["type"], body["data"].get("post_id")) for body in bodies]

    def marks(self) -> list[str]:
        return [heads["webhook-id"] for _, heads, _ in self.calls]


class Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heads = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append((self.path, heads, body))
        status = self.server.answers.pop(0) if self.server.answers else self.server.always
        if status == SILENCE:
            self.server.is_over.wait(20)
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """The test looks at what arrived."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server = Receiver()
    monkeypatch.setattr(http, "_outside", http.Outside(server.address))
    monkeypatch.setattr(delivering, "TOTAL_SECONDS", 2.0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.is_over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def make(client: FlaskClient, doctor: Doctor, *kinds: str) -> dict[str, Any]:
    sent = {"url": URL, "kinds": list(kinds)}
    made = client.post("/api/v1/webhooks", headers=bearer(doctor), json=sent)
    assert made.status_code == 201, made.text
    told: dict[str, Any] = made.get_json()
    return told


def deliver_all() -> None:
    """The job as often as it rings for itself."""
    before = -1
    while (tries := sum(message.tries for message in messages())) != before:
        before = tries
        jobs.deliver_webhooks()


def test_a_receiver_that_stumbles_gets_each_message_signed_and_in_order(
    client: FlaskClient, asha: Doctor, clock: Clock, receiver: Receiver
) -> None:
    secret = make(client, asha, "publication.scheduled", "publication.held")["secret"]
    post = make_post(asha, make_account(asha))
    move(post, "held", held_for="account")
    receiver.answers = [500, SILENCE, 503]

    waits = []
    for _ in range(3):
        deliver_all()
        first, second = messages()
        assert (first.state, second.state, second.tries) == ("retrying", "waiting", 0)
        assert first.trouble
        waits.append(first.not_before - clock.at)
        clock.advance(seconds=waits[-1].total_seconds() - 1)
        deliver_all()
        assert len(receiver.calls) == len(waits)
        clock.advance(seconds=1)
    deliver_all()

    assert waits == sorted(set(waits)) and waits[0] >= timedelta(seconds=1)
    assert receiver.told() == 4 * [("publication.scheduled", post.id)] + [("publication.held", post.id)]
    assert len(set(receiver.marks()[:4])) == 1 and len(set(receiver.marks())) == 2
    assert {path for path, _, _ in receiver.calls} == {"/hooks.example/asha"}
    for _, heads, body in receiver.calls:
        assert standardwebhooks.Webhook(secret).verify(body, heads)["data"]["post_id"] == post.id
        assert heads["content-type"] == "application/json"
    assert [message.state for message in messages()] == ["delivered", "delivered"]


def test_one_post_that_stumbles_holds_up_no_other(
    client: FlaskClient, asha: Doctor, clock: Clock, receiver: Receiver
) -> None:
    make(client, asha, "publication.scheduled")
    account = make_account(asha)
    make_post(asha, account), make_post(asha, account)
    receiver.answers = [500]
    deliver_all()
    assert sorted(message.state for message in messages()) == ["delivered", "retrying"]


def test_several_workers_keep_each_post_in_order(
    databases: Databases, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    monkeypatch.setattr(delivering, "WAITS", 99 * (timedelta(0),))
    chance, tried = random.Random(7), []
    answered = threading.Lock()

    def answer(_: str, __: str, *, body: bytes, **___: Any) -> http.Answer:
        with answered:
            status = chance.choice((200, 200, 500, 503))
            about = json.loads(body)["data"]
            tried.append((about["post"], about["place"], status))
        return http.Answer(status, {}, b"")

    monkeypatch.setattr(http, "request", answer)
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("workers")}))
    with app.app_context():
        row, _ = flows.make(make_doctor(), NewWebhook(url=URL, kinds=["publication.held"]))
        for place, post in product(range(5), "abc"):
            about = {"post": post, "place": place}
            db.session.add(WebhookMessage(webhook_id=row.id, kind="test", stream=post, about=about))
            db.session.commit()

        work_side_by_side(app, workers=3)

        assert {message.state for message in messages()} == {"delivered"}
        for post in "abc":
            mine = [(place, status) for which, place, status in tried if which == post]
            assert [place for place, status in mine if status == 200] == [0, 1, 2, 3, 4]
            assert mine == sorted(mine, key=lambda one: one[0])
        db.session.remove()
        db.engine.dispose()


def work_side_by_side(app: Flask, workers: int) -> None:
    waits = select(exists().where(WebhookMessage.delivered_at.is_(None)))

    def work() -> None:
        with app.app_context():
            while db.session.scalar(waits):
                db.session.commit()
                delivering.deliver()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def test_a_doctor_tests_it_and_resends_from_the_log(
    client: FlaskClient, asha: Doctor, receiver: Receiver
) -> None:
    secret = make(client, asha, "publication.held")["secret"]
    sign_in(client, asha)
    (row,) = db.session.query(Webhook)
    address = f"/settings/webhooks/{row.id}"
    Page(client.get(address)).form("Send a test").submit(client)
    receiver.answers = [418]
    deliver_all()
    page = Page(client.get(address))
    assert "The answer was 418." in page.text
    page.form(f"Send again: message {messages()[0].id}").submit(client)
    deliver_all()
    assert "Arrived" in Page(client.get(address)).text
    assert len(receiver.calls) == 2 and len(set(receiver.marks())) == 1
    assert {kind for kind, _ in receiver.told()} == {"test"}
    for _, heads, body in receiver.calls:
        standardwebhooks.Webhook(secret).verify(body, heads)


def test_one_at_which_nothing_arrives_for_days_is_switched_off_with_a_letter(
    client: FlaskClient, asha: Doctor, clock: Clock, receiver: Receiver
) -> None:
    one = f"/api/v1/webhooks/{make(client, asha, 'publication.held')['id']}"
    assert client.post(f"{one}/test", headers=bearer(asha)).status_code == 202
    receiver.always = 500
    for _ in range(40):
        deliver_all()
        if client.get(one, headers=bearer(asha)).get_json()["disabled_why"]:
            break
        clock.advance(hours=12)
    told = client.get(one, headers=bearer(asha)).get_json()
    assert (told["is_on"], told["disabled_why"]) == (False, "failing")
    assert db.session.query(OutboxLetter).filter_by(letter="webhook_off").count() == 1
    tried = len(receiver.calls)
    clock.advance(days=2)
    deliver_all()
    assert len(receiver.calls) == tried
