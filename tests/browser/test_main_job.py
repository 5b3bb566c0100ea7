"""From the first visit to a post that went out, in a real browser, with and without JavaScript."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.browser.person import Person
from tests.journeys.portal_at_work import PortalAtWork

pytestmark = [pytest.mark.browser]

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_doctor_joins_connects_plans_and_sees_the_post_go_out(
    portal: PortalAtWork, chromium: Browser, screenshots: Path, scripts: bool
) -> None:
    name = "with" if scripts else "without"
    email, words = f"asha-{name}@example.org", f"Drink a glass of water before your walk ({name})."
    asha = Person(chromium, portal, scripts=scripts, width=1280 if scripts else 390)

    asha.register(email, "Dr. Asha Menon")
    asha.picture(screenshots, f"{name}-1-welcome")
    fill_in_profile(asha)
    asha.picture(screenshots, f"{name}-2-profile")
    verify(portal, chromium, email)
    asha.connect("Connect LinkedIn profile")
    asha.connect("Connect X account")
    asha.picture(screenshots, f"{name}-3-accounts")
    due = plan(asha, words)
    asha.picture(screenshots, f"{name}-4-planned")
    asha.open("/calendar?view=list")
    asha.sees(words[:20])
    asha.picture(screenshots, f"{name}-5-calendar")

    portal.until(lambda: len(arrived(portal, words)) == 2, "both posts", limit=120)
    asha.open("/posts")
    asha.page.get_by_role("link", name=re.compile(re.escape(words[:20]))).first.click()
    asha.page.get_by_role("link", name="Open the post on X").wait_for()
    asha.picture(screenshots, f"{name}-6-published")
    for network in ("LinkedIn", "X"):
        address = asha.page.get_by_role("link", name=f"Open the post on {network}").get_attribute("href")
        shown = portal.http.request("GET", str(address))
        assert shown.status == 200 and words in shown.data.decode()
    assert all(datetime.fromisoformat(post["at"]) >= due for post in arrived(portal, words))
    assert sorted(post["platform"] for post in arrived(portal, words)) == ["linkedin", "twitter"]
    asha.leave()


def fill_in_profile(asha: Person) -> None:
    asha.open("/profile")
    asha.write("Clinic name", "Menon Clinic")
    asha.write("Qualification", "MBBS, MD")
    asha.press("Save")
    asha.open("/profile")
    assert asha.page.get_by_label("Clinic name").input_value() == "Menon Clinic"


def verify(portal: PortalAtWork, chromium: Browser, email: str) -> None:
    """The administrator looks at the claim and presses "Verify"."""
    sign_in = portal.sign_ins["administrator"]
    carla = Person(chromium, portal)
    carla.sign_in(sign_in["email"], sign_in["password"])
    carla.open(f"/admin/?q={email}")
    carla.page.get_by_role("link", name="Open Dr. Asha Menon").first.click()
    carla.press("Verify")
    carla.leave()


def plan(asha: Person, words: str) -> datetime:
    """Write for both accounts, for the next full minute."""
    asha.open("/posts/new")
    asha.write("Text", words)
    for box in asha.page.get_by_role("checkbox").all():
        box.check()
    due = (datetime.now(INDIA) + timedelta(seconds=75)).replace(second=0, microsecond=0)
    asha.write("Date", due.date().isoformat())
    asha.write("Time", due.strftime("%H:%M"))
    asha.press("Plan it")
    asha.sees("Scheduled")
    return due


def arrived(portal: PortalAtWork, words: str) -> list[dict[str, str]]:
    return [post for post in portal.practice("/_/posts?limit=1000") if post["text"] == words]
