"""From the first visit to a post that went out, in a real browser, with and without JavaScript."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.journeys.portal_at_work import PortalAtWork

pytestmark = [pytest.mark.browser]

INDIA = ZoneInfo("Asia/Kolkata")


def test_doctors_join_connect_plan_and_see_their_posts_go_out(
    portal: PortalAtWork, chromium: Browser, screenshots: Path
) -> None:
    """One has a large screen and JavaScript, the other a phone without; each waits for the same minute."""
    people = [
        Doctor(Person(chromium, portal, scripts=scripts, width=width), name, screenshots)
        for scripts, width, name in ((True, 1280, "with"), (False, 390, "without"))
    ]
    for doctor in people:
        doctor.joins()
    verify(portal, chromium, [doctor.email for doctor in people])
    for doctor in people:
        doctor.connects()
    for doctor in people:
        doctor.plans()
    for doctor in people:
        doctor.sees_it_out()
        doctor.person.leave()


@dataclass
class Doctor:
    """Somebody with a browser, an address and a post."""

    person: Person
    name: str
    screenshots: Path
    due: datetime = field(init=False)

    @property
    def email(self) -> str:
        return f"asha-{self.name}@example.org"

    @property
    def words(self) -> str:
        return f"Drink a glass of water before your walk ({self.name})."

    def picture(self, name: str) -> None:
        self.person.picture(self.screenshots, f"{self.name}-{name}")

    def joins(self) -> None:
        self.person.register(self.email, "Dr. Asha Menon")
        self.picture("1-welcome")
        self.person.open("/profile")
        self.person.write("Clinic name", "Menon Clinic")
        self.person.write("Qualification", "MBBS, MD")
        self.person.press("Save")
        self.person.open("/profile")
        expect(self.person.page.get_by_label("Clinic name")).to_have_value("Menon Clinic")
        self.picture("2-profile")

    def connects(self) -> None:
        self.person.connect("Connect LinkedIn profile")
        self.person.connect("Connect X account")
        self.picture("3-accounts")

    def plans(self) -> None:
        self.due = plan(self.person, self.words)
        self.picture("4-planned")
        self.person.open("/calendar?view=list")
        self.person.sees(self.words[:20])
        self.picture("5-calendar")

    def sees_it_out(self) -> None:
        portal, page = self.person.portal, self.person.page
        portal.until(lambda: len(arrived(portal, self.words)) == 2, "both posts", limit=180)
        self.person.open("/posts")
        page.get_by_role("link", name=re.compile(re.escape(self.words[:20]))).first.click()
        for network in ("LinkedIn", "X"):
            link = page.get_by_role("link", name=f"Open the post on {network}")
            link.wait_for()
            shown = portal.http.request("GET", str(link.get_attribute("href")))
            assert shown.status == 200 and self.words in shown.data.decode()
        self.picture("6-published")
        posts = arrived(portal, self.words)
        assert all(datetime.fromisoformat(post["at"]) >= self.due for post in posts)
        assert sorted(post["platform"] for post in posts) == ["linkedin", "twitter"]


def verify(portal: PortalAtWork, chromium: Browser, emails: list[str]) -> None:
    """The administrator looks at each claim and presses "Verify"."""
    sign_in = portal.sign_ins["administrator"]
    carla = Person(chromium, portal)
    carla.sign_in(sign_in["email"], sign_in["password"])
    for email in emails:
        carla.open(f"/admin/?q={email}")
        carla.follow(carla.page.get_by_role("link", name="Dr. Asha Menon").first)
        carla.press("Verify")
    carla.leave()


def plan(asha: Person, words: str) -> datetime:
    """Write for both accounts, for the next full minute; a busy machine may have let it go by."""
    asha.open("/posts/new")
    asha.write("Text", words)
    for place in range(2):
        asha.page.locator("input[name=chosen]").nth(place).check()
    is_planned = asha.page.get_by_text("Scheduled").locator("visible=true").first
    while True:
        due = (datetime.now(INDIA) + timedelta(seconds=75)).replace(second=0, microsecond=0)
        asha.write("Date", due.date().isoformat())
        asha.write("Time", due.strftime("%H:%M"))
        asha.press("Plan it")
        too_late = asha.page.locator(".error-summary").get_by_text("Choose a time in the future")
        expect(is_planned.or_(too_late).first).to_be_visible()
        if not too_late.is_visible():
            return due


def arrived(portal: PortalAtWork, words: str) -> list[dict[str, str]]:
    return [post for post in portal.practice("/_/posts?limit=1000") if post["text"] == words]
