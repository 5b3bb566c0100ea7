"""The style page in a real browser: reachable for everybody, on every screen, without anything forbidden."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsing import LOOKS, RULES, Visit, go, violations

pytestmark = pytest.mark.browser

TARGETS = "a.btn, button, .account-menu summary, .portal-nav a, .filter-chips a, .form-check"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
    .map(([words, box]) => `${words} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


Open = Callable[..., Page]


@pytest.fixture
def open_page(visit: Visit, address: str) -> Open:
    def open_(path: str | None, width: int = 1280, scheme: str = "light", js: bool = True) -> Page:
        viewport = {"width": width, "height": 900}
        kind = {"viewport": viewport, "color_scheme": scheme, "java_script_enabled": js}
        return visit(path, address=address, **kind)

    return open_


@pytest.mark.parametrize("path", ["/design", "/landing"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(open_page: Open, path: str, scheme: str, width: int) -> None:
    page = open_page(path, width, scheme)
    rules = RULES if (width, scheme) == (390, "light") else LOOKS
    assert violations(page, "#messages", rules) == []
    # While they show they lie over what is below them.
    messages = page.get_by_role("button", name="Close this message")
    for place in reversed(range(messages.count())):
        messages.nth(place).click()
    expect(messages).to_have_count(0)
    assert violations(page, rules=rules) == []


@pytest.mark.parametrize("path", ["/design", "/landing", "/design/letter"])
def test_nothing_is_wider_than_the_screen(open_page: Open, path: str) -> None:
    page = open_page(None)
    for width in (360, 390, 768, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        go(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_what_a_thumb_presses_is_big_enough(open_page: Open) -> None:
    assert open_page("/design", 360).evaluate(SMALL_TARGETS, TARGETS) == []


def test_dark_follows_the_system_without_javascript(open_page: Open) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    dark = open_page("/design", scheme="dark", js=False)
    light = open_page("/design", scheme="light", js=False)
    assert dark.evaluate(background) == "rgb(16, 24, 26)"
    assert light.evaluate(background) == "rgb(246, 245, 241)"


def test_a_chosen_theme_is_kept(open_page: Open) -> None:
    page = open_page("/design", scheme="light")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_keyboard_starts_at_the_skip_link(open_page: Open) -> None:
    page = open_page("/landing")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_what_is_pressed_and_typed_is_answered_at_once(open_page: Open) -> None:
    """Told as one story, for this page has everything on it and takes long to draw."""
    page = open_page("/design")

    # A refused form puts the reader at what went wrong.
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Enter your full name.").click()
    expect(page.locator("[name=refused-full_name]")).to_be_focused()

    # A question opens as a dialog, and Escape says no.
    page.get_by_role("link", name="Ask before").click()
    expect(page.get_by_role("dialog", name="Cancel this post?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    # A password can be shown and hidden.
    field = page.locator("#password")
    page.get_by_role("button", name="Show password").first.click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").first.click()
    expect(field).to_have_attribute("type", "password")

    # Typing counts what is left.
    page.locator("#bio").fill("नमस्ते 🙂")
    expect(page.locator("#bio-count")).to_have_text("492 characters left")

    # A message can be closed.
    words = page.get_by_text("Your profile is saved.")
    expect(words).to_have_count(1)
    page.get_by_role("button", name="Close this message").first.click()
    expect(words).to_have_count(0)

    # Paper shows the page without its navigation.
    page.emulate_media(media="print")
    expect(page.locator(".portal-nav")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_pressing_twice_sends_once(open_page: Open) -> None:
    page = open_page("/design")
    sent: list[str] = []

    def stay(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    page.route("**/design", stay)
    with page.expect_response("**/design"):
        page.get_by_role("button", name="Posts a form").click()
    page.get_by_role("button", name="Saving …").click()
    # Whatever the second press sent would have come before this.
    page.evaluate("() => fetch('/design', { method: 'PUT' })")
    assert sent == ["POST", "PUT"]
