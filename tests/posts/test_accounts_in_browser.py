"""The list of accounts in the composer, on phones and wide screens: names can be read, whatever they are."""

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


@pytest.mark.parametrize("width", [360, 390, 414, 1280])
def test_a_name_is_never_squeezed_by_what_stands_beside_it(visit: Visit, served: Served, width: int) -> None:
    with served.desk():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        for platform, name in (("twitter", "Dr. Meera Iyer"), ("linkedin", LONG)):
            make_account(doctor, platform, status="reconnect", display_name=name)
        doctor_id = doctor.id

    page = visit("/posts/new", served.cookie(doctor_id), viewport={"width": width, "height": 900})
    expect(page.locator(".account-choice .account-name")).to_have_count(2)
    boxes = page.evaluate(BOXES, ".account-choice .account-name")

    assert sorted(lines for _, lines in boxes) == [1, 2], boxes
    assert all(wide > 95 for wide, _ in boxes), boxes
    assert page.evaluate("document.documentElement.scrollWidth") <= width
