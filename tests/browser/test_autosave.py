"""The composer in a real browser: what is typed is kept, whatever happens to page, line or session."""

import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.auth import sessions
from portal.extensions import db
from portal.models import BrowserSession, Doctor, Post, SocialAccount
from tests.api.fuzz import Quiet
from tests.browser.test_calendar import violations
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post

pytestmark = pytest.mark.browser


# How long the composer waits for a pause in typing, and before it tries again: a tenth of it here. Nothing
# depends on how long that is.
HURRY = """
const wait = window.setTimeout;
window.setTimeout = (then, pause, ...more) =>
  wait(then, [2500, 5000, 10_000].includes(pause) ? pause / 10 : pause, ...more);
"""


class Desk:
    """A portal with one doctor, who has one planned post and signs in with `enter`."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app, self.url = app, url
        with app.app_context():
            doctor = make_doctor(full_name="Dr. Asha Menon")
            self.doctor_id, self.account_id = doctor.id, make_account(doctor).id
            db.session.commit()
            db.session.remove()

    def plan(self) -> None:
        """Another planned post, from which on `texts` tells."""
        with self.app.app_context():
            doctor = db.session.get_one(Doctor, self.doctor_id)
            account = db.session.get_one(SocialAccount, self.account_id)
            self.planned = make_post(doctor, account, content="Wash.").id
            db.session.commit()
            db.session.remove()

    def enter(self, context: BrowserContext) -> None:
        word = secrets.token_urlsafe(32)
        with self.app.app_context():
            sessions.open_session(db.session.get_one(Doctor, self.doctor_id).user, word)
            db.session.commit()
            db.session.remove()
        serializer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        value = serializer.dumps({sessions.COOKIE_PART: word, "_permanent": True})
        context.add_cookies([{"name": "portal", "value": value, "url": self.url}])

    def end_sessions(self) -> None:
        with self.app.app_context():
            db.session.query(BrowserSession).delete()
            db.session.commit()
            db.session.remove()

    def texts(self) -> list[str]:
        """What the planned post and those after it say, oldest first."""
        with self.app.app_context():
            since = db.session.query(Post).where(Post.id >= self.planned)
            found = [post.content for post in since.order_by(Post.id)]
            db.session.remove()
        return found


@pytest.fixture(scope="module")
def room(databases: Databases, settings: dict[str, str]) -> Iterator[Desk]:
    database = databases.copy(f"autosave_{secrets.token_hex(4)}")
    app = create_app(Config.from_env(settings | {"DATABASE_URL": database}))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Desk(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def desk(room: Desk) -> Desk:
    room.plan()
    return room


@pytest.fixture
def asha(desk: Desk, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=desk.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    context.add_init_script(HURRY)
    desk.enter(context)
    yield context
    context.close()


@pytest.fixture
def write(asha: BrowserContext) -> Callable[..., Page]:
    """Opens a composer in a tab of its own; nobody may hold up its leaving."""

    def open_(path: str = "/posts/new") -> Page:
        page = asha.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    return open_


def type_(page: Page, words: str) -> None:
    page.get_by_label("Text", exact=True).fill(words)


def saved(page: Page) -> None:
    expect(page.locator(".autosave-line")).to_contain_text("Saved at")


def until(page: Page, condition: Callable[[], bool]) -> None:
    for _ in range(150):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come true within 15 seconds")


def copies(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('typed:')).length"))


def test_what_is_typed_becomes_one_draft_and_leaving_loses_nothing(
    desk: Desk, write: Callable[..., Page]
) -> None:
    page = write()
    type_(page, "Drink water.")
    saved(page)
    page.wait_for_url("**/edit")
    expect(page.locator(".autosave [role=status]")).to_have_text("Saved")
    assert desk.texts() == ["Wash.", "Drink water."] and copies(page) == 0

    type_(page, "Drink a glass of water.")
    page.goto("/posts")  # at once, before a pause in typing
    until(page, lambda: desk.texts() == ["Wash.", "Drink a glass of water."])
    page.go_back()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Drink a glass of water.")
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".unsaved-here")).to_be_hidden()

    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    until(page, lambda: copies(page) == 0)
    write()
    assert len(desk.texts()) == 2


def test_a_planned_post_waits_for_save_and_two_tabs_lose_nothing(
    desk: Desk, write: Callable[..., Page]
) -> None:
    one, other = (write(f"/posts/{desk.planned}/edit") for _ in range(2))
    type_(one, "Wash your hands.")
    saved(one)
    assert desk.texts() == ["Wash."]

    type_(other, "Wash your feet.")
    bar = other.locator('[data-bar="clash"]')
    bar.wait_for()
    assert violations(other) == []
    bar.get_by_role("button", name="Look at both").click()
    other.get_by_role("heading", name="What you typed").wait_for()
    expect(other.locator("ins")).to_have_text(["feet"])
    expect(other.locator("del")).to_have_text(["hands"])
    assert violations(other) == []
    other.get_by_role("button", name="Keep mine").click()
    expect(other.get_by_label("Text", exact=True)).to_have_value("Wash your feet.")
    other.get_by_role("button", name="Save changes").click()
    until(other, lambda: desk.texts() == ["Wash your feet."])

    type_(one, "Wash your hands!")
    one.locator('[data-bar="clash"]').wait_for()
    one.get_by_role("button", name="Save changes").click()
    one.get_by_role("button", name="Keep the other").click()
    expect(one.get_by_label("Text", exact=True)).to_have_value("Wash your feet.")


def test_a_lost_line_and_an_ended_session_lose_nothing(
    desk: Desk, asha: BrowserContext, write: Callable[..., Page]
) -> None:
    page = write(f"/posts/{desk.planned}/edit")
    asha.set_offline(True)
    type_(page, "Wash your hands.")
    page.locator("[data-bar=away]").wait_for()
    assert copies(page) == 1
    asha.set_offline(False)
    saved(page)
    assert copies(page) == 0

    desk.end_sessions()
    type_(page, "Wash your hands often.")
    page.locator("[data-bar=out]").wait_for()
    assert violations(page) == []
    page.locator("[data-bar=out]").get_by_role("link", name="Sign in").click()
    page.wait_for_url("**/login**")

    desk.enter(asha)
    page.goto(f"/posts/{desk.planned}/edit")
    notice = page.locator(".unsaved-here")
    notice.wait_for()
    assert violations(page) == []
    notice.get_by_role("button", name="Go on with them").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Wash your hands often.")
    assert desk.texts() == ["Wash."]
    page.wait_for_load_state("networkidle")

    desk.end_sessions()
    type_(page, "Wash your feet.")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert violations(page) == []
    desk.enter(asha)
    page.goto(f"/posts/{desk.planned}/edit")
    notice.get_by_role("button", name="Go on with them").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Wash your feet.")

    page.wait_for_load_state("networkidle")
    asha.set_offline(True)
    type_(page, "Wash your hair.")
    page.locator("[data-bar=away]").wait_for()
    asha.set_offline(False)
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login**")
    assert copies(page) == 0
