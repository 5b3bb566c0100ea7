"""What JavaScript adds to the checks: advice while typing, safer words with one tap, reasons that stay."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import Doctor, PostCheck
from tests.databases import Databases
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.media.portals import Served, serving
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
REASON = "Why is this right to post? Boast or comparison"


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture
def served(databases: Databases, settings: dict[str, str], tmp_path: Any) -> Iterator[Served]:
    with serving(databases, settings, "advice", INSTANCE_DIR=str(tmp_path)) as portal:
        yield portal


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    """The composer of a doctor on X; a script error or a refused style fails the test."""
    with served.app.app_context():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        make_account(doctor, "twitter")
        cookie = sign_in(served.app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    assert cookie is not None
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "portal", "value": cookie.value, "url": served.address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    page.goto(f"{served.address}/posts/new")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert not complaints, complaints


def text(page: Page) -> Any:
    return page.get_by_label("Text", exact=True)


def marks(page: Page) -> Any:
    return page.locator(".findings-text mark")


def test_findings_appear_while_typing_and_a_reason_plans_the_post(page: Page, served: Served) -> None:
    text(page).press_sequentially("We are the best clinic in Pune.")
    expect(marks(page)).to_have_text("best clinic")
    expect(page.locator("#advice-said")).to_have_text("Needs your reason: 1.")

    reason = page.get_by_label(REASON)
    reason.press_sequentially("A prize of the city.")
    text(page).press("End")
    text(page).press_sequentially(" Come in.")
    expect(page.locator(".findings-text")).to_contain_text("Come in.")
    expect(reason).to_have_value("A prize of the city.")

    page.get_by_role("button", name="Plan it", exact=True).click()

    expect(page.get_by_text("Your post is planned.").first).to_be_visible()
    expect(page.get_by_text("“A prize of the city.”")).to_be_visible()
    with served.app.app_context():
        assert db.session.scalars(select(PostCheck.reasons)).all() == [{"C02": "A prize of the city."}]


def test_an_answer_that_comes_late_does_not_take_the_reason_from_under_the_hands(page: Page) -> None:
    text(page).press_sequentially("We are the best clinic in Pune.")
    reason = page.get_by_label(REASON)
    reason.wait_for()

    text(page).press_sequentially(" Come in.")
    with page.expect_response("**/posts/preview"):
        reason.press_sequentially("A prize")
    reason.press_sequentially(" of the city.")

    expect(reason).to_be_focused()
    expect(reason).to_have_value("A prize of the city.")


def test_a_late_answer_brings_no_older_words_into_the_reason(page: Page) -> None:
    text(page).press_sequentially("We are the best clinic in Pune.")
    reason = page.get_by_label(REASON)
    reason.wait_for()
    page.wait_for_load_state("networkidle")
    held: list[Route] = []
    page.route("**/posts/preview", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/posts/preview"):
        text(page).press_sequentially(" Come in.")

    # The answer knows nothing of this reason, and comes when the doctor is elsewhere again.
    reason.press_sequentially("A prize of the city.")
    text(page).press("End")
    held[0].continue_()

    expect(page.locator(".findings-text")).to_contain_text("Come in.")
    expect(reason).to_have_value("A prize of the city.")

    # A finding that goes and comes back brings its reason with it.
    text(page).fill("Wash your hands.")
    expect(reason).to_have_count(0)
    text(page).fill("We are the best clinic in Pune.")
    expect(reason).to_have_value("A prize of the city.")


def test_one_tap_puts_the_safer_words_in(page: Page) -> None:
    text(page).fill("😊 My patient aged 93 walks again.")
    page.get_by_role("button", name="Use “90 or older”").click()

    expect(text(page)).to_have_value("😊 My patient 90 or older walks again.")
    expect(page.get_by_text("Age over 89")).to_have_count(0)
    expect(text(page)).to_be_focused()


def test_a_label_for_a_paid_post_is_put_first(page: Page) -> None:
    text(page).fill("Try this cream.")
    page.get_by_label("Who pays for this post?").select_option("somebody")
    page.get_by_role("button", name="Put “Advertisement:” first").click()

    expect(text(page)).to_have_value("Advertisement: Try this cream.")
    expect(page.get_by_text("Must be changed")).to_have_count(0)


def test_no_pattern_is_said_with_who_remains_responsible(page: Page) -> None:
    text(page).fill("Wash your hands.")

    expect(page.locator("#advice")).to_contain_text("You remain responsible.")
    expect(page.locator("#advice-said")).to_contain_text("No pattern found by")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_advice(page: Page, scheme: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; make setup brings it")
    page.emulate_media(color_scheme=scheme)
    text(page).fill("My patient aged 93 came on 12 March. The best clinic! Studies show that 80% are better.")
    marks(page).first.wait_for()
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found = page.evaluate("axe.run('main').then(said => said.violations.map(one => [one.id, one.help]))")

    assert found == []


def test_the_consent_is_asked_only_for_a_patient(page: Page, served: Served) -> None:
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.picture(size=(300, 200))}
    page.get_by_label("Add pictures or a video").set_input_files([picture])
    group = page.get_by_role("group", name="Who can be seen?")
    consent = group.get_by_label("What did the patient agree to", exact=False)
    expect(consent).to_be_hidden()

    group.get_by_label("A patient").check()
    expect(consent).to_be_visible()
    expect(page.locator("#advice")).to_contain_text("Must be changed")

    consent.fill("Agreed on 3 May, for X.")
    consent.press("Tab")
    expect(page.locator("#advice")).not_to_contain_text("Must be changed")
    with served.app.app_context():
        assert db.session.scalars(select(Doctor)).one().check_pack == "IN"
