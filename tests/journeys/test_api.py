"""A clinic's program does the same over JSON; only the connection needs the doctor's browser."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.portal_at_work import PortalAtWork
from tests.journeys.test_main_job import PASSWORD, connect, sign_in, verify

pytestmark = [pytest.mark.slow]


def test_a_program_registers_plans_and_reads_what_became_of_it(portal: PortalAtWork) -> None:
    email, words = "api@example.org", "Our phone lines open at eight tomorrow."
    told = call(portal, "POST", "/auth/register", full_name="Dr. Asha Menon", email=email, password=PASSWORD)
    assert told["email"] == email
    code = portal.code_for(email)
    token = call(portal, "POST", "/auth/verify-registration", email=email, otp_code=code)["access_token"]
    call(portal, "PUT", "/doctor/profile", token, clinic_name="Menon Clinic", timezone="Asia/Kolkata")
    verify(portal, email)
    connect(portal, sign_in(portal, email, PASSWORD), "Connect X account")
    accounts = call(portal, "GET", "/social/accounts", token)["accounts"]
    at = datetime.now(UTC) + timedelta(seconds=2)

    post = call(
        portal,
        "POST",
        "/posts",
        token,
        content=words,
        scheduled_at=at.isoformat(),
        social_account_ids=[accounts[0]["id"]],
    )

    def published() -> dict[str, Any] | None:
        now = call(portal, "GET", f"/posts/{post['id']}", token)
        return now if now["status"] == "published" else None

    publication = portal.until(published, "published")["publications"][0]
    (arrived,) = [seen for seen in portal.practice("/_/posts") if seen["text"] == words]
    assert publication["platform_post_id"] == arrived["id"]
    assert publication["permalink"] == arrived["permalink"]
    assert datetime.fromisoformat(arrived["at"]) >= at


def call(portal: PortalAtWork, method: str, path: str, token: str = "", **body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = portal.http.request(method, f"{portal.url}/api/v1{path}", json=body or None, headers=headers)
    assert answer.status < 300, answer.data
    found: dict[str, Any] = json.loads(answer.data)
    return found
