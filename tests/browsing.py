"""A real browser for whoever asks: one Chromium and one portal for all tests of a worker.

A machine under load may take twenty times as long as an idle one, so nothing here reads a page at a moment
of its own choosing: pages are ready when they say so, and expectations wait.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from config import ROOT
from tests.databases import Databases
from tests.serving import Cookie, Served, serving

# For a click, a page, an expectation. Only what fails takes that long.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another width or another scheme may change; the rest of a page is the same.
LOOKS = ["color-contrast", "target-size"]

# A click before a behaviour is bound is lost, and a face that comes late moves all that stands below it.
# static/js/main.js asks for the same modules in the same order, and earlier.
READY = """async () => {
    const main = document.querySelector('script[type="module"][src$="/js/main.js"]');
    const bind = async (names) => {
        for (const name of names) await import(new URL(`behaviours/${name}.js`, main.src));
    };
    const all = main ? [...document.querySelectorAll("[data-behaviour]")] : [];
    await Promise.all(all.map((one) => bind(one.dataset.behaviour.split(/\\s+/).filter(Boolean))));
    await document.fonts.ready;
    await new Promise((done) => setTimeout(done));
}"""
QUIET = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"

# A message that goes by itself, a button that wakes again: here they wait until somebody has looked.
STAY = """
const wait = window.setTimeout;
window.setTimeout = (then, pause, ...more) => wait(then, pause >= 7000 ? 2 ** 31 - 1 : pause, ...more);
"""

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or wherever CHROMIUM is found on this machine."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Install Chromium (Debian: apt-get install chromium) to run the browser tests."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            timeout=3 * PATIENCE_MS,
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(
    databases: Databases, settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The portal that browsers meet. It is everybody's: each test brings doctors of its own."""
    folder = str(tmp_path_factory.mktemp("served"))
    with serving(databases, settings, "served", INSTANCE_DIR=folder) as portal:
        yield portal


@pytest.fixture
def visit(chromium: Browser, served: Served) -> Iterator[Visit]:
    """Opens a page in a browser of its own; what the browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(
        path: str | None,
        cookie: Cookie | None = None,
        *,
        address: str = served.address,
        may_fail: bool = False,
        **kind: Any,
    ) -> Page:
        """With `may_fail` requests are cut off on purpose. Without a path the page is still empty."""
        usual = {"viewport": {"width": 1280, "height": 900}, "base_url": address, "reduced_motion": "reduce"}
        context = chromium.new_context(**usual | kind)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(STAY)
        watch(context, complaints, may_fail=may_fail)
        if cookie:
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        if path is not None and kind.get("java_script_enabled", True):
            go(page, path)
        elif path is not None:
            page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, complaints


def watch(context: BrowserContext, complaints: list[str], *, may_fail: bool = False) -> None:
    """Collect script errors, refused styles and scripts, and what could not be fetched."""

    def hear(said: ConsoleMessage) -> None:
        # htmx says so when a page is left while a preview is still being drawn, and when a picture is taken
        # away while its shapes are on their way: nothing went wrong.
        forgiven = ("htmx:sendAbort", "htmx:afterRequest", "htmx:oobErrorNoTarget")
        if may_fail:
            forgiven += ("Failed to load resource", "htmx:sendError", "htmx:responseError")
        if said.type == "error" and not said.text.startswith(forgiven):
            complaints.append(said.text)

    context.on("console", hear)
    context.on("weberror", lambda told: complaints.append(str(told.error)))


def go(page: Page, path: str) -> Page:
    page.goto(path)
    return ready(page)


def ready(page: Page) -> Page:
    """The page is loaded, everything on it answers to a click, and nothing moves any more."""
    is_bound = False
    while not is_bound:
        page.wait_for_load_state("load")
        # Some pages lead on by themselves: then the next one is asked.
        with suppress_leaving():
            page.wait_for_function(QUIET)
            page.evaluate(READY)
            is_bound = True
    return page


@contextmanager
def suppress_leaving() -> Iterator[None]:
    try:
        yield
    except Error as problem:
        if "Execution context was destroyed" not in problem.message:
            raise


def arrived(page: Page, address: str | re.Pattern[str]) -> Page:
    """A click led to this address, and the page there is ready."""
    page.wait_for_url(address)
    return ready(page)


def violations(page: Page, within: str = "html", rules: list[str] = RULES) -> list[str]:
    """What axe finds wrong."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make setup brings it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "([within, tags]) => axe.run(within, { runOnly: tags, resultTypes: ['violations'] })"
    found = page.evaluate(run, [within, rules])["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes'][:4]]}" for v in found]
