"""The API's page in a real browser: the viewer draws it under our policy, and calls from it arrive."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.extensions import db
from tests.api.fuzz import Quiet
from tests.databases import Databases
from tests.factories import make_doctor
from tests.signing_in import bearer


@pytest.fixture
def address_and_token(databases: Databases, settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    app = create_app(Config.from_env(settings | {"DATABASE_URL": databases.copy("docs")}))
    with app.app_context():
        token = bearer(make_doctor(full_name="Dr. Asha Menon"))["Authorization"].removeprefix("Bearer ")
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", token
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_a_reader_tries_a_call_with_a_token_of_their_own(
    page: Page, address_and_token: tuple[str, str]
) -> None:
    address, token = address_and_token
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:")) else elsewhere.append(asked.url),
    )

    page.goto(f"{address}/api/docs")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").first.fill(token)
    page.locator(".auth-container").get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    call = page.locator("#operations-doctor-doctor-show")
    call.locator(".opblock-summary-control").click()
    call.get_by_role("button", name="Execute").click()
    answer = call.locator(".live-responses-table")

    answer.get_by_text("Dr. Asha Menon").first.wait_for(timeout=20_000)
    assert page.locator("#api-plain").is_hidden()
    assert (complaints, elsewhere) == ([], [])
