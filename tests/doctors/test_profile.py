"""The profile page, as a doctor without JavaScript uses it."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import files
from portal.extensions import db
from portal.models import Doctor, MediaFile, MedicalSpeciality
from tests.doctors.photos import SVG, photo
from tests.factories import make_doctor, make_user
from tests.page import Page
from tests.signing_in import sign_in

WHOLE = {
    "Full name": "Dr. Asha Menon",
    "Professional bio": "I care for hearts.\nमैं दिल की डॉक्टर हूँ 🫀",
    "Qualification": "MBBS, MD",
    "Years of experience": "12",
    "Medical institute": "AIIMS, Delhi",
    "Awards": "Young Investigator 2019",
    "Medical council": "Karnataka Medical Council",
    "Registration number": "KMC/12345-B",
    "Clinic name": "Menon Heart Clinic",
    "Clinic address": "12 MG Road\nBengaluru 560001",
    "Phone number": "+91 98765 43210",
}

NAME = "Enter your full name in letters, 120 characters or fewer."
YEARS = "Years of experience must be a whole number from 0 to 80."
PHONE = "Enter a phone number such as +91 81234 56789."


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def profile(browser: FlaskClient) -> Page:
    return Page(browser.get("/profile"))


def save_with(browser: FlaskClient, values: dict[str, Any]) -> Page:
    return profile(browser).form("Save").fill(values).submit(browser)


def file(content: bytes, name: str = "me.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_somebody_signed_out_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/profile").headers["Location"].startswith("/login?next=")


def test_an_administrator_has_no_profile(client: FlaskClient) -> None:
    assert sign_in(client, make_user(role="administrator")).get("/profile").status_code == 404


def test_every_field_is_kept(browser: FlaskClient, asha: Doctor, cardiology: MedicalSpeciality) -> None:
    page = save_with(browser, {**WHOLE, "Speciality": "Cardiology", "Time zone": "Dubai"})

    assert "Your profile is saved." in page.text
    assert {label: page.value_of(label) for label in WHOLE} == WHOLE
    assert (page.value_of("Speciality"), page.value_of("Time zone")) == (str(cardiology.id), "Asia/Dubai")
    assert (asha.phone_number, asha.years_of_experience) == ("+919876543210", 12)
    assert asha.medical_council_regd_no == "KMC/12345-B"


def test_an_emptied_field_is_emptied(browser: FlaskClient, asha: Doctor) -> None:
    asha.clinic_name, asha.years_of_experience = "Old Clinic", 3
    db.session.commit()

    save_with(browser, {"Clinic name": " ", "Years of experience": ""})

    assert (asha.clinic_name, asha.years_of_experience) == (None, None)


def test_the_sub_specialities_of_a_speciality_are_shown_without_losing_anything(
    browser: FlaskClient, asha: Doctor, cardiology: MedicalSpeciality
) -> None:
    page = profile(browser).form("Show sub-specialities")
    page = page.fill({"Speciality": "Cardiology", "Clinic name": "Half typed"}).submit(browser)

    assert page.value_of("Clinic name") == "Half typed"
    assert asha.clinic_name is None and asha.speciality is None
    page.form("Save").fill({"Sub-speciality": "Heart Failure"}).submit(browser)
    assert asha.sub_speciality is not None and asha.sub_speciality.name == "Heart Failure"


def test_htmx_gets_the_second_list_alone(browser: FlaskClient, cardiology: MedicalSpeciality) -> None:
    answer = browser.get(
        f"/profile?show_sub_specialities=1&speciality_id={cardiology.id}", headers={"HX-Request": "true"}
    )
    assert "Heart Failure" in answer.text
    assert "<html" not in answer.text and "Full name" not in answer.text


@pytest.mark.parametrize("speciality_id", ["", "0", "abc", "9" * 40, "1' OR 1=1", "\x00", "१२"])
def test_a_speciality_that_is_none_has_no_second_list(browser: FlaskClient, speciality_id: str) -> None:
    answer = browser.get(
        "/profile", query_string={"show_sub_specialities": 1, "speciality_id": speciality_id}
    )
    assert answer.status_code == 200


def test_a_sub_speciality_of_another_speciality_is_refused(
    browser: FlaskClient, asha: Doctor, cardiology: MedicalSpeciality, dermatology: MedicalSpeciality
) -> None:
    asha.speciality_id = cardiology.id
    asha.sub_speciality_id = cardiology.sub_specialities[0].id
    db.session.commit()

    page = save_with(browser, {"Speciality": "Dermatology"})

    assert page.status == 422
    assert page.error_of("Sub-speciality") == "Choose a sub-speciality of Dermatology, or none."
    page = page.form("Save").fill({"Sub-speciality": "Dermatopathology"}).submit(browser)
    assert asha.speciality == dermatology


@pytest.mark.parametrize(
    ("label", "typed", "words"),
    [
        ("Full name", "", NAME),
        ("Full name", "   ", NAME),
        ("Full name", "🎉🎉", NAME),
        ("Full name", "Asha " * 30, NAME),
        ("Full name", "Asha\x07", NAME),
        ("Years of experience", "81", YEARS),
        ("Years of experience", "-1", YEARS),
        ("Years of experience", "twelve", YEARS),
        ("Years of experience", "1.5", YEARS),
        ("Phone number", "call me", PHONE),
        ("Phone number", "+91 12", PHONE),
        ("Phone number", "9" * 41, "Phone number must be at most 40 characters long."),
        ("Clinic name", "x" * 201, "Clinic name must be at most 200 characters long."),
        ("Clinic address", "x" * 501, "Clinic address must be at most 500 characters long."),
        ("Professional bio", "🫀" * 2001, "Professional bio must be at most 2,000 characters long."),
        ("Awards", "a\x00b", "Awards must not contain the NUL character."),
        ("Awards", "a\x07b", "Awards must not contain characters that cannot be shown."),
        ("Registration number", "9" * 41, "Registration number must be at most 40 characters long."),
    ],
)
def test_what_cannot_be_kept_is_explained_and_nothing_typed_is_lost(
    browser: FlaskClient, asha: Doctor, label: str, typed: str, words: str
) -> None:
    page = save_with(browser, {"Qualification": "MBBS", label: typed})

    assert page.status == 422
    assert page.error_of(label) == words
    assert page.value_of("Qualification") == "MBBS"
    if "\x00" not in typed and "\x07" not in typed:
        assert page.value_of(label) == typed
    assert asha.qualification is None


@pytest.mark.parametrize("name", ["د. ليلى عبد الرحمن", "डॉ. आशा कुलकर्णी", "Dr. O'Neil <b>", "Ẹ̀bùn", "李医生"])
def test_any_script_is_a_name(browser: FlaskClient, asha: Doctor, name: str) -> None:
    page = save_with(browser, {"Full name": name})
    assert asha.full_name == page.value_of("Full name") == name


def test_a_name_can_neither_turn_others_around_nor_break_a_line(browser: FlaskClient, asha: Doctor) -> None:
    save_with(browser, {"Full name": "Dr. \u202eAsha\r\nBcc: everybody"})
    assert asha.full_name == "Dr. Asha Bcc: everybody"


@pytest.mark.parametrize(
    ("zone", "typed", "kept"),
    [
        ("Kolkata", "098765 43210", "+919876543210"),
        ("London", "020 7946 0958", "+442079460958"),
        ("New York", "(212) 555-0100", "+12125550100"),
        ("UTC", "+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_phone_number_is_read_as_the_country_of_the_time_zone_writes_it(
    browser: FlaskClient, asha: Doctor, zone: str, typed: str, kept: str
) -> None:
    save_with(browser, {"Time zone": zone, "Phone number": typed})
    assert asha.phone_number == kept


def test_without_a_country_a_number_needs_its_plus(browser: FlaskClient) -> None:
    page = save_with(browser, {"Time zone": "UTC", "Phone number": "020 7946 0958"})
    assert page.error_of("Phone number") == "Enter a phone number such as +91 81234 56789."


def test_a_time_zone_that_nobody_chose_is_left_open(client: FlaskClient) -> None:
    doctor = make_doctor(timezone="Asia/Kolkata")
    doctor.timezone_is_chosen = False
    db.session.commit()
    browser = sign_in(client, doctor)

    page = save_with(browser, {"Clinic name": "Clinic"})

    assert page.value_of("Time zone") == ""
    assert "Kolkata time for now" in page.text
    assert not doctor.timezone_is_chosen
    save_with(browser, {"Time zone": "Kolkata"})
    assert doctor.timezone_is_chosen


def test_the_name_that_a_browser_has_for_a_zone_is_understood(browser: FlaskClient, asha: Doctor) -> None:
    browser.post("/profile", data={"timezone": "Asia/Calcutta"})
    assert asha.timezone == "Asia/Kolkata"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Asia", "kolkata", "x" * 999])
def test_a_zone_that_is_none_is_refused(browser: FlaskClient, asha: Doctor, zone: str) -> None:
    page = Page(browser.post("/profile", data={"timezone": zone}))
    assert page.error_of("Time zone") == "Choose a time zone from the list."
    assert asha.timezone == "Asia/Kolkata"


def test_a_photo_is_shown_and_replaces_the_one_before(browser: FlaskClient, asha: Doctor) -> None:
    save_with(browser, {"Photo": file(photo())})
    first = asha.profile_photo
    assert first is not None
    page = save_with(browser, {"Photo": file(photo("PNG"), "me.png")})

    second = asha.profile_photo
    assert second is not None and second.name != first.name
    assert [row.name for row in db.session.query(MediaFile)] == [second.name]
    assert files.open_stored(first.name) is None
    assert f"/media/{second.name}" in page.response.text
    assert browser.get(f"/media/{second.name}").status_code == 200


def test_a_photo_can_be_removed(browser: FlaskClient, asha: Doctor) -> None:
    save_with(browser, {"Photo": file(photo())})
    name = asha.profile_photo.name  # type: ignore[union-attr]

    page = save_with(browser, {"Remove my photo": True})

    assert asha.profile_photo is None and files.open_stored(name) is None
    assert "Remove my photo" not in page.labels


def test_a_photo_that_cannot_be_taken_is_explained_and_the_rest_is_saved(
    browser: FlaskClient, asha: Doctor
) -> None:
    page = save_with(browser, {"Photo": file(SVG, "../../me.svg"), "Clinic name": "New Clinic"})

    assert page.status == 422
    assert page.error_of("Photo") == "The photo must be a JPEG, PNG or WebP file. Choose another file."
    assert asha.profile_photo is None and asha.clinic_name == "New Clinic"


def test_a_photo_is_kept_although_another_field_is_refused(browser: FlaskClient, asha: Doctor) -> None:
    page = save_with(browser, {"Photo": file(photo()), "Full name": ""})
    assert page.status == 422
    assert asha.profile_photo is not None


def test_a_photo_too_large_for_the_portal_is_refused(browser: FlaskClient, asha: Doctor) -> None:
    page = save_with(browser, {"Photo": file(photo() + b"\x00" * 9_000_000)})
    assert page.error_of("Photo") == "The photo must be 8 MB or smaller. Choose a smaller one."


def test_the_page_says_what_is_missing(browser: FlaskClient, asha: Doctor) -> None:
    page = profile(browser)
    assert page.links["Choose your speciality."] == "#speciality_id"
    assert page.links["Add a photo of yourself."] == "#profile_photo"


def test_somebody_not_yet_verified_knows_what_to_do(client: FlaskClient) -> None:
    doctor = make_doctor(verified=False)
    browser = sign_in(client, doctor)
    assert "Add your medical council and your registration number" in profile(browser).text

    page = save_with(browser, {"Medical council": "Delhi Medical Council", "Registration number": "7"})
    assert "We are checking your registration" in page.text


def test_somebody_turned_down_reads_why_and_asks_again_by_correcting_it(client: FlaskClient) -> None:
    doctor = make_doctor(verified=False)
    doctor.verification, doctor.rejection_reason = "rejected", "The number belongs to somebody else."
    db.session.commit()
    browser = sign_in(client, doctor)

    assert "The number belongs to somebody else." in profile(browser).text
    save_with(browser, {"Clinic name": "Clinic"})
    assert doctor.verification == "rejected"
    save_with(browser, {"Registration number": "8"})
    assert (doctor.verification, doctor.rejection_reason) == ("pending", None)
    assert doctor.verification_asked_at is not None


def test_another_doctor_sees_nothing_of_it(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    asha.clinic_name = "Menon Heart Clinic"
    db.session.commit()
    assert "Menon" not in profile(sign_in(client, ben)).text
