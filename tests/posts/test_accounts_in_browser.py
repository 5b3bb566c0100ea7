"""The list of accounts in the composer, on phones and wide screens: names can be read, whatever they are."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from portal.extensions import db
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media.portals import Served, serving
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser

LONG = "Dr. Meera Lakshmi Iyer-Subramaniam Family Practice and Health Centre for Diabetes " * 2
BOXES = """(names) => [...document.querySelectorAll(names)].map((e) => {
    const lines = e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    return [e.getBoundingClientRect().width, Math.round(lines)];
})"""


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture
def served(databases: Databases, settings: dict[str, str], tmp_path: Any) -> Iterator[Served]:
    with serving(databases, settings, "accounts", INSTANCE_DIR=str(tmp_path)) as portal:
        yield portal


def test_a_name_is_never_squeezed_by_what_stands_beside_it(chromium: Browser, served: Served) -> None:
    with served.app.app_context():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        for platform, name in (("twitter", "Dr. Meera Iyer"), ("linkedin", LONG)):
            make_account(doctor, platform, status="reconnect", display_name=name)
        cookie = sign_in(served.app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    assert cookie is not None

    for width in (360, 390, 414, 1280):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "portal", "value": cookie.value, "url": served.address}])
        page = context.new_page()
        page.goto(f"{served.address}/posts/new")

        boxes = page.evaluate(BOXES, ".account-choice .account-name")

        assert sorted(lines for _, lines in boxes) == [1, 2], (width, boxes)
        assert all(wide > 95 for wide, _ in boxes), (width, boxes)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
