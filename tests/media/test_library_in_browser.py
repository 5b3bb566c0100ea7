"""What JavaScript adds to the library: its dialog over the composer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import go, ready
from tests.media import test_attach_in_browser as attaching

pytestmark = pytest.mark.browser

doctor_id, page = attaching.doctor_id, attaching.page


@contextmanager
def found(page: Page, words: str) -> Iterator[None]:
    """Waits until the dialog shows what is found then; what it showed before is gone."""
    with page.expect_response(re.compile(rf"/choose\?q={words}")):
        yield
    ready(page)


def test_a_picture_comes_out_of_the_library_with_what_was_said_of_it(page: Page) -> None:
    attaching.field(page).set_input_files(attaching.chosen("soap.jpg"))
    page.get_by_label("What does this picture show?").fill("A bar of soap")
    page.get_by_label("Nobody", exact=True).first.check()
    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Your draft is kept.").wait_for()

    go(page, "/posts/new")
    page.get_by_label("Text", exact=True).fill("Wash your hands.")
    dialog = page.get_by_role("dialog", name="From your library")
    with found(page, ""):
        page.get_by_role("button", name="From your library").click()
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    with found(page, "bar"):
        dialog.get_by_label("Search by name, description or post").fill("bar of")
    dialog.get_by_role("checkbox", name=re.compile("soap.jpg")).check()
    dialog.get_by_role("button", name="Add to the post").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("What does this picture show?")).to_have_value("A bar of soap")
    expect(page.get_by_label("Nobody", exact=True).first).to_be_checked()
    expect(page.locator('.preview-media img[alt="A bar of soap"]')).to_be_visible()
    # The same file comes once, and Escape leaves everything as it was.
    with found(page, ""):
        page.get_by_role("button", name="From your library").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Add to the post").press("Enter")
    expect(dialog).to_be_hidden()
    expect(attaching.pictures(page)).to_have_count(1)
    page.get_by_role("button", name="From your library").click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Wash your hands.")
