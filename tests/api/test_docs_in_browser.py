"""The API's page in a real browser: the viewer draws it under our policy, and calls from it arrive."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import Visit, go, ready, violations
from tests.factories import make_doctor
from tests.serving import Served

DARK = "rgb(28, 32, 34)"


@pytest.mark.browser
def test_a_reader_makes_a_key_and_tries_calls_with_it(visit: Visit, served: Served) -> None:
    with served.desk():
        cookie = served.cookie(make_doctor(full_name="Dr. Asha Menon").id)
    page = visit(None, cookie, may_fail=True)  # one of the calls is refused, which browsers complain about
    elsewhere: list[str] = []
    page.on("request", lambda asked: elsewhere.append(asked.url))

    words = make_key(page, "Read your profile", "Write, change and cancel posts")
    authorize(page, words)

    profile = open_call(page, "doctor-doctor-show")
    profile.get_by_role("button", name="Execute").click()
    answer = profile.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").nth(1)).to_contain_text("200")
    expect(answer).to_contain_text("Dr. Asha Menon")

    posts = open_call(page, "posts-posts-create")
    posts.locator("textarea.body-param__text").fill('{"content": "Wash your hands.", "colour": "red"}')
    posts.get_by_role("button", name="Execute").click()
    answer = posts.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").nth(1)).to_contain_text("422")
    expect(answer).to_contain_text("/colour")
    expect(answer).to_contain_text("This field is not known here. Leave it out.")

    expect(page.locator("#api-plain")).to_be_hidden()
    assert violations(page) == []

    page.emulate_media(color_scheme="dark")
    expect(page.locator(".api-viewer > .swagger-ui").first).to_have_css("background-color", DARK)
    ready(page)
    assert violations(page) == []
    assert [url for url in elsewhere if not url.startswith((served.address, "data:"))] == []


def make_key(page: Page, *rights: str) -> str:
    go(page, "/settings/api-keys")
    page.get_by_label("Name").fill("Website")
    for right in rights:
        page.get_by_label(right).check()
    page.get_by_role("button", name="Make the key").click()
    key = page.locator("#new-key")
    expect(key).to_be_visible()
    ready(page)
    return key.input_value()


def authorize(page: Page, words: str) -> None:
    go(page, "/api/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").first.fill(words)
    page.locator(".auth-container").get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()


def open_call(page: Page, name: str) -> Locator:
    call = page.locator(f"#operations-{name}")
    call.locator(".opblock-summary-control").click()
    return call
