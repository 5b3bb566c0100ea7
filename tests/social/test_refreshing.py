"""Renewing permissions: in time, once, and never mistaking a silent network for a dead account."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import http
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OutboxLetter, SocialAccount
from portal.platforms.base import Token
from portal.social import refreshing
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post, save
from tests.platforms.wire import Wire
from tests.social.answers import x_token


@pytest.fixture(autouse=True)
def nothing_rings(held_jobs: HeldJobs) -> None:
    """Letters ring; nobody answers here."""


def due(doctor: Doctor, clock: Clock, platform: str = "twitter", **changes: Any) -> SocialAccount:
    """An account whose permission is half through its life."""
    account = make_account(doctor, platform, **changes)
    hour = timedelta(hours=1)
    account.token = Token("old", "renew-me", clock.at + hour, refresh_at=clock.at, scopes=frozenset({"a"}))
    return save(account)


def test_a_permission_is_renewed_at_half_its_life(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    wire.answers(200, x_token(2))

    assert refreshing.refresh_due() == 1

    assert account.token and account.token.access == "xat-SECRET-2"
    assert account.token.refresh == "xrt-SECRET-2"
    assert account.refresh_at == clock.at + timedelta(hours=1)
    assert wire.calls[0].form["refresh_token"] == "renew-me"


def test_nothing_is_renewed_before_it_is_due(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    account.refresh_at = clock.at + timedelta(seconds=1)
    save(account)

    assert refreshing.refresh_due() == 0
    assert refreshing.refresh_account(account.id) is True
    assert wire.calls == []


def test_a_second_worker_finds_it_done(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    wire.answers(200, x_token(2))

    assert refreshing.refresh_account(account.id) and refreshing.refresh_account(account.id)
    assert len(wire.calls) == 1


@pytest.mark.parametrize("status", ["reconnect", "disconnected"])
def test_only_connected_accounts_are_renewed(asha: Doctor, clock: Clock, wire: Wire, status: str) -> None:
    account = due(asha, clock)
    if status == "disconnected":
        account.token = None
    account.status = status
    save(account)

    assert refreshing.refresh_due() == 0 and refreshing.refresh_account(account.id)
    assert wire.calls == []


@pytest.mark.parametrize(
    "answer", [(503, b""), (200, b"<html>"), (400, b"<html>"), (500, {"error": "x"}), None]
)
def test_a_silent_network_is_no_dead_account(asha: Doctor, clock: Clock, wire: Wire, answer: Any) -> None:
    account = due(asha, clock)
    post = make_post(asha, account)
    if answer is None:
        wire.fails(http.Unanswered("silence"))
    else:
        wire.answers(*answer)

    refreshing.refresh_due()

    assert account.status == "connected" and post.publications[0].status == "scheduled"
    assert account.token and account.token.access == "old" and account.token.refresh == "renew-me"
    assert account.refresh_at == clock.at + refreshing.TRY_AGAIN
    assert db.session.scalars(select(OutboxLetter)).all() == []


def test_one_silent_network_keeps_no_other_waiting(asha: Doctor, clock: Clock, wire: Wire) -> None:
    due(asha, clock)
    due(asha, clock, remote_id="second")
    page = due(asha, clock, "linkedin", connection="organization", remote_id="urn:li:organization:1")
    wire.fails(http.Unanswered("silence"))
    wire.answers(200, {"access_token": "fresh", "expires_in": 5184000})

    refreshing.refresh_due()

    assert len(wire.calls) == 2
    assert page.token and (page.token.access, page.token.refresh) == ("fresh", "renew-me")


def test_a_refused_renewal_asks_the_doctor_to_connect_again(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    post = make_post(asha, account)
    wire.answers(400, {"error": "invalid_request", "error_description": "Value passed was invalid."})

    refreshing.refresh_due()

    (publication,) = post.publications
    assert (account.status, account.trouble) == ("reconnect", "invalid_request")
    assert (publication.status, publication.held_for) == ("held", "account")
    (letter,) = db.session.scalars(select(OutboxLetter)).all()
    assert (letter.letter, letter.to) == ("reconnect_account", "asha@example.org")
    assert letter.about == {"network": "X", "account": account.display_name, "waiting": 1}
    (event,) = db.session.scalars(select(AuditEvent)).all()
    assert event.action == "permission ended" and event.details["reason"] == "invalid_request"


def test_the_operators_mistake_is_not_the_doctors(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    wire.answers(401, {"error": "invalid_client"})

    refreshing.refresh_due()

    assert account.status == "connected"
    assert account.refresh_at == clock.at + refreshing.OPERATOR_WAIT


def test_a_refused_token_is_not_used_until_it_is_renewed(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock, trouble="refused")
    wire.answers(503)

    refreshing.refresh_due()

    assert account.token and account.token.expires_at == clock.at and account.trouble == "refused"


def test_a_permission_that_nobody_can_renew_ends(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = make_account(asha, "linkedin", remote_id="urn:li:person:1")
    account.token = Token("a", expires_at=clock.at + timedelta(days=60))
    save(account)

    assert refreshing.refresh_due() == 0
    clock.advance(days=60)
    refreshing.refresh_due()

    assert account.status == "reconnect" and wire.calls == []


def test_a_lost_key_asks_to_connect_again(asha: Doctor, clock: Clock, wire: Wire) -> None:
    account = due(asha, clock)
    account.sealed_token = "v1.00000000.AAAA"
    save(account)

    refreshing.refresh_due()

    assert (account.status, account.trouble) == ("reconnect", "unreadable") and wire.calls == []


def test_the_letter_reads_well(asha: Doctor, clock: Clock, wire: Wire, outbox: Any) -> None:
    from portal import mail

    about = {"network": "X", "account": "Dr. Asha", "waiting": 2, "full_name": "Dr. Asha Menon"}
    letter = mail.draw("reconnect_account", "asha@example.org", **about)

    assert letter.subject == "Connect Dr. Asha on X again"
    assert "2 planned posts wait for this." in letter.body
    assert "http://127.0.0.1:8000/accounts" in letter.body and "Dr. Asha" in letter.html
