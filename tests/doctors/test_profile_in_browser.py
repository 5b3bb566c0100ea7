"""What JavaScript adds to the profile page, and that nothing is missing without it."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from portal.doctors import specialities
from portal.extensions import db
from tests.browsing import Visit
from tests.doctors.photos import photo
from tests.factories import make_doctor
from tests.serving import Cookie, Served

pytestmark = pytest.mark.browser


@pytest.fixture
def cookie(served: Served) -> Cookie:
    """Of a new doctor, in a portal with the real list of specialities."""
    with served.desk():
        specialities.load(specialities.catalogue())
        doctor = make_doctor(verified=False)
        doctor.timezone_is_chosen = False
        db.session.commit()
        doctor_id = doctor.id
    return served.cookie(doctor_id)


def shows(page: Page, sub_speciality: str) -> None:
    chosen = page.locator("#sub_speciality_id option:checked")
    expect(chosen).to_have_text(sub_speciality)


def test_the_second_list_follows_the_first_and_the_zone_is_guessed(
    visit: Visit, cookie: Cookie, tmp_path: Path
) -> None:
    picture = tmp_path / "me.jpg"
    picture.write_bytes(photo())
    page = visit("/profile", cookie, timezone_id="Asia/Calcutta")
    expect(page.get_by_role("button", name="Show sub-specialities")).to_have_count(0)

    page.get_by_label("Speciality", exact=True).select_option(label="Dermatology")
    page.get_by_label("Sub-speciality").select_option(label="Dermatopathology")
    page.get_by_label("Photo").set_input_files(str(picture))
    page.get_by_label("Full name").press("Enter")
    page.get_by_text("Your profile is saved.").wait_for()

    shows(page, "Dermatopathology")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    source = page.locator("main .avatar img").get_attribute("src") or ""
    assert page.request.get(urlsplit(source).path).body()[:2] == b"\xff\xd8"


def test_everything_works_without_javascript(visit: Visit, cookie: Cookie) -> None:
    page = visit("/profile", cookie, java_script_enabled=False)

    page.get_by_label("Speciality", exact=True).select_option(label="Neurology")
    page.get_by_label("Clinic name").fill("Menon Clinic")
    page.get_by_role("button", name="Show sub-specialities").click()
    page.get_by_label("Sub-speciality").select_option(label="Sleep Medicine")
    # The first button of the form is not the one that saves; Enter has to save all the same.
    page.get_by_label("Clinic name").press("Enter")

    page.get_by_text("Your profile is saved.").wait_for()
    expect(page.get_by_label("Clinic name")).to_have_value("Menon Clinic")
    shows(page, "Sleep Medicine")
