"""The composer in a real browser: what is typed is kept, whatever happens to page, line or session."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import BrowserSession, Post
from tests.browsing import Visit, go, ready, violations
from tests.factories import make_account, make_doctor, make_post
from tests.serving import Served

pytestmark = pytest.mark.browser


# How long the composer waits for a pause in typing, and before it tries again: a tenth of it here. Nothing
# depends on how long that is.
HURRY = """
const patience = window.setTimeout;
window.setTimeout = (then, pause, ...more) =>
  patience(then, [2500, 5000, 10_000].includes(pause) ? pause / 10 : pause, ...more);
"""
# How many copies of typed words wait in this browser.
COPIES = "Object.keys(localStorage).filter(name => name.startsWith('typed:')).length"


class Desk:
    """A doctor with one planned post, whose browser is signed in with `enter`."""

    def __init__(self, served: Served) -> None:
        self.served = served
        with served.desk():
            doctor = make_doctor(full_name="Dr. Asha Menon")
            self.doctor_id, self.user_id = doctor.id, doctor.user_id
            self.planned = make_post(doctor, make_account(doctor), content="Wash.").id

    def enter(self, context: BrowserContext) -> None:
        context.add_cookies([self.served.cookie(self.doctor_id)])  # type: ignore[list-item]

    def end_sessions(self) -> None:
        with self.served.desk():
            db.session.query(BrowserSession).where(BrowserSession.user_id == self.user_id).delete()
            db.session.commit()

    def texts(self) -> list[str]:
        """What the doctor's posts say, oldest first."""
        found = select(Post.content).where(Post.doctor_id == self.doctor_id).order_by(Post.id)
        return list(self.served.read(found))


@pytest.fixture
def desk(served: Served) -> Desk:
    return Desk(served)


@pytest.fixture
def asha(desk: Desk, visit: Visit) -> BrowserContext:
    context = visit(None, may_fail=True).context
    context.add_init_script(HURRY)
    desk.enter(context)
    return context


@pytest.fixture
def write(asha: BrowserContext) -> Callable[..., Page]:
    """Opens a composer in a tab of its own; nobody may hold up its leaving."""

    def open_(path: str = "/posts/new") -> Page:
        page = asha.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
        return go(page, path)

    return open_


def type_(page: Page, words: str) -> None:
    page.get_by_label("Text", exact=True).fill(words)


def saved(page: Page) -> None:
    expect(page.locator(".autosave-line")).to_contain_text("Saved at")


def says(page: Page, desk: Desk, *texts: str) -> None:
    """Wait until these are the doctor's posts."""
    for _ in range(600):
        if desk.texts() == list(texts):
            return
        page.wait_for_timeout(100)
    assert desk.texts() == list(texts)


def copies(page: Page, count: int) -> None:
    page.wait_for_function(f"count => {COPIES} === count", arg=count)


def test_what_is_typed_becomes_one_draft_and_leaving_loses_nothing(
    desk: Desk, write: Callable[..., Page]
) -> None:
    page = write()
    type_(page, "Drink water.")
    saved(page)
    page.wait_for_url("**/edit")
    expect(page.locator(".autosave [role=status]")).to_have_text("Saved")
    says(page, desk, "Wash.", "Drink water.")
    copies(page, 0)

    type_(page, "Drink a glass of water.")
    page.goto("/posts")  # at once, before a pause in typing
    says(page, desk, "Wash.", "Drink a glass of water.")
    page.go_back()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Drink a glass of water.")
    copies(page, 0)
    page.reload()
    ready(page)
    expect(page.locator(".unsaved-here")).to_be_hidden()

    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()
    copies(page, 0)
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
    says(other, desk, "Wash your feet.")

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
    copies(page, 1)
    asha.set_offline(False)
    saved(page)
    copies(page, 0)

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
    ready(page)

    desk.end_sessions()
    type_(page, "Wash your feet.")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    assert violations(page) == []
    desk.enter(asha)
    page.goto(f"/posts/{desk.planned}/edit")
    notice.get_by_role("button", name="Go on with them").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Wash your feet.")

    ready(page)
    asha.set_offline(True)
    type_(page, "Wash your hair.")
    page.locator("[data-bar=away]").wait_for()
    asha.set_offline(False)
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login**")
    copies(page, 0)
