"""One tap puts words in, in a real browser: at the cursor, as a footer, as a hashtag, as a thread."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.extensions import db
from portal.models import SavedText
from tests.databases import Databases
from tests.factories import make_account, make_doctor, make_post, save
from tests.media.portals import Served, serving
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def fake_networks() -> None:
    """The real networks here, in the place of those of the other tests."""


@pytest.fixture
def served(databases: Databases, settings: dict[str, str], tmp_path: Any) -> Iterator[Served]:
    with serving(databases, settings, "words", INSTANCE_DIR=str(tmp_path)) as portal:
        yield portal


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    """The composer of a doctor on X and with a LinkedIn profile, who keeps a text."""
    with served.app.app_context():
        doctor = make_doctor()
        account = make_account(doctor, "twitter")
        make_account(doctor, "linkedin", display_name="Profile")
        make_post(doctor, account, content="Sleep well. #SleepHealth")
        save(SavedText(doctor_id=doctor.id, kind="text", name="Invitation", words="Ask us.", position=1))
        cookie = sign_in(served.app.test_client(), doctor).get_cookie("portal")
        db.session.remove()
    assert cookie is not None
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "portal", "value": cookie.value, "url": served.address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{served.address}/posts/new")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert not complaints, complaints


def test_words_go_in_with_one_tap_and_all_that_is_typed_stays(page: Page) -> None:
    text = page.get_by_label("Text", exact=True)
    on_x, on_linkedin = page.locator("input[name=chosen]").all()
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
    page.get_by_role("button", name="Split it into a thread").click()
    expect(page.get_by_label("More posts in a thread")).to_have_value(re.compile(r"\(2/2\)$"))
    expect(page.get_by_label("First comment")).to_have_value("More on this tomorrow.")
    expect(page.get_by_label("Footer")).to_have_value("This is general information, not medical advice.")
