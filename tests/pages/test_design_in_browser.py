"""The style page in a real browser: reachable for everybody, on every screen, without anything forbidden."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.pages.conftest import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS = "a.btn, button, .account-menu summary, .portal-nav a, .filter-chips a, .form-check"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
    .map(([words, box]) => `${words} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page; what the browser complains about fails the test."""
    contexts, complaints = [], []

    def open_(path: str, width: int = 1280, scheme: str = "light", js: bool = True) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=js
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("path", ["/design", "/landing"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(open_page: Callable[..., Any], path: str, scheme: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make setup brings it")
    page = open_page(path, width, scheme)
    page.evaluate(AXE.read_text())
    assert violations(page, "#messages") == []
    # While they show they lie over what is below them.
    for close in page.get_by_role("button", name="Close this message").all()[::-1]:
        close.click()
    assert violations(page, "html") == []


def violations(page: Any, within: str) -> list[str]:
    run = "([within, tags]) => axe.run(within, { runOnly: tags })"
    found = page.evaluate(run, [within, RULES])["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes'][:4]]}" for v in found]


@pytest.mark.parametrize("path", ["/design", "/landing", "/design/letter"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1600])
def test_nothing_is_wider_than_the_screen(open_page: Callable[..., Any], path: str, width: int) -> None:
    page = open_page(path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_a_thumb_presses_is_big_enough(open_page: Callable[..., Any]) -> None:
    assert open_page("/design", 360).evaluate(SMALL_TARGETS, TARGETS) == []


def test_dark_follows_the_system_without_javascript(open_page: Callable[..., Any]) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    dark = open_page("/design", scheme="dark", js=False)
    light = open_page("/design", scheme="light", js=False)
    assert dark.evaluate(background) == "rgb(16, 24, 26)"
    assert light.evaluate(background) == "rgb(246, 245, 241)"


def test_a_chosen_theme_is_kept(open_page: Callable[..., Any]) -> None:
    page = open_page("/design", scheme="light")
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_keyboard_starts_at_the_skip_link(open_page: Callable[..., Any]) -> None:
    page = open_page("/landing")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_refused_form_puts_the_reader_at_what_went_wrong(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    page.wait_for_function("document.activeElement.classList.contains('error-summary')")
    page.locator(".error-summary").get_by_role("link", name="Enter your full name.").click()
    assert page.evaluate("document.activeElement.name") == "refused-full_name"


def test_a_question_opens_as_a_dialog_and_escape_says_no(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    page.get_by_role("link", name="Ask before").click()
    assert page.get_by_role("dialog", name="Cancel this post?").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


def test_a_password_can_be_shown_and_hidden(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    field = page.locator("#password")
    page.get_by_role("button", name="Show password").first.click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Hide password").first.click()
    assert field.get_attribute("type") == "password"


def test_typing_counts_what_is_left(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    page.locator("#bio").fill("नमस्ते 🙂")
    assert page.locator("#bio-count").text_content() == "492 characters left"


def test_a_message_can_be_closed(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    page.get_by_role("button", name="Close this message").first.click()
    assert page.get_by_text("Your profile is saved.").count() == 0


def test_a_page_prints_without_its_navigation(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    page.emulate_media(media="print")
    assert not page.locator(".portal-nav").is_visible()
    with closing(page):
        assert page.locator("h1").is_visible()


def test_pressing_twice_sends_once(open_page: Callable[..., Any]) -> None:
    page = open_page("/design")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/design", lambda route: route.fulfill(status=204))
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Posts a form").click()
    page.get_by_role("button", name="Saving …").click()
    assert len(sent) == 1
