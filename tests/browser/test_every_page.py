"""Every page that links lead to, in a real browser: axe finds nothing, nothing is wider than a phone, and
whatever one presses is big enough for a thumb. A new page is found by itself, once another leads to it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import Person
from tests.browsing import LOOKS, PATIENCE_MS, RULES, go, ready
from tests.journeys.portal_at_work import PortalAtWork

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Mobile Safari/537.36"
)
RUN = "([only]) => axe.run(document, { runOnly: only, resultTypes: ['violations'], iframes: false })"
# The twentieth row of a list is like the ones before it, and each costs axe as much.
SHORTEN = """() => document.querySelectorAll("tbody, ul, ol, .card-list").forEach(
    (list) => [...list.children].slice(20).forEach((row) => row.remove()),
)"""

# No pages: files, answers for scripts, other servers, and what ends the visit.
NOT_PAGES = re.compile(
    r"^/(api|media|static|logout|metrics|healthz|ready|calendar/feed|social/callback)\b"
    r"|\.(ics|csv|xlsx|jsonl|json|txt|zip|pdf)$|/export|/documents?/|/preview|/figures/"
)
# A number, a date, a key of the address: two pages that differ only in these are the same page.
VARIABLE = re.compile(r"(?<=/letters)/[a-z-]+$|(?<=/publishing)/[a-z_]+$|/(?:\d[\d-]*|[\w-]{20,})(?=/|$)")
SMALL = """() => [...document.querySelectorAll(
        "a.btn, button, summary, .portal-nav a, .filter-chips a, .form-check, select, input:not([hidden]), "
        + ".month-grid .day-number, .week-name a, .agenda-words",
    )]
    .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((e) => [(e.textContent.trim() || e.getAttribute("aria-label") || e.name || e.className).slice(0, 30),
        (e.matches(".form-check input, .choice input") ? e.closest("label, .form-check, .choice") : e)
            .getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1 && (box.height < 43.5 || box.width < 43.5))
    .map(([words, box]) => `${words} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def axe(project_root: Path) -> str:
    return (project_root / "node_modules/axe-core/axe.min.js").read_text()


@pytest.mark.xdist_group("portal")
@pytest.mark.parametrize(
    ("role", "starts"),
    [
        ("nobody", ["/", "/login", "/register", "/forgot-password", "/help/checks", "/nowhere"]),
        (
            "doctor",
            ["/", "/calendar", "/posts", "/posts/new", "/accounts", "/profile", "/settings", "/nowhere"],
        ),
        ("administrator", ["/", "/admin/", "/nowhere"]),
    ],
)
def test_every_page_is_for_everybody(
    portal: PortalAtWork, chromium: Browser, axe: str, role: str, starts: list[str]
) -> None:
    person = Person(chromium, portal, width=360)
    if role != "nobody":
        person.sign_in(**portal.sign_ins[role])
    as_before: Any = {"base_url": portal.url, "storage_state": person.context.storage_state()}
    as_before["reduced_motion"] = "reduce"
    person.leave()
    # A phone by day, and a desk by night: a page that changes from one to the other is neither for a moment.
    phone = chromium.new_context(
        viewport={"width": 360, "height": 800}, color_scheme="light", user_agent=PHONE, **as_before
    )
    desk = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark", **as_before)
    try:
        for context in (phone, desk):
            context.set_default_timeout(PATIENCE_MS)
        found = dict(walk(phone.new_page(), desk.new_page(), axe, starts))
    finally:
        phone.close()
        desk.close()
    assert len(found) >= len(starts)
    flaws = {path: trouble for path, trouble in found.items() if trouble}
    assert not flaws, "\n".join(f"{path}\n    " + "\n    ".join(each) for path, each in flaws.items())


def walk(page: Page, desk: Page, axe: str, starts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each page with what is wrong with it; of those that differ in a number alone, the first."""
    waiting, known = list(starts), {shape(path) for path in starts}
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        # In a letter, which stands in a frame, nothing may run: axe would never come to an end.
        if answer is None or "sandbox" in answer.headers.get("content-security-policy", ""):
            continue
        ready(page)
        if not page.evaluate("document.contentType").startswith("text/html"):
            continue
        links = page.eval_on_selector_all("a[href]", "links => links.map((a) => a.href)")
        here = origin(page)
        go(desk, path)
        yield path, flaws_of(page, axe) + [f"dark at 1280: {flaw}" for flaw in violations(desk, axe, LOOKS)]
        for link in links:
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != here or NOT_PAGES.search(parts.path):
                continue
            if shape(parts.path) not in known:
                known.add(shape(parts.path))
                waiting.append(parts.path)


def flaws_of(page: Page, axe: str) -> list[str]:
    flaws = violations(page, axe, RULES)
    if page.evaluate("document.documentElement.scrollWidth") > 360:
        flaws.append("wider than 360 pixels")
    return flaws + [f"small at 360: {each}" for each in page.evaluate(SMALL)]


def violations(page: Page, axe: str, only: list[str]) -> list[str]:
    page.evaluate(SHORTEN)
    page.evaluate(axe)
    found: list[Any] = page.evaluate(RUN, [only])["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes'][:3]]}" for v in found]


def shape(path: str) -> str:
    return VARIABLE.sub("/*", path)


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"
