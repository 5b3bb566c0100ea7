"""Posts carried through the calendar in a real browser: by mouse, finger and keys, and taken back."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from werkzeug.serving import make_server

from config import ROOT, Config
from portal import clock, create_app, zones
from portal.auth import sessions
from portal.extensions import db
from portal.models import Doctor, Post
from tests.api.fuzz import Quiet
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ZONE = "Asia/Kolkata"


@dataclass
class Desk:
    """A portal with one doctor and one planned post in the week that `today` begins."""

    app: Flask
    url: str
    word: str
    post_id: int
    today: datetime

    def stands(self) -> str:
        """Where the post stands, on the doctor's clock."""
        with self.app.app_context():
            post = db.session.get_one(Post, self.post_id)
            assert post.scheduled_at is not None
            wall = zones.wall(post.scheduled_at, ZONE).iso
            db.session.remove()
        return wall

    def day(self, days: int) -> str:
        return f"{self.today + timedelta(days=days):%Y-%m-%d}"

    def put_back(self) -> None:
        """The post stands where it stood when the portal was furnished."""
        with self.app.app_context():
            post = db.session.get_one(Post, self.post_id)
            post.plan(zones.instant(self.today + timedelta(days=1, hours=10), ZONE), ZONE)
            db.session.commit()
            db.session.remove()


@pytest.fixture(scope="module")
def room(databases: Databases, settings: dict[str, str]) -> Iterator[Desk]:
    """One portal for all of this file."""
    app = create_app(
        Config.from_env(settings | {"DATABASE_URL": databases.copy(f"calendar_{secrets.token_hex(4)}")})
    )
    with app.app_context():
        made = furnish(make_doctor(full_name="Dr. Asha Menon"))
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Desk(app, f"http://127.0.0.1:{server.server_port}", *made)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def desk(room: Desk) -> Desk:
    room.put_back()
    return room


def furnish(doctor: Doctor) -> tuple[str, int, datetime]:
    """A session, and a post on the Tuesday after next at ten; a week that is all to come."""
    today = zones.wall(clock.now(), ZONE).at.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    account = make_account(doctor)
    make_account(doctor, "facebook", display_name="Menon Clinic")
    at = zones.instant(monday + timedelta(days=1, hours=10), ZONE)
    post = make_post(doctor, account, content="Wash your hands.", scheduled_at=at)
    make_post(
        doctor,
        account,
        content="Is out.",
        status="published",
        scheduled_at=at + timedelta(days=1),
        publication={"platform_post_id": "1", "published_at": datetime.now(UTC)},
    )
    word = secrets.token_urlsafe(32)
    sessions.open_session(doctor.user, word)
    db.session.commit()
    return word, post.id, monday


@pytest.fixture
def visit(desk: Desk, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page signed in; what the browser complains about fails the test."""
    contexts, complaints = [], []

    def open_(path: str, **more: Any) -> Page:
        context = chromium.new_context(
            base_url=desk.url, **{"viewport": {"width": 1280, "height": 900}} | more
        )
        contexts.append(context)
        serializer: Any = desk.app.session_interface.get_signing_serializer(desk.app)  # type: ignore[attr-defined]
        value = serializer.dumps({sessions.COOKIE_PART: desk.word, "_permanent": True})
        context.add_cookies([{"name": "portal", "value": value, "url": desk.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: complaints.append(said.text) if is_wrong(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def is_wrong(said: ConsoleMessage) -> bool:
    # htmx says so when a page is left while a preview is still being drawn: nothing went wrong.
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


def entry(page: Page, words: str = "Wash your hands.") -> Locator:
    return page.locator("[data-post]", has_text=words)


def middle(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, what: Locator, to: Locator) -> None:
    page.mouse.move(*middle(what))
    page.mouse.down()
    x, y = middle(to)
    page.mouse.move(x - 5, y - 5, steps=5)
    page.mouse.move(x, y)
    page.mouse.up()


def month(desk: Desk) -> str:
    return f"/calendar?view=month&month={desk.today:%Y-%m}"


def test_a_mouse_carries_a_post_to_another_day_and_back(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(month(desk))
    drag(page, entry(page), page.locator(f"td[data-date='{desk.day(3)}']"))
    page.get_by_text("Moved to").wait_for()
    expect(page.locator(f"td[data-date='{desk.day(3)}'] [data-post]")).to_have_count(1)
    assert desk.stands() == f"{desk.day(3)}T10:00:00"
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Your post is back on").wait_for()
    assert desk.stands() == f"{desk.day(1)}T10:00:00"


def test_a_mouse_carries_a_post_to_another_hour(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(f"/calendar?view=week&day={desk.day(0)}")
    drag(page, entry(page), page.locator(f"[data-date='{desk.day(4)}'][data-hour='15']"))
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(4)}T15:00:00"


def test_keys_carry_a_post(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(f"/calendar?view=week&day={desk.day(0)}")
    said = page.locator("#calendar-said")
    entry(page).focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Picked up: Wash your hands., 10:00 am")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(said).to_contain_text("12 pm")
    page.keyboard.press("Escape")
    expect(said).to_have_text("It stays where it was.")
    for key in ("Space", "ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(2)}T11:00:00"
    expect(entry(page)).to_be_focused()


def test_arrows_go_by_weeks_in_a_month(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(month(desk))
    entry(page).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(2)}T10:00:00"


def test_a_finger_carries_a_post_after_a_rest(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(f"/calendar?view=week&day={desk.day(0)}", has_touch=True)
    finger = page.context.new_cdp_session(page)
    x, y = middle(entry(page))
    to_x, to_y = middle(page.locator(f"[data-date='{desk.day(3)}'][data-hour='11']"))

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": left, "y": top} for left, top in points]},
        )

    touch("touchStart", (x, y))
    page.locator(".entry-ghost").wait_for()
    touch("touchMove", (to_x - 20, to_y))
    touch("touchMove", (to_x, to_y))
    touch("touchEnd")
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(3)}T11:00:00"


def test_keys_alone_write_plan_move_and_cancel_a_post(desk: Desk, visit: Callable[..., Page]) -> None:
    page, keys = visit(f"/calendar?view=week&day={desk.day(0)}"), Keys()
    keys.go_to(page, "Write a post for Thursday")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/new?on=*")
    page.wait_for_load_state("networkidle")
    keys.go_to(page, "Text")
    page.keyboard.type("Drink water.")
    page.get_by_text("What the checks found").wait_for()  # it moves all that stands below
    keys.go_to(page, "Menon Clinic")
    page.keyboard.press("Space")
    keys.go_to(page, "Time")
    page.keyboard.type("1015")
    keys.go_to(page, "Plan it")
    page.keyboard.press("Enter")
    page.get_by_text("Your post is planned.").wait_for()

    page.goto(f"/calendar?view=week&day={desk.day(0)}")
    page.wait_for_load_state("networkidle")
    keys.go_to(page, "Drink water.")
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    page.get_by_text("Moved to").wait_for()
    expect(page.locator(f"[data-date='{desk.day(4)}'] [data-post]")).to_contain_text("10:15")
    keys.go_to(page, "Undo", back=True)
    page.keyboard.press("Enter")
    page.get_by_text("Your post is back on").wait_for()

    page.wait_for_load_state("networkidle")
    keys.go_to(page, "Drink water.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/*")
    page.wait_for_load_state()
    keys.go_to(page, "Cancel post")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel")
    page.wait_for_load_state()
    keys.go_to(page, "Cancel the post")
    page.keyboard.press("Enter")
    page.get_by_text("Your post is cancelled.").wait_for()


class Keys:
    """Somebody without a mouse: goes from one thing to the next, and sees each time where that is."""

    FOCUSED = """() => {
        const it = document.activeElement, look = getComputedStyle(it), box = it.getBoundingClientRect();
        const label = it.labels?.[0]?.innerText ?? "";
        return {
            words: `${label} ${it.innerText ?? ""} ${it.getAttribute("aria-label") ?? ""}`,
            isIn: box.bottom > 0 && box.top < innerHeight && box.width > 0,
            isShown: look.boxShadow !== "none" || (look.outlineStyle !== "none" && look.outlineWidth > "0px"),
            // The button within a date's field has a ring of its own, which no page can ask for.
            isInner: ["date", "time"].includes(it.type),
            isPage: it === document.body,
        };
    }"""

    def go_to(self, page: Page, words: str, *, back: bool = False) -> None:
        for _ in range(150):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            found = self.focused(page)
            if words in found["words"]:
                return
        raise AssertionError(f"keys do not reach {words!r}")

    def focused(self, page: Page) -> dict[str, Any]:
        """What has the focus, once the page has come to it; it must be seen."""
        for _ in range(40):
            found: dict[str, Any] = page.evaluate(self.FOCUSED)
            if found["isPage"] or (found["isIn"] and (found["isShown"] or found["isInner"])):
                return found
            page.wait_for_timeout(25)
        raise AssertionError(f"the focus cannot be seen: {found}")


def test_what_is_out_stays_and_the_page_says_so(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(month(desk))
    drag(page, entry(page, "Is out."), page.locator(f"td[data-date='{desk.day(4)}']"))
    page.get_by_text("Your post was not moved. This post is already out").wait_for()
    expect(page.locator(f"td[data-date='{desk.day(2)}'] [data-post]")).to_have_count(1)


def test_a_click_still_opens_the_post(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(month(desk))
    entry(page).click()
    page.wait_for_url(f"**/posts/{desk.post_id}")


def test_turning_the_page_changes_the_address_and_back_brings_it_again(
    desk: Desk, visit: Callable[..., Page]
) -> None:
    page = visit(f"/calendar?view=week&day={desk.day(0)}")
    title = page.locator("#calendar-title").inner_text()
    page.get_by_role("link", name="The week after").click()
    page.wait_for_url(f"**/calendar?view=week&day={desk.day(7)}")
    page.go_back()
    expect(page.locator("#calendar-title")).to_have_text(title)
    drag(page, entry(page), page.locator(f"[data-date='{desk.day(4)}'][data-hour='15']"))
    page.get_by_text("Moved to").wait_for()


def test_a_narrow_window_begins_with_the_list(visit: Callable[..., Page]) -> None:
    page = visit("/calendar", viewport={"width": 600, "height": 900})
    page.wait_for_url("**/calendar?view=list*")


@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light"), (1280, "dark")])
def test_every_view_fits_and_axe_finds_nothing(
    desk: Desk, visit: Callable[..., Page], view: str, width: int, scheme: str
) -> None:
    path = f"/calendar?view={view}&day={desk.day(1)}&month={desk.today:%Y-%m}"
    page = visit(path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/calendar/days", "/calendar/slots", "/calendar/feed"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_calendars_settings_fit_and_axe_finds_nothing(
    visit: Callable[..., Page], path: str, width: int, scheme: str
) -> None:
    page = visit(path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_paper_shows_the_days_alone(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit(month(desk))
    page.emulate_media(media="print")
    for hidden in (".calendar-tools", ".portal-head", ".calendar-foot", ".day-new >> nth=0"):
        assert not page.locator(hidden).is_visible()
    assert entry(page).is_visible()


def violations(page: Page) -> list[str]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make setup brings it")
    page.evaluate(AXE.read_text())
    run = "tags => axe.run(document, { runOnly: tags })"
    found = page.evaluate(run, RULES)["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes'][:4]]}" for v in found]
