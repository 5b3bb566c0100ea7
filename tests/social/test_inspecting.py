"""Permissions without an end of their own: asked about once a week, and a lost one is told at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import http, jobs, queue, scheduler
from portal.extensions import db
from portal.models import Doctor, OutboxLetter, SocialAccount
from portal.platforms import facebook_sign_in
from portal.platforms.base import Token
from portal.social import expiring, inspecting
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post, save
from tests.platforms.wire import Wire

SCOPES = frozenset(facebook_sign_in.PAGE.scopes)


@pytest.fixture(autouse=True)
def nothing_rings(held_jobs: HeldJobs) -> None:
    """Letters ring; nobody answers here."""


@pytest.fixture
def page(asha: Doctor) -> SocialAccount:
    account = make_account(asha, "facebook", connection="page")
    account.token = Token("page-SECRET", "person-SECRET", scopes=SCOPES)
    return save(account)


def says(wire: Wire, **facts: Any) -> None:
    wire.answers(200, {"data": {"is_valid": True, "expires_at": 0, "scopes": sorted(SCOPES)} | facts})


def letters() -> list[OutboxLetter]:
    return list(db.session.scalars(select(OutboxLetter)))


def test_a_permission_that_holds_is_asked_about_once_a_week(
    page: SocialAccount, clock: Clock, wire: Wire
) -> None:
    says(wire)
    assert inspecting.inspect_due() == 1
    [call] = wire.calls
    assert call.path.endswith("/debug_token") and call.query["input_token"] == "page-SECRET"
    assert call.query["access_token"].count("|") == 1 and call.query["appsecret_proof"]

    clock.advance(days=6)
    assert inspecting.inspect_due() == 0
    clock.advance(days=1)
    says(wire)
    assert inspecting.inspect_due() == 1
    assert page.is_connected and page.token and page.token.access == "page-SECRET"
    assert letters() == []


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        ({"is_valid": False, "error": {"code": 190, "message": "…", "subcode": 460}}, "190"),
        ({"scopes": sorted(SCOPES - {"pages_manage_posts"})}, "permission"),
    ],
)
def test_a_lost_one_is_told_before_a_post_fails(
    asha: Doctor, page: SocialAccount, wire: Wire, facts: dict[str, Any], trouble: str
) -> None:
    post = make_post(asha, page)
    says(wire, **facts)

    jobs.inspect_tokens()

    assert (page.status, page.trouble) == ("reconnect", trouble)
    assert (post.publications[0].status, post.publications[0].held_for) == ("held", "account")
    [letter] = letters()
    assert (letter.letter, letter.about["waiting"]) == ("reconnect_account", 1)


def test_an_end_that_is_near_is_told_in_time(page: SocialAccount, clock: Clock, wire: Wire) -> None:
    says(wire, expires_at=int((clock.at + timedelta(days=5)).timestamp()))
    inspecting.inspect_due()
    assert page.is_connected and page.ends_at == datetime.fromtimestamp(
        int((clock.at + timedelta(days=5)).timestamp()), UTC
    )
    assert expiring.announce_ends() == 1


@pytest.mark.parametrize(
    "answer", [(503, b""), (200, b"<html>"), (200, {"data": {}}), (400, {"error": {"code": 190}}), None]
)
def test_no_usable_answer_is_no_bad_news_and_it_is_asked_again(
    page: SocialAccount, wire: Wire, answer: Any
) -> None:
    wire.fails(http.Unanswered("silence")) if answer is None else wire.answers(*answer)
    inspecting.inspect_due()
    assert page.is_connected and page.looked_at is None and letters() == []


def test_an_account_that_was_connected_anew_meanwhile_is_left_alone(
    page: SocialAccount, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(wire, is_valid=False)
    asked = wire.request

    def connected_meanwhile(*said: Any, **more: Any) -> http.Answer:
        page.token = Token("fresh", scopes=SCOPES)
        save(page)
        return asked(*said, **more)

    monkeypatch.setattr(http, "request", connected_meanwhile)
    inspecting.inspect_due()
    assert page.is_connected and page.token and page.token.access == "fresh"


def test_instagram_is_asked_whose_the_permission_is(asha: Doctor, wire: Wire) -> None:
    account = make_account(asha, "instagram")
    wire.answers(400, {"error": {"code": 190, "type": "OAuthException", "message": "…"}})
    inspecting.inspect_due()
    assert wire.calls[0].path.endswith("/me") and account.status == "reconnect"


def test_networks_that_tell_otherwise_are_not_asked(asha: Doctor, wire: Wire) -> None:
    make_account(asha)
    assert inspecting.inspect_due() == 0 and wire.calls == []


def test_it_is_looked_every_hour_who_is_due() -> None:
    assert "inspect_tokens" in scheduler.HOURLY and queue.QUEUE_OF_JOB["inspect_tokens"] == "look"
