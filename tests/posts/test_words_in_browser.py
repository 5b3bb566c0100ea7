"""One tap puts words in, in a real browser: at the cursor, as a footer, as a hashtag, as a thread."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.models import SavedText
from tests.browsing import Visit, ready
from tests.factories import make_account, make_doctor, make_post, save
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture
def page(visit: Visit, served: Served) -> Page:
    """The composer of a doctor on X and with a LinkedIn profile, who keeps a text."""
    with served.desk():
        doctor = make_doctor()
        account = make_account(doctor, "twitter")
        make_account(doctor, "linkedin", display_name="Profile")
        make_post(doctor, account, content="Sleep well. #SleepHealth")
        save(SavedText(doctor_id=doctor.id, kind="text", name="Invitation", words="Ask us.", position=1))
        doctor_id = doctor.id
    return visit("/posts/new", served.cookie(doctor_id))


def test_words_go_in_with_one_tap_and_all_that_is_typed_stays(page: Page) -> None:
    text = page.get_by_label("Text", exact=True)
    on_x, on_linkedin = (page.locator("input[name=chosen]").nth(place) for place in (0, 1))
    comment = page.get_by_label("First comment")
    expect(comment).to_be_hidden()
    on_linkedin.check()
    expect(comment).to_be_hidden()
    on_linkedin.uncheck()
    on_x.check()
    expect(comment).to_be_visible()

    text.fill("Good morning. Good night.")
    text.evaluate("field => field.setSelectionRange(13, 13)")
    page.get_by_role("button", name="Invitation").click()
    expect(text).to_have_value("Good morning. Ask us. Good night.")
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Good morning. Good night.")

    page.get_by_role("button", name="#SleepHealth").click()
    expect(text).to_have_value("Good morning. Good night.\n\n#SleepHealth")
    expect(page.get_by_role("button", name="#SleepHealth")).to_have_count(0)

    page.get_by_role("button", name="Not medical advice").first.click()
    expect(page.get_by_label("Footer")).to_have_value("This is general information, not medical advice.")
    comment.fill("More on this tomorrow.")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("not medical advice.")
    expect(preview).to_contain_text("More on this tomorrow.")

    text.fill("Wash your hands well. " * 20)
    split = page.get_by_role("button", name="Split it into a thread")
    split.hover()
    # A preview that comes while the finger is on the button does not take it away.
    with page.expect_response("**/posts/preview"):
        page.mouse.down()
        text.dispatch_event("change")
    ready(page)
    page.mouse.up()
    expect(page.get_by_label("More posts in a thread")).to_have_value(re.compile(r"\(2/2\)$"))
    expect(page.get_by_label("First comment")).to_have_value("More on this tomorrow.")
    expect(page.get_by_label("Footer")).to_have_value("This is general information, not medical advice.")
