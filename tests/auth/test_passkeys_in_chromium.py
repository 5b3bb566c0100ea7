"""Passkeys in a real browser, whose virtual device makes and shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Select, select

from portal import clock
from portal.auth.proving import PROOF_MINUTES
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Passkey
from tests import factories
from tests.browsing import Visit, go
from tests.serving import Served

pytestmark = [pytest.mark.browser]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Asha:
    """A doctor, as the portal knows her; each test has one of its own."""

    served: Served
    doctor_id: int
    user_id: int

    @property
    def url(self) -> str:
        """A passkey belongs to a name, and an address with numbers is none."""
        return self.served.address.replace("127.0.0.1", "localhost")

    def sessions(self) -> list[Any]:
        return self._read(select(BrowserSession).where(BrowserSession.user_id == self.user_id))

    def passkeys(self) -> list[Any]:
        return self._read(select(Passkey).where(Passkey.user_id == self.user_id))

    def last(self, action: str) -> AuditEvent:
        """What was noted last about this."""
        theirs = (AuditEvent.user_id == self.user_id) & (AuditEvent.action == action)
        return self._read(select(AuditEvent).where(theirs).order_by(AuditEvent.id))[-1]

    def _read(self, query: Select[Any]) -> list[Any]:
        return list(self.served.read(query))


@pytest.fixture
def asha(served: Served) -> Asha:
    with served.desk():
        doctor = factories.make_doctor(full_name="Dr. Asha Menon")
        return Asha(served, doctor.id, doctor.user_id)


@pytest.fixture
def signed_in(asha: Asha, visit: Visit) -> Callable[..., Page]:
    """Opens a browser that Asha is signed in with, on a computer that can hold passkeys."""

    def open_(**device: Any) -> Page:
        page = visit(None, asha.served.cookie(asha.doctor_id, asha.url), address=asha.url)
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | device})
        return page

    return open_


@pytest.fixture
def page(signed_in: Callable[..., Page]) -> Page:
    return signed_in()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def add_passkey(page: Page, name: str = "My laptop") -> None:
    go(page, "/settings")
    press(page, "Add a passkey")
    page.get_by_label("Name").fill(name)
    press(page, "Make the passkey")
    page.get_by_text("is ready. You can sign in").wait_for()


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


def test_a_passkey_is_made_and_signs_in_without_password_or_code(asha: Asha, page: Page) -> None:
    add_passkey(page)
    expect(page.get_by_text("My laptop", exact=True)).to_be_visible()
    before = {session.digest for session in asha.sessions()}
    sign_out(page)

    press(page, "Sign in with a passkey")
    page.wait_for_url(f"{asha.url}/")

    [passkey] = asha.passkeys()
    assert passkey.last_used_at is not None and passkey.sign_count > 0
    assert before.isdisjoint(session.digest for session in asha.sessions())
    assert asha.last("signed in").details["how"] == "passkey"


def test_a_removed_passkey_signs_nobody_in(asha: Asha, page: Page) -> None:
    add_passkey(page)
    press(page, "Remove the passkey My laptop")
    page.get_by_text("The passkey is removed.").wait_for()
    sign_out(page)

    press(page, "Sign in with a passkey")

    page.get_by_text("This passkey did not work.").wait_for()
    assert asha.sessions() == []


def test_a_passkey_is_fresh_proof(asha: Asha, page: Page) -> None:
    add_passkey(page)
    with asha.served.desk():
        mine = BrowserSession.user_id == asha.user_id
        row = db.session.scalars(select(BrowserSession).where(mine)).one()
        row.proved_at = clock.now() - timedelta(minutes=PROOF_MINUTES + 1)
        db.session.commit()
    press(page, "Add a passkey")
    page.get_by_role("heading", name="Is it still you?").wait_for()

    press(page, "Use a passkey")

    page.get_by_role("heading", name="Add a passkey").wait_for()
    assert asha.last("proved again").details["how"] == "passkey"


def test_a_device_that_asks_for_no_finger_is_not_enough(asha: Asha, signed_in: Callable[..., Page]) -> None:
    page = signed_in(hasUserVerification=False, isUserVerified=False)
    go(page, "/settings")
    press(page, "Add a passkey")
    press(page, "Make the passkey")
    page.locator(".passkey-words").get_by_text("You cancelled it").wait_for()
    assert asha.passkeys() == []


def test_without_javascript_the_other_ways_stay(asha: Asha, visit: Visit) -> None:
    page = visit("/login", address=asha.url, java_script_enabled=False)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)


def test_an_answer_is_good_for_one_browser_and_one_time(
    asha: Asha, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_passkey(page)
    sign_out(page)
    with page.expect_request("**/passkeys/sign-in") as sent:
        press(page, "Sign in with a passkey")
    page.wait_for_url(f"{asha.url}/")

    monkeypatch.setitem(asha.served.app.config, "WTF_CSRF_ENABLED", False)
    for _ in range(2):
        stranger = asha.served.app.test_client()
        stranger.post("/passkeys/ask", base_url=asha.url)
        answer = stranger.post(
            "/passkeys/sign-in",
            data="credential=" + str(sent.value.post_data).split("credential=")[1],
            content_type="application/x-www-form-urlencoded",
            base_url=asha.url,
        )
        assert answer.location == "/login"
