"""What JavaScript adds to the profile page, and that nothing is missing without it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from config import Config
from portal import create_app
from portal.doctors import specialities
from portal.extensions import db
from tests.databases import Databases
from tests.doctors.photos import photo
from tests.factories import make_doctor
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def served(databases: Databases, settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The address of a portal with the real list of specialities, and the cookie of a new doctor."""
    app = create_app(Config.from_env({**settings, "DATABASE_URL": databases.copy("browser")}))
    app.config.update(TESTING=True)
    with app.app_context():
        specialities.load(specialities.catalogue())
        doctor = make_doctor(email="new@example.org", verified=False)
        doctor.timezone_is_chosen = False
        client = sign_in(app.test_client(), doctor)
        cookie = client.get_cookie("portal")
        db.session.remove()
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", cookie.value
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()


def profile(chromium: Browser, served: tuple[str, str], **kind: Any) -> Page:
    address, cookie = served
    context = chromium.new_context(timezone_id="Asia/Calcutta", **kind)
    context.add_cookies([{"name": "portal", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/profile")
    return page


def test_the_second_list_follows_the_first_and_the_zone_is_guessed(
    chromium: Browser, served: tuple[str, str], tmp_path: Path
) -> None:
    picture = tmp_path / "me.jpg"
    picture.write_bytes(photo())
    page = profile(chromium, served)
    assert page.get_by_role("button", name="Show sub-specialities").count() == 0

    page.get_by_label("Speciality", exact=True).select_option(label="Dermatology")
    page.get_by_label("Sub-speciality").select_option(label="Dermatopathology")
    page.get_by_label("Photo").set_input_files(str(picture))
    page.get_by_label("Full name").press("Enter")
    page.get_by_text("Your profile is saved.").wait_for()

    assert page.locator("#sub_speciality_id option:checked").inner_text() == "Dermatopathology"
    assert page.get_by_label("Time zone").input_value() == "Asia/Kolkata"
    source = page.locator("main .avatar img").get_attribute("src") or ""
    assert page.request.get(served[0] + urlsplit(source).path).body()[:2] == b"\xff\xd8"


def test_everything_works_without_javascript(chromium: Browser, served: tuple[str, str]) -> None:
    page = profile(chromium, served, java_script_enabled=False)

    page.get_by_label("Speciality", exact=True).select_option(label="Neurology")
    page.get_by_label("Clinic name").fill("Menon Clinic")
    page.get_by_role("button", name="Show sub-specialities").click()
    page.get_by_label("Sub-speciality").select_option(label="Sleep Medicine")
    # The first button of the form is not the one that saves; Enter has to save all the same.
    page.get_by_label("Clinic name").press("Enter")

    page.get_by_text("Your profile is saved.").wait_for()
    assert page.get_by_label("Clinic name").input_value() == "Menon Clinic"
    assert page.locator("#sub_speciality_id option:checked").inner_text() == "Sleep Medicine"
