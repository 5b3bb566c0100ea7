"""Webhooks: told once at least, in order, signed, never endlessly, and nobody's business but the doctor's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import standardwebhooks
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import http
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OutboxLetter, Webhook, WebhookMessage
from portal.models.webhook import KINDS
from portal.publishing import flows as publishing
from portal.publishing import news
from portal.webhooks import delivering, flows
from portal.webhooks.inputs import NewWebhook, WebhookChange
from tests.api.test_keys import make as make_key
from tests.conftest import Clock
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import bearer, sign_in

URL = "https://hooks.example/asha"


class Receiver:
    """What arrived, and what is answered."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answer: Callable[[], int] = lambda: 204

    def request(self, method: str, url: str, **sent: Any) -> http.Answer:
        self.calls.append({"method": method, "url": url, **sent})
        return http.Answer(self.answer(), {}, b"")

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(call["body"]) for call in self.calls]

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(told["data"].get("status"), told["type"]) for told in self.bodies]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    it = Receiver()
    monkeypatch.setattr(http, "request", it.request)
    return it


def make(who: Doctor, *kinds: str) -> tuple[Webhook, str]:
    return flows.make(who, NewWebhook(url=URL, kinds=list(kinds or KINDS)))


def messages() -> list[WebhookMessage]:
    db.session.expire_all()
    return list(db.session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def move(post: Any, status: str, **more: Any) -> None:
    post.publications[0].move(status, by="portal", **more)
    db.session.commit()


def test_each_state_is_written_with_its_message(asha: Doctor, ben: Doctor, held_jobs: Any) -> None:
    make(asha)
    make(ben)
    account = make_account(asha)
    post = make_post(asha, account)
    move(post, "held", held_for="account")
    # A line of its story, such as what became of its first comment, is no move: nothing is said twice.
    news.add_to_story(db.session(), post.publications[0], "The network said something.")
    move(post, "scheduled")
    move(post, "cancelled")
    account.status = "reconnect"
    asha.verification = "rejected"
    db.session.commit()

    kinds = [message.kind for message in messages()]

    assert sorted(kinds) == [
        "account.connected",
        "account.reconnect",
        "publication.cancelled",
        "publication.held",
        "publication.scheduled",
        "publication.scheduled",
        "verification.rejected",
    ]


def test_only_what_was_asked_for_is_told(asha: Doctor, held_jobs: Any) -> None:
    make(asha, "publication.held")
    post = make_post(asha, make_account(asha))
    move(post, "held", held_for="account")
    assert [message.kind for message in messages()] == ["publication.held"]


def test_a_message_holds_ids_and_states_and_no_word_of_the_post(
    asha: Doctor, held_jobs: Any, receiver: Receiver
) -> None:
    make(asha, "publication.scheduled")
    post = make_post(asha, make_account(asha), content="Wash your hands before supper.")
    delivering.deliver()
    (body,) = receiver.bodies
    assert set(body) == {"type", "timestamp", "data"}
    assert body["data"] == {
        "post_id": post.id,
        "publication_id": post.publications[0].id,
        "social_account_id": post.publications[0].social_account_id,
        "platform": "twitter",
        "status": "scheduled",
        "previous_status": None,
    }


def test_the_signature_is_what_the_specification_wants(
    asha: Doctor, held_jobs: Any, receiver: Receiver
) -> None:
    row, words = make(asha)
    flows.test(row)
    delivering.deliver()
    (call,) = receiver.calls
    assert standardwebhooks.Webhook(words).verify(call["body"], call["headers"])["type"] == "test"
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(words).verify(call["body"] + b" ", call["headers"])


def test_after_a_new_secret_both_hold_for_a_day(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock
) -> None:
    row, old = make(asha)
    new = flows.renew_secret(asha, row)
    flows.test(row)
    delivering.deliver()
    signed = receiver.calls[0]["headers"]["webhook-signature"].split()
    assert len(signed) == 2
    for words in (old, new):
        standardwebhooks.Webhook(words).verify(receiver.calls[0]["body"], receiver.calls[0]["headers"])
    clock.advance(hours=25)
    flows.test(row)
    delivering.deliver()
    assert len(receiver.calls[1]["headers"]["webhook-signature"].split()) == 1


def test_the_secret_lies_sealed(asha: Doctor, held_jobs: Any) -> None:
    row, words = make(asha)
    assert words not in row.sealed_secret and row.sealed_secret.startswith("v1.")


def test_what_fails_is_tried_again_with_growing_waits(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock
) -> None:
    row, _ = make(asha)
    flows.test(row)
    receiver.answer = lambda: 500
    gaps = []
    for _ in range(5):
        assert delivering.deliver() == 1
        assert delivering.deliver() == 0
        gap = messages()[0].not_before - clock.at
        gaps.append(gap)
        clock.advance(seconds=gap.total_seconds())
    assert gaps == sorted(set(gaps))
    receiver.answer = lambda: 200
    delivering.deliver()
    (message,) = messages()
    assert (message.state, message.tries, message.webhook.failing_since) == ("delivered", 6, None)
    assert len({call["headers"]["webhook-id"] for call in receiver.calls}) == 1


def test_what_is_sent_again_while_a_try_is_under_way_does_not_wait(
    asha: Doctor, held_jobs: Any, receiver: Receiver
) -> None:
    row, _ = make(asha)
    message = flows.test(row)
    (parcel,) = delivering.claim()
    flows.resend(row, message.id)
    delivering.note(parcel.message_id, delivering.Outcome(500, "It stumbled."))

    assert delivering.deliver() == 1

    assert messages()[0].state == "delivered"


def test_messages_about_one_post_arrive_in_order(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock
) -> None:
    make(asha, "publication.scheduled", "publication.held")
    account = make_account(asha)
    one, other = make_post(asha, account), make_post(asha, account)
    move(one, "held", held_for="account")
    answers = iter([500, 204, 204, 204])
    receiver.answer = lambda: next(answers)

    while delivering.deliver():
        pass
    assert len(receiver.calls) == 2 and {m.state for m in messages()} >= {"retrying", "waiting"}
    clock.advance(seconds=10)
    while delivering.deliver():
        pass

    told = [(body["data"]["post_id"], body["data"]["status"]) for body in receiver.bodies]
    failed_first = told[0][0]
    for_one = [status for post_id, status in told if post_id == one.id]
    assert for_one[-1] == "held" and set(for_one[:-1]) == {"scheduled"}
    assert failed_first in (one.id, other.id)
    assert all(message.state == "delivered" for message in messages())


def test_after_three_days_it_is_switched_off_with_a_letter_and_on_again_by_the_doctor(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock
) -> None:
    row, _ = make(asha)
    flows.test(row)
    receiver.answer = lambda: 500
    for _ in range(40):
        delivering.deliver()
        if not row.is_on:
            break
        clock.advance(hours=12)
    assert (row.disabled_why, clock.at - row.created_at >= delivering.PATIENCE) == ("failing", True)
    assert db.session.query(OutboxLetter).filter_by(letter="webhook_off").count() == 1
    assert db.session.query(AuditEvent).filter_by(action="webhook switched off").count() == 1
    clock.advance(days=1)
    assert delivering.deliver() == 0
    with pytest.raises(Conflict):
        flows.test(row)

    receiver.answer = lambda: 200
    flows.change(asha, row, WebhookChange(is_on=True))
    assert delivering.deliver() == 1 and messages()[0].state == "delivered"


def test_an_address_that_is_gone_is_switched_off_at_once(
    asha: Doctor, held_jobs: Any, receiver: Receiver
) -> None:
    row, _ = make(asha)
    flows.test(row)
    receiver.answer = lambda: 410
    delivering.deliver()
    assert row.disabled_why == "gone"


def test_a_message_that_is_never_taken_is_given_up(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "PATIENCE", delivering.KEPT)
    row, _ = make(asha)
    flows.test(row)
    receiver.answer = lambda: 400
    for _ in range(30):
        delivering.deliver()
        clock.advance(hours=12)
    assert messages()[0].state == "given_up" and len(receiver.calls) == len(delivering.WAITS) + 1


def test_a_worker_that_dies_loses_no_message(
    asha: Doctor, held_jobs: Any, receiver: Receiver, clock: Clock
) -> None:
    row, _ = make(asha)
    flows.test(row)
    assert len(delivering.claim()) == 1  # and dies
    assert delivering.deliver() == 0
    clock.advance(minutes=3)
    assert delivering.deliver() == 1


def test_the_sweep_rings_for_what_waits(asha: Doctor, held_jobs: Any, receiver: Receiver) -> None:
    row, _ = make(asha)
    assert not publishing.ring_for_waiting().deliver_webhooks
    flows.test(row)
    assert publishing.ring_for_waiting().deliver_webhooks
    delivering.deliver()
    assert not publishing.ring_for_waiting().deliver_webhooks


@pytest.mark.parametrize("failure", [http.NotSent("x"), http.Unanswered("x")])
def test_an_address_that_does_not_answer_is_told_in_the_log(
    asha: Doctor, held_jobs: Any, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> http.Answer:
        raise failure

    monkeypatch.setattr(http, "request", fail)
    row, _ = make(asha)
    flows.test(row)
    delivering.deliver()
    assert messages()[0].state == "retrying" and messages()[0].trouble


@pytest.mark.parametrize(
    "url",
    [
        "http://clinic.example.org/x",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.0.0.1:8000/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://name:word@clinic.example.org/",
        "https://",
        "ftp://clinic.example.org",
        "https://printer.local/",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://ⓛocalhost/",
    ],
)
def test_private_and_odd_addresses_are_refused(client: FlaskClient, asha: Doctor, url: str) -> None:
    told = client.post(
        "/api/v1/webhooks", headers=bearer(asha), json={"url": url, "kinds": ["account.connected"]}
    )
    assert told.status_code == 422 and told.get_json()["errors"][0]["pointer"] == "/url"


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    asha: Doctor, held_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(None))
    address = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: address)
    outcome = delivering.call(delivering.Parcel(1, "https://inside.example.org/", {}, b"{}"))
    assert outcome.status is None and "open internet" in (outcome.trouble or "")


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_moves_inside_after_it_was_checked_is_not_called(
    asha: Doctor, held_jobs: Any, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setattr(http, "_outside", http.Outside(None))
    answers = iter([["203.0.113.5", inside], [inside]])
    tried: list[Any] = []

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, 443)) for address in next(answers)]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    monkeypatch.setattr("socket.socket.connect", lambda _, address: tried.append(address))
    for _ in range(2):
        outcome = delivering.call(delivering.Parcel(1, "https://moves.example.org/", {}, b"{}"))
        assert outcome.status is None and "open internet" in (outcome.trouble or "")
    assert tried == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_on_to_another_address(
    asha: Doctor, held_jobs: Any, receiver: Receiver, status: int
) -> None:
    row, _ = make(asha)
    flows.test(row)
    receiver.answer = lambda: status
    delivering.deliver()
    assert [call["url"] for call in receiver.calls] == [URL]
    assert messages()[0].trouble == f"The answer was {status}. Only 200 to 299 means that it arrived."


def test_the_api_makes_changes_tries_and_removes_one(
    client: FlaskClient, asha: Doctor, receiver: Receiver
) -> None:
    head = bearer(asha)
    made = client.post("/api/v1/webhooks", headers=head, json={"url": URL, "kinds": ["publication.failed"]})
    assert made.status_code == 201 and made.get_json()["secret"].startswith("whsec_")
    one = f"/api/v1/webhooks/{made.get_json()['id']}"
    assert "secret" not in client.get(one, headers=head).get_json()
    changed = client.patch(one, headers=head, json={"kinds": ["publication.published"]}).get_json()
    assert (changed["kinds"], changed["url"]) == (["publication.published"], URL)
    sent = client.post(f"{one}/test", headers=head)
    assert (sent.status_code, sent.get_json()["state"]) == (202, "waiting")
    delivering.deliver()
    (message,) = client.get(f"{one}/messages", headers=head).get_json()["messages"]
    assert (message["state"], message["answer_status"]) == ("delivered", 204)
    assert client.post(f"{one}/messages/{message['id']}/resend", headers=head).status_code == 202
    delivering.deliver()
    assert len({call["headers"]["webhook-id"] for call in receiver.calls}) == 1 == len(receiver.calls) - 1
    assert client.post(f"{one}/secret", headers=head).get_json()["secret"] != made.get_json()["secret"]
    assert client.patch(one, headers=head, json={"is_on": False}).get_json()["disabled_why"] == "doctor"
    assert client.post(f"{one}/test", headers=head).status_code == 409
    assert client.delete(one, headers=head).status_code == 204
    assert client.get("/api/v1/webhooks", headers=head).get_json()["webhooks"] == []


def test_a_key_is_told_only_what_it_may_read(client: FlaskClient, asha: Doctor) -> None:
    body = {"url": URL, "kinds": ["publication.failed"]}
    _, without = make_key(asha, "webhooks:write")
    told = client.post("/api/v1/webhooks", headers=without, json=body)
    assert told.status_code == 403 and "posts:read" in told.get_json()["detail"]
    _, with_it = make_key(asha, "webhooks:write", "posts:read")
    assert client.post("/api/v1/webhooks", headers=with_it, json=body).status_code == 201


def test_a_stranger_finds_nothing(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    row, _ = make(asha)
    flows.test(row)
    one, head = f"/api/v1/webhooks/{row.id}", bearer(ben)
    assert client.get("/api/v1/webhooks", headers=head).get_json()["webhooks"] == []
    assert [client.get(one + rest, headers=head).status_code for rest in ("", "/messages")] == [404, 404]
    sign_in(client, ben)
    page = f"/settings/webhooks/{row.id}"
    assert client.get(page).status_code == client.post(f"{page}/test").status_code == 404
    assert client.post(f"{page}/remove").status_code == client.post(f"{page}/secret").status_code == 404


def test_a_doctor_does_all_of_it_on_the_pages(client: FlaskClient, asha: Doctor, receiver: Receiver) -> None:
    sign_in(client, asha)
    form = Page(client.get("/settings/webhooks")).form("Make the webhook")
    page = form.fill({"Address": URL, "A post is published": True}).submit(client)
    (row,) = db.session.query(Webhook)
    assert page.by_id("new-secret").get("value", "").startswith("whsec_")  # type: ignore[union-attr]
    assert page.response.headers["Cache-Control"] == "no-store"

    address = f"/settings/webhooks/{row.id}"
    Page(client.get(address)).form("Send a test").submit(client)
    receiver.answer = lambda: 500
    delivering.deliver()
    page = Page(client.get(address))
    assert "Trying again" in page.text and "The answer was 500." in page.text
    receiver.answer = lambda: 200
    page.form(f"Send again: message {messages()[0].id}").submit(client)
    delivering.deliver()
    assert "Arrived" in Page(client.get(address)).text

    page = Page(client.get(address)).form("Save").fill({"A post is on hold": True}).submit(client)
    assert "The webhook is changed." in page.text and len(row.kinds) == 2
    page = Page(client.get(address)).form("Switch it off").submit(client)
    assert "You switched it off." in page.text
    page = page.form("Switch it on").submit(client)
    assert "on again" in page.text
    page = Page(client.get(f"{address}/remove")).form("Remove the webhook").submit(client)
    assert db.session.query(Webhook).count() == 0 and "removed" in page.text


def test_an_address_that_is_refused_is_explained_on_the_page(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    form = Page(client.get("/settings/webhooks")).form("Make the webhook")
    page = form.fill({"Address": "https://10.0.0.1/", "A post is published": True}).submit(client)
    assert page.error_of("Address") == "Enter an address that anybody on the web can reach."


def test_old_messages_are_forgotten(asha: Doctor, held_jobs: Any, clock: Clock) -> None:
    row, _ = make(asha)
    flows.test(row)
    clock.advance(days=31)
    delivering.forget_old()
    assert messages() == []


def test_the_settings_lead_to_keys_and_webhooks(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    links = Page(client.get("/settings")).links
    assert (links["API keys"], links["Webhooks"]) == ("/settings/api-keys", "/settings/webhooks")
