"""The API's page in a real browser: the viewer draws it under our policy, and calls from it arrive."""

import pytest
from playwright.sync_api import expect

from tests.browsing import Visit, go
from tests.factories import make_doctor
from tests.serving import Served
from tests.signing_in import bearer


@pytest.mark.browser
def test_a_reader_tries_a_call_with_a_token_of_their_own(visit: Visit, served: Served) -> None:
    with served.desk():
        token = bearer(make_doctor(full_name="Dr. Asha Menon"))["Authorization"].removeprefix("Bearer ")
    elsewhere: list[str] = []
    page = visit(None)
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((served.address, "data:")) else elsewhere.append(asked.url)
        ),
    )

    go(page, "/api/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").first.fill(token)
    page.locator(".auth-container").get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    call = page.locator("#operations-doctor-doctor-show")
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Execute").click()
    answer = call.locator(".live-responses-table")

    answer.get_by_text("Dr. Asha Menon").first.wait_for()
    expect(page.locator("#api-plain")).to_be_hidden()
    assert elsewhere == []
