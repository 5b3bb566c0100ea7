"""Passkeys in a real browser, whose virtual device makes and shows them."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from config import Config
from portal import clock, create_app, queue
from portal.auth import passwords
from portal.auth.proving import PROOF_MINUTES
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, Doctor, Passkey
from portal.sandbox.running import free_port
from tests import factories
from tests.auth.conftest import PASSWORD
from tests.databases import Databases
from tests.signing_in import sign_in

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
class Served:
    """A portal that a browser reaches at localhost, and Asha, who has a password there."""

    app: Flask
    url: str

    def cookie(self) -> dict[str, str]:
        """Of a browser that Asha is signed in with."""
        client = self.app.test_client()
        with self.app.app_context():
            sign_in(client, db.session.scalars(select(Doctor)).one())
        kept = client.get_cookie("portal")
        assert kept is not None
        return {"name": "portal", "value": kept.value, "url": self.url}

    def read(self, query: Any) -> Any:
        with self.app.app_context():
            return db.session.scalars(query).all()


@pytest.fixture
def served(
    settings: dict[str, str], databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    monkeypatch.setattr(queue, "ring", lambda *_: None)
    port = free_port()
    own = {"DATABASE_URL": databases.copy("passkeys"), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    app = create_app(Config.from_env({**settings, **own}))
    with app.app_context():
        doctor = factories.make_doctor(full_name="Dr. Asha Menon", email="asha@example.org")
        doctor.user.password_digest = passwords.digest(PASSWORD)
        db.session.commit()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(app, f"http://localhost:{port}")
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def page(served: Served, chromium: Browser) -> Iterator[Page]:
    """A browser that Asha is signed in with, on a computer that can hold passkeys."""
    context = chromium.new_context(base_url=served.url)
    context.add_cookies([served.cookie()])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    give_device(context, page)
    yield page
    context.close()
    assert complaints == []


def give_device(context: BrowserContext, page: Page, **changes: Any) -> None:
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | changes})


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def add_passkey(page: Page, name: str = "My laptop") -> None:
    page.goto("/settings")
    press(page, "Add a passkey")
    page.get_by_label("Name").fill(name)
    press(page, "Make the passkey")
    page.get_by_text("is ready. You can sign in").wait_for()


def sign_out(page: Page) -> None:
    page.goto("/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


def test_a_passkey_is_made_and_signs_in_without_password_or_code(served: Served, page: Page) -> None:
    add_passkey(page)
    assert page.get_by_text("My laptop", exact=True).is_visible()
    before = served.read(select(BrowserSession.digest))
    sign_out(page)

    press(page, "Sign in with a passkey")
    page.wait_for_url(f"{served.url}/")

    [passkey] = served.read(select(Passkey))
    assert passkey.last_used_at is not None and passkey.sign_count > 0
    assert set(before).isdisjoint(served.read(select(BrowserSession.digest)))
    event = served.read(select(AuditEvent).where(AuditEvent.action == "signed in"))[-1]
    assert event.details["how"] == "passkey"


def test_a_removed_passkey_signs_nobody_in(served: Served, page: Page) -> None:
    add_passkey(page)
    press(page, "Remove the passkey My laptop")
    page.get_by_text("The passkey is removed.").wait_for()
    sign_out(page)

    press(page, "Sign in with a passkey")

    page.get_by_text("This passkey did not work.").wait_for()
    assert served.read(select(BrowserSession)) == []


def test_a_passkey_is_fresh_proof(served: Served, page: Page) -> None:
    add_passkey(page)
    with served.app.app_context():
        row = db.session.scalars(select(BrowserSession)).one()
        row.proved_at = clock.now() - timedelta(minutes=PROOF_MINUTES + 1)
        db.session.commit()
    press(page, "Add a passkey")
    page.get_by_role("heading", name="Is it still you?").wait_for()

    press(page, "Use a passkey")

    page.get_by_role("heading", name="Add a passkey").wait_for()
    event = served.read(select(AuditEvent).where(AuditEvent.action == "proved again"))[-1]
    assert event.details["how"] == "passkey"


def test_a_device_that_asks_for_no_finger_is_not_enough(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(base_url=served.url)
    context.add_cookies([served.cookie()])  # type: ignore[list-item]
    page = context.new_page()
    give_device(context, page, hasUserVerification=False, isUserVerified=False)
    page.goto("/settings")
    press(page, "Add a passkey")
    press(page, "Make the passkey")
    page.locator(".passkey-words").get_by_text("You cancelled it").wait_for()
    context.close()
    assert served.read(select(Passkey)) == []


def test_without_javascript_the_other_ways_stay(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
    assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
    context.close()


def test_an_answer_is_good_for_one_browser_and_one_time(served: Served, page: Page) -> None:
    add_passkey(page)
    sign_out(page)
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if "sign-in" in request.url else None
    )
    press(page, "Sign in with a passkey")
    page.wait_for_url(f"{served.url}/")
    assert len(sent) == 1

    for _ in range(2):
        stranger = served.app.test_client()
        served.app.config["WTF_CSRF_ENABLED"] = False
        stranger.post("/passkeys/ask", base_url=served.url)
        body = "credential=" + sent[0].split("credential=")[1]
        answer = stranger.post(
            "/passkeys/sign-in",
            data=body,
            content_type="application/x-www-form-urlencoded",
            base_url=served.url,
        )
        assert answer.location == "/login"
