"""What JavaScript adds to the checks: advice while typing, safer words with one tap, reasons that stay."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from portal.models import Doctor, Post, PostCheck
from tests.browsing import Visit, ready, violations
from tests.factories import make_account, make_doctor
from tests.media import samples
from tests.serving import Served

pytestmark = pytest.mark.browser

REASON = "Why is this right to post? Boast or comparison"


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture
def doctor_id(served: Served) -> int:
    """Of a doctor on X."""
    with served.desk():
        doctor = make_doctor(qualification="MBBS", medical_council_regd_no="MMC 12345")
        make_account(doctor, "twitter")
        return doctor.id


@pytest.fixture
def page(visit: Visit, served: Served, doctor_id: int) -> Page:
    """Their composer."""
    return visit("/posts/new", served.cookie(doctor_id))


def text(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def marks(page: Page) -> Locator:
    return page.locator(".findings-text mark")


def write(page: Page, words: str) -> None:
    """Type at the end of the text, until the checks have read all of it: then no answer is on its way."""
    text(page).press("End")
    text(page).press_sequentially(words)
    expect(page.locator(".findings-text")).to_contain_text(words.strip())


class Held:
    """What the checks say is held back, until it is let go."""

    ADDRESS = "**/posts/preview"

    def __init__(self, page: Page) -> None:
        self.page, self.is_open = page, False
        self.answers: list[Route] = []
        page.route(self.ADDRESS, self.hold)

    def hold(self, answer: Route) -> None:
        if self.is_open:
            answer.continue_()
        else:
            self.answers.append(answer)

    def let_go(self) -> None:
        self.is_open = True
        with self.page.expect_response(self.ADDRESS):
            for answer in self.answers:
                answer.continue_()


def test_findings_appear_while_typing_and_a_reason_plans_the_post(
    page: Page, served: Served, doctor_id: int
) -> None:
    write(page, "We are the best clinic in Pune.")
    expect(marks(page)).to_have_text("best clinic")
    expect(page.locator("#advice-said")).to_have_text("Needs your reason: 1.")

    reason = page.get_by_label(REASON)
    reason.press_sequentially("A prize of the city.")
    write(page, " Come in.")
    expect(reason).to_have_value("A prize of the city.")

    page.get_by_role("button", name="Plan it", exact=True).click()

    expect(page.get_by_text("Your post is planned.").first).to_be_visible()
    expect(page.get_by_text("“A prize of the city.”")).to_be_visible()
    reasons = select(PostCheck.reasons).join(Post, Post.id == PostCheck.post_id)
    found = served.read(reasons.where(Post.doctor_id == doctor_id))
    assert found == [{"C02": "A prize of the city."}]


def test_an_answer_that_comes_late_does_not_take_the_reason_from_under_the_hands(page: Page) -> None:
    write(page, "We are the best clinic in Pune.")
    reason = page.get_by_label(REASON)
    held = Held(page)
    with page.expect_request(Held.ADDRESS):
        text(page).press_sequentially(" Come in.")
    reason.press_sequentially("A prize")

    held.let_go()
    reason.press_sequentially(" of the city.")

    expect(reason).to_be_focused()
    expect(reason).to_have_value("A prize of the city.")


def test_a_late_answer_brings_no_older_words_into_the_reason(page: Page) -> None:
    write(page, "We are the best clinic in Pune.")
    reason = page.get_by_label(REASON)
    held = Held(page)
    with page.expect_request(Held.ADDRESS):
        text(page).press_sequentially(" Come in.")

    # The answer knows nothing of this reason, and comes when the doctor is elsewhere again.
    reason.press_sequentially("A prize of the city.")
    text(page).press("End")
    held.let_go()

    expect(page.locator(".findings-text")).to_contain_text("Come in.")
    expect(reason).to_have_value("A prize of the city.")

    # A finding that goes and comes back brings its reason with it.
    text(page).fill("Wash your hands.")
    expect(reason).to_have_count(0)
    text(page).fill("We are the best clinic in Pune.")
    expect(reason).to_have_value("A prize of the city.")


def test_one_tap_puts_the_safer_words_in(page: Page) -> None:
    write(page, "😊 My patient aged 93 walks again.")
    held = Held(page)
    with page.expect_request(Held.ADDRESS):
        text(page).press_sequentially(" Well.")

    # An answer that comes while the finger is on the button does not take it away.
    page.get_by_role("button", name="Use “90 or older”").hover()
    page.mouse.down()
    held.let_go()
    ready(page)
    page.mouse.up()

    expect(text(page)).to_have_value("😊 My patient 90 or older walks again. Well.")
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
    page.emulate_media(color_scheme=scheme)
    text(page).fill("My patient aged 93 came on 12 March. The best clinic! Studies show that 80% are better.")
    marks(page).first.wait_for()

    assert violations(page, "main") == []


def test_the_consent_is_asked_only_for_a_patient(page: Page, served: Served, doctor_id: int) -> None:
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
    assert served.read(select(Doctor.check_pack).where(Doctor.id == doctor_id)) == ["IN"]
