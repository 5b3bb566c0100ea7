"""Signing in and out, on the pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.auth import passwords, sessions
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Doctor, User
from tests import factories
from tests.auth.conftest import PASSWORD, Mailbox, fill_code, fill_login
from tests.conftest import Clock
from tests.page import Page
from tests.signing_in import sign_in


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/logout").status_code == 200


def enter(client: FlaskClient, mailbox: Mailbox, email: str, **more: bool) -> Page:
    return fill_code(fill_login(client, email), client, mailbox.code_for(email), **more)


def test_a_doctor_signs_in_with_password_and_code(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    answer = enter(client, mailbox, "asha@example.org")
    assert answer.status == 303
    assert answer.response.location == "/"
    assert is_signed_in(client)


def test_an_administrator_signs_in_likewise(client: FlaskClient, mailbox: Mailbox, carla: User) -> None:
    assert enter(client, mailbox, "carla@example.org").response.location == "/admin/"


def test_the_code_comes_by_letter_and_stands_in_no_subject(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    fill_login(client, "asha@example.org")
    [letter] = mailbox.to("asha@example.org")
    assert mailbox.code_for("asha@example.org") in letter.body.splitlines()[0]
    assert not any(character.isdigit() for character in letter.subject)


def test_a_wrong_password_and_an_unknown_address_look_alike(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    wrong = fill_login(client, "asha@example.org", "not the password")
    unknown = fill_login(client, "asho@example.org", "not the password")
    assert wrong.errors == ["The email address or the password is not right."]
    assert wrong.status == unknown.status == 422
    assert wrong.text == unknown.text
    assert wrong.value_of("Email") == "asha@example.org"
    assert mailbox.fetch() == []


def test_a_wrong_password_and_an_unknown_address_cost_one_hash_each(
    client: FlaskClient, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    real = passwords.bcrypt.checkpw
    monkeypatch.setattr(passwords.bcrypt, "checkpw", lambda *a: calls.append("hash") or real(*a))
    for email in ("asha@example.org", "nobody@example.org"):
        fill_login(client, email, "not the password")
    assert len(calls) == 2


def test_a_disabled_account_looks_like_a_wrong_password(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    asha.user.disabled_at = clock.at
    db.session.commit()
    assert fill_login(client, "asha@example.org").errors == [
        "The email address or the password is not right."
    ]


def test_whoever_never_confirmed_gets_the_registrations_code(client: FlaskClient, mailbox: Mailbox) -> None:
    user = factories.make_user(
        email="late@example.org", confirmed_at=None, password_digest=passwords.digest(PASSWORD)
    )
    answer = enter(client, mailbox, "late@example.org")
    assert answer.status == 303
    assert user.confirmed_at
    assert mailbox.to("late@example.org")[-1].subject == "Confirm your email address"


def test_a_trusted_browser_needs_no_code_for_thirty_days(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, clock: Clock
) -> None:
    enter(client, mailbox, "asha@example.org", **{"Trust this browser for 30 days": True})
    client.post("/logout")
    clock.advance(days=29)
    form = (
        Page(client.get("/login")).form("Sign in").fill({"Email": "asha@example.org", "Password": PASSWORD})
    )
    assert form.submit(client, follow=False).response.location == "/"
    client.post("/logout")
    clock.advance(days=2)
    assert fill_login(client, "asha@example.org").heading == "Check your mail"


def test_trust_is_for_one_account_and_one_browser(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, carla: User
) -> None:
    enter(client, mailbox, "asha@example.org", **{"Trust this browser for 30 days": True})
    client.post("/logout")
    assert fill_login(client, "carla@example.org").heading == "Check your mail"
    other = client.application.test_client()
    assert fill_login(other, "asha@example.org").heading == "Check your mail"


def test_a_trusted_browser_still_needs_the_password(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor
) -> None:
    enter(client, mailbox, "asha@example.org", **{"Trust this browser for 30 days": True})
    client.post("/logout")
    assert fill_login(client, "asha@example.org", "not the password").status == 422


def test_signing_in_gives_the_browser_a_new_name(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    sign_in(client, factories.make_doctor())
    with client.session_transaction() as session:
        before = session[sessions.COOKIE_PART]
    client.post("/logout")
    enter(client, mailbox, "asha@example.org")
    with client.session_transaction() as session:
        after = session[sessions.COOKIE_PART]
    assert before != after
    stored = db.session.scalars(select(BrowserSession.digest)).all()
    assert after not in stored and sessions.digest(after) in stored


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: FlaskClient, asha: Doctor
) -> None:
    sign_in(client, asha)
    with client.session_transaction() as session:
        copied = session[sessions.COOKIE_PART]
    client.post("/logout")
    thief = app.test_client()
    with thief.session_transaction() as session:
        session[sessions.COOKIE_PART] = copied
    assert not is_signed_in(thief)


def test_a_link_signs_nobody_out(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    page = Page(client.get("/logout"))
    assert is_signed_in(client)
    page.form("Sign out").submit(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("role", "idle", "whole"),
    [("doctor", {"days": 14}, {"days": 30}), ("administrator", {"hours": 1}, {"hours": 12})],
)
def test_a_session_ends_by_itself(
    client: FlaskClient, clock: Clock, role: str, idle: dict[str, int], whole: dict[str, int]
) -> None:
    user = factories.make_user(role=role)
    sign_in(client, user)
    clock.advance(**{unit: count * 0.9 for unit, count in idle.items()})
    assert is_signed_in(client)
    clock.advance(**idle)
    assert not is_signed_in(client)
    sign_in(client, user)
    for _ in range(20):
        clock.advance(**{unit: count * 0.6 for unit, count in idle.items()})
        if not is_signed_in(client):
            break
    row = db.session.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
    assert row is not None
    assert sessions.is_over(row)
    assert clock.at - row.created_at <= sessions.WHOLE[role] + sessions.IDLE[role]


def test_being_seen_is_written_once_a_minute(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(client, asha)
    row = db.session.scalars(select(BrowserSession)).one()
    first = row.last_seen_at
    clock.advance(seconds=59)
    client.get("/logout")
    assert row.last_seen_at == first
    clock.advance(seconds=1)
    client.get("/logout")
    assert row.last_seen_at == clock.at


def test_a_disabled_user_is_out_at_once(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    sign_in(client, asha)
    asha.user.disabled_at = clock.at
    db.session.commit()
    assert not is_signed_in(client)


@pytest.mark.parametrize("wanted", ["/accounts", "/posts/new?on=2026-11-23", "/settings#keys"])
def test_signing_in_leads_to_the_page_that_was_wanted(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, wanted: str
) -> None:
    client.get("/login", query_string={"next": wanted})
    assert enter(client, mailbox, "asha@example.org").response.location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:a=b\r\n",
        "javascript:alert(1)",
        "evil.example",
        " //evil.example",
        "///evil.example",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, wanted: str
) -> None:
    client.get("/login", query_string={"next": wanted})
    assert enter(client, mailbox, "asha@example.org").response.location == "/"


def test_an_old_digest_is_made_anew(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "COST", 5)
    fill_login(client, "asha@example.org")
    assert "$2b$05$" in asha.user.password_digest
    assert fill_login(client, "asha@example.org").heading == "Check your mail"


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "१२३४५", "1" * 5000, "123\x00456", "🙂🙂🙂🙂🙂🙂"]
)
def test_what_is_no_code_is_said_so(client: FlaskClient, mailbox: Mailbox, asha: Doctor, code: str) -> None:
    page = fill_code(fill_login(client, "asha@example.org"), client, code)
    assert page.error_of("Code") == "Enter the 6 digits from the letter."


def test_a_code_may_be_typed_with_a_gap(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    page = fill_login(client, "asha@example.org")
    digits = mailbox.code_for("asha@example.org")
    assert fill_code(page, client, f" {digits[:3]} {digits[3:]} ").status == 303


def test_what_happened_is_on_record(client: FlaskClient, mailbox: Mailbox, asha: Doctor) -> None:
    fill_login(client, "asha@example.org", "not the password")
    fill_login(client, "nobody@example.org", "not the password")
    enter(client, mailbox, "asha@example.org")
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["sign-in failed", "sign-in failed", "signed in"]
    assert [event.user_id for event in events] == [asha.user_id, None, asha.user_id]
    assert "nobody" not in str([event.details for event in events])


def test_a_page_for_doctors_asks_to_sign_in_first(client: FlaskClient) -> None:
    answer = client.get("/profile?x=1")
    assert (answer.status_code, answer.location) == (303, "/login?next=/profile?x%3D1")


def test_one_query_knows_who_is_there(client: FlaskClient, asha: Doctor) -> None:
    sign_in(client, asha)
    assert db.session.scalar(select(func.count(BrowserSession.id))) == 1


@pytest.mark.parametrize("who", ["carla@example.org", "asha@example.org"])
def test_a_password_alone_opens_nothing(
    client: FlaskClient, mailbox: Mailbox, asha: Doctor, carla: User, who: str
) -> None:
    """For administrators a second factor is required, on the page and by program alike."""
    fill_login(client, who)
    assert client.get("/admin/").status_code == 404
    assert client.get("/settings").location.startswith("/login")
    given = client.post("/api/v1/auth/login", json={"email": who, "password": PASSWORD})
    assert given.status_code == 200 and "access_token" not in given.get_json()
