"""Posts carried through the calendar in a real browser: by mouse, finger and keys, and taken back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal import clock, zones
from portal.extensions import db
from portal.models import Doctor, Post
from tests.browsing import LOOKS, RULES, Visit, arrived, go, ready, violations
from tests.factories import make_account, make_doctor, make_post
from tests.serving import Cookie, Served

pytestmark = pytest.mark.browser

ZONE = "Asia/Kolkata"


class Desk:
    """A doctor with a planned post in the week that `today` begins: a week that is all to come."""

    def __init__(self, served: Served, visit: Visit) -> None:
        self.served, self.visit = served, visit
        today = zones.wall(clock.now(), ZONE).at.replace(hour=0, minute=0, second=0, microsecond=0)
        self.today = today + timedelta(days=7 - today.weekday())
        with served.desk():
            doctor = make_doctor(full_name="Dr. Asha Menon")
            self.post_id = self.furnish(doctor)
            doctor_id = doctor.id
        self.cookie: Cookie = served.cookie(doctor_id)

    def furnish(self, doctor: Doctor) -> int:
        """A post on Tuesday at ten, and one of Wednesday that is out."""
        account = make_account(doctor)
        make_account(doctor, "facebook", display_name="Menon Clinic")
        at = zones.instant(self.today + timedelta(days=1, hours=10), ZONE)
        post = make_post(doctor, account, content="Wash your hands.", scheduled_at=at)
        make_post(
            doctor,
            account,
            content="Is out.",
            status="published",
            scheduled_at=at + timedelta(days=1),
            publication={"platform_post_id": "1", "published_at": datetime.now(UTC)},
        )
        return post.id

    def open(self, path: str, **kind: Any) -> Page:
        """In a window so tall that nothing has to be scrolled while it is carried."""
        return self.visit(path, self.cookie, **{"viewport": {"width": 1280, "height": 1600}} | kind)

    def stands(self) -> str:
        """Where the post stands, on the doctor's clock."""
        with self.served.desk():
            post = db.session.get_one(Post, self.post_id)
            assert post.scheduled_at is not None
            return zones.wall(post.scheduled_at, ZONE).iso

    def day(self, days: int) -> str:
        return f"{self.today + timedelta(days=days):%Y-%m-%d}"


@pytest.fixture
def desk(served: Served, visit: Visit) -> Desk:
    return Desk(served, visit)


def entry(page: Page, words: str = "Wash your hands.") -> Locator:
    return page.locator("[data-post]", has_text=words)


def middle(place: Locator) -> tuple[float, float]:
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, what: Locator, to: Locator) -> None:
    expect(what).to_have_attribute("aria-describedby", "calendar-keys")  # from now on it can be carried
    x, y = middle(to)
    page.mouse.move(*middle(what))
    page.mouse.down()
    page.mouse.move(x - 5, y - 5, steps=5)
    page.mouse.move(x, y)
    is_aimed_at(to)
    page.mouse.up()


def is_aimed_at(place: Locator) -> None:
    expect(place).to_have_class(re.compile(r"\bis-target\b"))


def month(desk: Desk) -> str:
    return f"/calendar?view=month&month={desk.today:%Y-%m}"


def test_a_mouse_carries_a_post_to_another_day_and_back(desk: Desk) -> None:
    page = desk.open(month(desk))
    drag(page, entry(page), page.locator(f"td[data-date='{desk.day(3)}']"))
    page.get_by_text("Moved to").wait_for()
    expect(page.locator(f"td[data-date='{desk.day(3)}'] [data-post]")).to_have_count(1)
    assert desk.stands() == f"{desk.day(3)}T10:00:00"
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Your post is back on").wait_for()
    assert desk.stands() == f"{desk.day(1)}T10:00:00"


def test_a_mouse_carries_a_post_to_another_hour(desk: Desk) -> None:
    page = desk.open(f"/calendar?view=week&day={desk.day(0)}")
    drag(page, entry(page), page.locator(f"[data-date='{desk.day(4)}'][data-hour='15']"))
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(4)}T15:00:00"


def test_keys_carry_a_post(desk: Desk) -> None:
    page = desk.open(f"/calendar?view=week&day={desk.day(0)}")
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


def test_arrows_go_by_weeks_in_a_month(desk: Desk) -> None:
    page = desk.open(month(desk))
    entry(page).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(2)}T10:00:00"


class Finger:
    """Rests on something until it is lifted, and carries it."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def carry(self, what: Locator, to: Locator) -> None:
        (to_x, to_y), (x, y) = middle(to), middle(what)
        self.touch("touchStart", (x, y))
        self.page.locator(".entry-ghost").wait_for()
        self.touch("touchMove", (to_x - 20, to_y))
        self.touch("touchMove", (to_x, to_y))
        is_aimed_at(to)
        self.touch("touchEnd")

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": left, "y": top} for left, top in points]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def test_a_finger_carries_a_post_after_a_rest(desk: Desk) -> None:
    page = desk.open(f"/calendar?view=week&day={desk.day(0)}", has_touch=True)
    Finger(page).carry(entry(page), page.locator(f"[data-date='{desk.day(3)}'][data-hour='11']"))
    page.get_by_text("Moved to").wait_for()
    assert desk.stands() == f"{desk.day(3)}T11:00:00"


def test_a_phones_month_lays_out_a_day_and_lets_its_posts_be_carried(desk: Desk) -> None:
    page = desk.open(month(desk), has_touch=True, viewport={"width": 390, "height": 1600})
    tray, finger = page.locator(".day-tray"), Finger(page)
    tuesday, friday = (page.locator(f"td[data-date='{desk.day(days)}']") for days in (1, 4))
    tuesday.click()
    expect(tray.locator("[data-post]")).to_have_count(1)
    expect(tray.get_by_role("heading")).to_be_focused()
    finger.carry(entry(page), friday)
    expect(tray).to_have_attribute("data-date", desk.day(4))
    expect(tray.locator("[data-post]")).to_contain_text("Wash your hands.")
    assert desk.stands() == f"{desk.day(4)}T10:00:00"
    # A day with one post is carried as it is; by keys a post is carried from below the month.
    finger.carry(friday, tuesday)
    expect(tray).to_have_attribute("data-date", desk.day(1))
    entry(page).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(tray).to_have_attribute("data-date", desk.day(3))
    expect(entry(page)).to_be_focused()
    assert desk.stands() == f"{desk.day(3)}T10:00:00"


def test_keys_alone_write_plan_move_and_cancel_a_post(desk: Desk) -> None:
    page, keys = desk.open(f"/calendar?view=week&day={desk.day(0)}"), Keys()
    keys.go_to(page, "Write a post for Thursday")
    page.keyboard.press("Enter")
    arrived(page, "**/posts/new?on=*")
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

    go(page, f"/calendar?view=week&day={desk.day(0)}")
    keys.go_to(page, "Drink water.")
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    page.get_by_text("Moved to").wait_for()
    expect(page.locator(f"[data-date='{desk.day(4)}'] [data-post]")).to_contain_text("10:15")
    keys.go_to(page, "Undo", back=True)
    page.keyboard.press("Enter")
    page.get_by_text("Your post is back on").wait_for()

    ready(page)
    keys.go_to(page, "Drink water.")
    page.keyboard.press("Enter")
    arrived(page, "**/posts/*")
    keys.go_to(page, "Cancel post")
    page.keyboard.press("Enter")
    arrived(page, "**/cancel")
    keys.go_to(page, "Cancel the post")
    page.keyboard.press("Enter")
    page.get_by_text("Your post is cancelled.").wait_for()


class Keys:
    """Somebody without a mouse: goes from one thing to the next, and sees each time where that is."""

    # What has the focus, once the page has come to it; it must be seen.
    FOCUSED = """() => {
        const it = document.activeElement, look = getComputedStyle(it), box = it.getBoundingClientRect();
        const label = it.labels?.[0]?.innerText ?? "";
        const isIn = box.bottom > 0 && box.top < innerHeight && box.width > 0;
        const isOutlined = look.outlineStyle !== "none" && look.outlineWidth > "0px";
        const isShown = look.boxShadow !== "none" || isOutlined;
        if (it !== document.body && !(isIn && isShown)) return null;
        return { words: `${label} ${it.innerText ?? ""} ${it.getAttribute("aria-label") ?? ""}` };
    }"""

    def go_to(self, page: Page, words: str, *, back: bool = False) -> None:
        for _ in range(150):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            focused = page.wait_for_function(self.FOCUSED).json_value()
            if words in focused["words"]:
                return
        raise AssertionError(f"keys do not reach {words!r}")


def test_what_is_out_stays_and_the_page_says_so(desk: Desk) -> None:
    page = desk.open(month(desk))
    drag(page, entry(page, "Is out."), page.locator(f"td[data-date='{desk.day(4)}']"))
    page.get_by_text("Your post was not moved. This post is already out").wait_for()
    expect(page.locator(f"td[data-date='{desk.day(2)}'] [data-post]")).to_have_count(1)


def test_a_click_still_opens_the_post(desk: Desk) -> None:
    page = desk.open(month(desk))
    entry(page).click()
    page.wait_for_url(f"**/posts/{desk.post_id}")


def test_turning_the_page_changes_the_address_and_back_brings_it_again(desk: Desk) -> None:
    page = desk.open(f"/calendar?view=week&day={desk.day(0)}")
    title = page.locator("#calendar-title")
    this_week = str(title.text_content())
    page.get_by_role("link", name="The week after").click()
    page.wait_for_url(f"**/calendar?view=week&day={desk.day(7)}")
    expect(title).not_to_have_text(this_week)
    expect(page).to_have_title(re.compile(f"^Calendar: {re.escape(str(title.text_content()))}"))
    expect(page.get_by_role("link", name="The week after")).to_be_focused()
    page.go_back()
    expect(title).to_have_text(this_week)
    drag(page, entry(page), page.locator(f"[data-date='{desk.day(4)}'][data-hour='15']"))
    page.get_by_text("Moved to").wait_for()


def test_a_narrow_window_begins_with_the_list(desk: Desk) -> None:
    page = desk.open("/calendar", viewport={"width": 600, "height": 900})
    page.wait_for_url("**/calendar?view=list*")


def flaws(page: Page, paths: list[str], width: int, rules: list[str] = RULES) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        go(page, path)
        is_wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[path] = violations(page, rules=rules) + ["wider than the screen"] * is_wide
    return {path: told for path, told in found.items() if told}


@pytest.mark.parametrize(
    # What another scheme may change are the colours alone.
    ("width", "scheme", "rules"),
    [(360, "dark", RULES), (1280, "light", RULES), (1280, "dark", LOOKS)],
)
def test_every_view_fits_and_axe_finds_nothing(desk: Desk, width: int, scheme: str, rules: list[str]) -> None:
    page = desk.open("/calendar", viewport={"width": width, "height": 900}, color_scheme=scheme)
    views = [f"/calendar?view={view}" for view in ("month", "week", "day", "list")]
    paths = [f"{view}&day={desk.day(1)}&month={desk.today:%Y-%m}" for view in views]
    assert flaws(page, paths, width, rules) == {}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_calendars_settings_fit_and_axe_finds_nothing(desk: Desk, width: int, scheme: str) -> None:
    page = desk.open("/calendar/days", viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert flaws(page, ["/calendar/days", "/calendar/slots", "/calendar/feed"], width) == {}


def test_paper_shows_the_days_alone(desk: Desk) -> None:
    page = desk.open(month(desk))
    page.emulate_media(media="print")
    for hidden in (".calendar-tools", ".portal-head", ".calendar-foot", ".day-new >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(entry(page)).to_be_visible()
