"""The list of accounts in the composer, on phones and wide screens: names can be read, whatever they are."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing import Visit
from tests.factories import make_account, make_doctor
from tests.serving import Served

pytestmark = pytest.mark.browser

LONG = "Dr. Meera Lakshmi Iyer-Subramaniam Family Practice and Health Centre for Diabetes " * 2
BOXES = """(names) => [...document.querySelectorAll(names)].map((e) => {
    const lines = e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    return [e.getBoundingClientRect().width, Math.round(lines)];
})"""


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


def test_a_name_is_never_squeezed_by_what_stands_beside_it(visit: Visit, served: Served) -> None:
    with served.desk():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        for platform, name in (("twitter", "Dr. Meera Iyer"), ("linkedin", LONG)):
            make_account(doctor, platform, status="reconnect", display_name=name)
        doctor_id = doctor.id

    page = visit("/posts/new", served.cookie(doctor_id))
    expect(page.locator(".account-choice .account-name")).to_have_count(2)
    for width in (360, 390, 414, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = page.evaluate(BOXES, ".account-choice .account-name")

        assert sorted(lines for _, lines in boxes) == [1, 2], (width, boxes)
        assert all(wide > 95 for wide, _ in boxes), (width, boxes)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_of_many_accounts_is_found_by_name_or_network(visit: Visit, served: Served) -> None:
    with served.desk():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        for number in range(9):
            make_account(doctor, "twitter", display_name=f"Clinic {number}")
        make_account(doctor, "linkedin", display_name="José Menon")
        doctor_id = doctor.id
    page = visit("/posts/new", served.cookie(doctor_id), viewport={"width": 360, "height": 800})
    rows = page.locator(".account-choice:visible .account-name")
    find = page.get_by_label("Find an account")

    page.get_by_role("checkbox", name="Clinic 7").check()
    find.fill("jose linkedin")
    expect(rows).to_have_text(["Clinic 7", "José Menon"])
    expect(page.get_by_text("2 of 10 accounts shown")).to_be_visible()
    find.press("Enter")
    find.fill("")

    expect(rows).to_have_count(10)
    expect(page).to_have_url(re.compile("/posts/new$"))
