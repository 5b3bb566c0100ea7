"""Disconnecting: here at once, at the network where it can, and the posts wait."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import http
from portal.extensions import db
from portal.models import AuditEvent, Doctor, SocialAccount
from portal.platforms.base import Token
from tests.factories import make_account, make_post, save
from tests.page import Page
from tests.platforms.wire import Wire
from tests.signing_in import sign_in


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def disconnect(browser: FlaskClient, account: SocialAccount) -> Page:
    page = Page(browser.get(f"/accounts/{account.id}/disconnect"))
    return page.form("Disconnect").submit(browser)


def test_an_account_is_disconnected_after_a_question(browser: FlaskClient, wire: Wire, asha: Doctor) -> None:
    account = make_account(asha)
    wire.answers(200, {"revoked": True}).answers(200)

    page = disconnect(browser, account)

    db.session.expire_all()
    assert (account.status, account.sealed_token, account.scopes) == ("disconnected", None, [])
    assert [call.form["token"] for call in wire.calls] == ["refresh", "access"]
    assert "No account is connected yet" in page.text and "is disconnected." in page.text
    assert "account disconnected" in [event.action for event in db.session.scalars(select(AuditEvent))]


def test_its_planned_posts_wait_and_say_why(browser: FlaskClient, wire: Wire, asha: Doctor) -> None:
    account, other = make_account(asha), make_account(asha, remote_id="other")
    posts = [make_post(asha, account, status=status) for status in ("scheduled", "retrying")]
    out = make_post(asha, account, status="published", publication={"platform_post_id": "1"})
    untouched = make_post(asha, other)
    wire.answers(200).answers(200)

    page = disconnect(browser, account)

    db.session.expire_all()
    for post in posts:
        (publication,) = post.publications
        assert (publication.status, publication.held_for) == ("held", "account")
        assert publication.events[-1].who == "doctor"
        assert publication.events[-1].why.startswith("You disconnected the account.")
    assert out.publications[0].status == "published" and untouched.publications[0].status == "scheduled"
    assert "2 of your posts wait for an account that you disconnected." in page.text


@pytest.mark.parametrize("answer", [(503, b""), (400, b"{}"), None])
def test_a_network_in_trouble_keeps_nobody_connected(
    browser: FlaskClient, wire: Wire, asha: Doctor, answer: Any
) -> None:
    account = make_account(asha)
    if answer is None:
        wire.fails(http.NotSent("down"))
    else:
        wire.answers(*answer).answers(*answer)

    disconnect(browser, account)

    assert db.session.get(SocialAccount, account.id).status == "disconnected"


def test_a_permission_that_carries_another_page_is_not_withdrawn(
    browser: FlaskClient, wire: Wire, asha: Doctor
) -> None:
    first = make_account(asha, "linkedin", connection="organization", remote_id="urn:li:organization:1")
    second = make_account(asha, "linkedin", connection="organization", remote_id="urn:li:organization:2")
    for account, access in ((first, "a1"), (second, "a2")):
        account.token = Token(access, "shared")
        save(account)

    disconnect(browser, first)
    assert wire.calls == []

    wire.answers(200).answers(200)
    disconnect(browser, second)
    assert [call.form["token"] for call in wire.calls] == ["shared", "a2"]


def test_a_stranger_cannot_disconnect_it(browser: FlaskClient, wire: Wire, ben: Doctor) -> None:
    account = make_account(ben)

    assert browser.get(f"/accounts/{account.id}/disconnect").status_code == 404
    assert browser.post(f"/accounts/{account.id}/disconnect").status_code == 404
    assert account.status == "connected" and wire.calls == []


def test_it_is_disconnected_once(browser: FlaskClient, wire: Wire, asha: Doctor) -> None:
    account = make_account(asha, status="disconnected")

    assert browser.post(f"/accounts/{account.id}/disconnect").status_code == 404


def test_looking_at_the_question_changes_nothing(browser: FlaskClient, asha: Doctor) -> None:
    account = make_account(asha)

    browser.get(f"/accounts/{account.id}/disconnect")

    assert account.status == "connected"
