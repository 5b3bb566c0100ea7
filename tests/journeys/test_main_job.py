"""From the first visit to a post that went out, as a person without JavaScript does it, over real HTTP."""

import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psutil
import pytest

from tests.journeys.portal_at_work import PortalAtWork
from tests.journeys.web import Web
from tests.page import Page

pytestmark = [pytest.mark.slow]

PASSWORD = "three quiet rivers at noon"


def register(portal: PortalAtWork, email: str, full_name: str = "Dr. Asha Menon") -> Web:
    """A browser that is signed in as a new doctor."""
    web = Web(portal.url)
    page = Page(web.get("/register")).form("Create account")
    page = page.fill({"Full name": full_name, "Email": email, "Password": PASSWORD}).submit(web)
    assert page.address == "/confirm"
    page = page.form("Continue").fill({"Code": portal.code_for(email)}).submit(web)
    assert page.status == 200 and "Sign out" in page.buttons
    return web


def sign_in(portal: PortalAtWork, email: str, password: str) -> Web:
    web, seen = Web(portal.url), len(portal.letters(email))
    page = Page(web.get("/login")).form("Sign in").fill({"Email": email, "Password": password}).submit(web)
    page.form("Continue").fill({"Code": portal.code_for(email, seen)}).submit(web)
    return web


def verify(portal: PortalAtWork, email: str) -> None:
    """As the demo administrator."""
    sign_in_of = portal.sign_ins["administrator"]
    carla = sign_in(portal, sign_in_of["email"], sign_in_of["password"])
    page = Page(carla.get("/admin/", query_string={"q": email}))
    page = page.follow(carla, "Dr. Asha Menon")
    assert "Verified" in page.form("Verify").submit(carla).text


def connect(portal: PortalAtWork, web: Web, button: str, answer: str = "Allow") -> Page:
    """Through the network's consent page and back; the page it ends on."""
    leaving = Page(web.get("/accounts")).form(button).submit(web, follow=False, check=False)
    consent = web.get(leaving.response.headers["Location"])
    page = Page(consent, check=False)
    hidden = {c.get("name"): c.get("value") for c in page.root.iter("input") if c.get("type") == "hidden"}
    back = web.post(consent.request.url, hidden | {"answer": answer.lower()})
    return Page(web.get(back.headers["Location"], follow_redirects=True))


def accounts_on(page: Page, *networks: str) -> dict[str, bool]:
    """The boxes of the accounts on these networks, ticked."""
    boxes = [label for label in page.labels if page.control(label).get("type") == "checkbox"]
    return {label: True for label in boxes if set(label.split()) & set(networks)}


def plan(web: Web, words: str) -> tuple[Page, datetime]:
    """Plan for the next full minute; a busy machine may have let it go by."""
    late = True
    while late:
        page = Page(web.get("/posts/new"))
        due = (datetime.now(UTC) + timedelta(seconds=70)).replace(second=0, microsecond=0)
        local = due.astimezone(ZoneInfo("Asia/Kolkata"))
        filled = {"Text": words, "Date": local.date().isoformat(), "Time": local.strftime("%H:%M")}
        page = page.form("Plan it").fill(filled | accounts_on(page, "LinkedIn", "X")).submit(web)
        late = "Choose a time in the future" in page.text
    return page, due


def test_a_doctor_joins_connects_plans_and_sees_the_post_go_out(portal: PortalAtWork) -> None:
    email, words = "asha-http@example.org", "Ask us anything about sleep, on Friday at five."
    asha = register(portal, email)
    page = Page(asha.get("/profile")).form("Save").fill({"Clinic name": "Menon Clinic"}).submit(asha)
    assert page.status == 200
    verify(portal, email)
    assert "LinkedIn" in connect(portal, asha, "Connect LinkedIn profile").text
    assert "X account" in connect(portal, asha, "Connect X account").text

    page, due = plan(asha, words)

    post_address = urlsplit(page.response.request.url).path
    assert "Scheduled" in page.text
    assert "Ask us anything" in Page(asha.get("/calendar", query_string={"view": "list"})).text
    portal.until(lambda: "Open the post on X" in Page(asha.get(post_address)).links, "out", limit=180)
    page = Page(asha.get(post_address))
    for network in ("LinkedIn", "X"):
        assert words in asha.get(page.links[f"Open the post on {network}"]).get_data()
    arrived = [post for post in portal.practice("/_/posts") if post["text"] == words]
    assert sorted(post["platform"] for post in arrived) == ["linkedin", "twitter"]
    assert all(datetime.fromisoformat(post["at"]) >= due for post in arrived)


def test_a_refused_consent_connects_nothing_and_says_what_to_do(portal: PortalAtWork) -> None:
    web = register(portal, "refused@example.org")

    page = connect(portal, web, "Connect X account", answer="Deny")

    assert "X" in page.heading or "X" in page.text
    assert "Disconnect" not in " ".join(Page(web.get("/accounts")).buttons)


def test_the_demo_shows_a_living_portal(portal: PortalAtWork) -> None:
    sign_in_of = portal.sign_ins["doctor"]
    meera = sign_in(portal, sign_in_of["email"], sign_in_of["password"])

    assert "Needs you" in Page(meera.get("/")).text
    posts = Page(meera.get("/posts")).text
    assert "Scheduled" in posts and "Published" in posts and "Not published" in posts


def test_whatever_is_killed_is_started_again_and_its_work_goes_on(portal: PortalAtWork) -> None:
    web = register(portal, "killed@example.org")
    verify(portal, "killed@example.org")
    connect(portal, web, "Connect X account")
    assert portal.process is not None
    for child in psutil.Process(portal.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if " ".join(child.cmdline()).startswith(("portal: worker", "portal: scheduler")):
                child.send_signal(signal.SIGKILL)

    page = Page(web.get("/posts/new"))
    boxes = accounts_on(page, "X")
    page = page.form("Send it now").fill({"Text": "Still here.", **boxes}).submit(web)
    address = urlsplit(page.response.request.url).path

    portal.until(lambda: "Open the post on X" in Page(web.get(address)).links, "out")
    assert [post["text"] for post in portal.practice("/_/posts")].count("Still here.") == 1
