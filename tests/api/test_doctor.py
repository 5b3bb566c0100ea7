"""The profile by JSON."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.extensions import db
from portal.models import Doctor, MedicalSpeciality, MedicalSubSpeciality, User
from tests.conftest import Clock
from tests.factories import make_doctor, save
from tests.signing_in import bearer

ADDRESS = "/api/v1/doctor/profile"
FIELDS = {
    "full_name", "email", "phone_number", "clinic_name", "clinic_address", "speciality_id",
    "sub_speciality_id", "years_of_experience", "qualification", "medical_institute", "awards",
    "medical_council", "medical_council_regd_no", "profile_photo", "professional_bio", "timezone",
}  # fmt: skip
ADDED = {
    "id", "is_verified", "speciality_name", "sub_speciality_name", "completeness_percentage",
    "completeness_tips", "created_at", "updated_at", "check_pack",
}  # fmt: skip


@pytest.fixture
def cardiology(database: None) -> MedicalSpeciality:
    subs = [MedicalSubSpeciality(name="Heart Failure")]
    return save(MedicalSpeciality(name="Cardiology", aliases=[], sub_specialities=subs))


def put(client: FlaskClient, doctor: Doctor, body: Any) -> Any:
    return client.put(ADDRESS, json=body, headers=bearer(doctor))


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    return [entry["pointer"] for entry in answer.json["errors"]]


def test_the_answer_has_exactly_the_promised_fields(client: FlaskClient, asha: Doctor) -> None:
    answer = client.get(ADDRESS, headers=bearer(asha))

    assert answer.status_code == 200
    assert set(answer.json) == FIELDS | ADDED
    assert answer.json["email"] == "asha@example.org"
    assert (answer.json["is_verified"], answer.json["timezone"]) == ("verified", "Asia/Kolkata")
    assert answer.json["created_at"].endswith("Z")


def test_nobody_without_a_token_gets_it(client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 401
    assert client.put(ADDRESS, json={"clinic_name": "Mine"}).status_code == 401


def test_an_administrator_has_no_profile(client: FlaskClient, carla: User) -> None:
    assert client.get(ADDRESS, headers=bearer(carla)).status_code == 403


def test_only_the_sent_fields_change(client: FlaskClient, asha: Doctor, clock: Clock) -> None:
    put(client, asha, {"clinic_name": "Menon Heart Clinic", "years_of_experience": 12})
    clock.advance(minutes=1)

    answer = put(client, asha, {"phone_number": "98765 43210", "years_of_experience": None})

    assert answer.status_code == 200
    assert answer.json["clinic_name"] == "Menon Heart Clinic"
    assert answer.json["phone_number"] == "+919876543210"
    assert answer.json["years_of_experience"] is None
    assert answer.json["updated_at"] > answer.json["created_at"]


def test_an_empty_change_changes_nothing(client: FlaskClient, asha: Doctor) -> None:
    before = client.get(ADDRESS, headers=bearer(asha)).json
    assert put(client, asha, {}).json == before


def test_a_blank_text_empties_a_field(client: FlaskClient, asha: Doctor) -> None:
    put(client, asha, {"awards": "One"})
    assert put(client, asha, {"awards": "  "}).json["awards"] is None


def test_the_speciality_is_named(client: FlaskClient, asha: Doctor, cardiology: MedicalSpeciality) -> None:
    narrower = cardiology.sub_specialities[0]
    answer = put(client, asha, {"speciality_id": cardiology.id, "sub_speciality_id": narrower.id})
    assert answer.json["speciality_name"] == "Cardiology"
    assert answer.json["sub_speciality_name"] == "Heart Failure"


def test_another_speciality_leaves_the_narrower_one_behind(
    client: FlaskClient, asha: Doctor, cardiology: MedicalSpeciality
) -> None:
    other = save(MedicalSpeciality(name="Anatomy", aliases=[]))
    narrower = cardiology.sub_specialities[0].id
    put(client, asha, {"speciality_id": cardiology.id, "sub_speciality_id": narrower})

    assert put(client, asha, {"speciality_id": other.id}).json["sub_speciality_id"] is None
    assert pointers(put(client, asha, {"sub_speciality_id": narrower})) == ["/sub_speciality_id"]
    assert put(client, asha, {"speciality_id": None}).json["speciality_name"] is None
    assert pointers(put(client, asha, {"sub_speciality_id": narrower})) == ["/sub_speciality_id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"full_name": ""}, "/full_name"),
        ({"full_name": None}, "/full_name"),
        ({"full_name": "a\u0000b"}, "/full_name"),
        ({"full_name": "🎉"}, "/full_name"),
        ({"years_of_experience": 81}, "/years_of_experience"),
        ({"years_of_experience": "12"}, "/years_of_experience"),
        ({"years_of_experience": True}, "/years_of_experience"),
        ({"years_of_experience": 1.5}, "/years_of_experience"),
        ({"speciality_id": 999_999}, "/speciality_id"),
        ({"speciality_id": 0}, "/speciality_id"),
        ({"speciality_id": 2**63}, "/speciality_id"),
        ({"speciality_id": [1]}, "/speciality_id"),
        ({"phone_number": "call me"}, "/phone_number"),
        ({"phone_number": 919876543210}, "/phone_number"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": ""}, "/timezone"),
        ({"timezone": None}, "/timezone"),
        ({"clinic_name": "x" * 201}, "/clinic_name"),
        ({"professional_bio": {"text": "x"}}, "/professional_bio"),
        ({"nickname": "Ash"}, "/nickname"),
        ({"verification": "verified"}, "/verification"),
        ({"user_id": 1}, "/user_id"),
        ({"late_after_minutes": 5}, "/late_after_minutes"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    client: FlaskClient, asha: Doctor, body: dict[str, Any], pointer: str
) -> None:
    assert pointers(put(client, asha, {"clinic_name": "New"} | body)) == [pointer]
    assert asha.clinic_name is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "other@example.org"),
        ("is_verified", "rejected"),
        ("is_verified", True),
        ("profile_photo", "https://example.org/me.jpg"),
        ("id", 0),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("speciality_name", "Cardiology"),
    ],
)
def test_what_is_read_only_is_refused_when_it_differs(
    client: FlaskClient, asha: Doctor, name: str, value: Any
) -> None:
    answer = put(client, asha, {name: value, "clinic_name": "New"})
    assert pointers(answer) == [f"/{name}"]
    assert asha.clinic_name is None and asha.user.email == "asha@example.org"


def test_what_was_read_can_be_sent_back(client: FlaskClient, asha: Doctor, cardiology: Any) -> None:
    put(client, asha, {"speciality_id": cardiology.id, "phone_number": "+91 98765 43210"})
    whole = client.get(ADDRESS, headers=bearer(asha)).json

    answer = put(client, asha, whole | {"clinic_name": "Menon Heart Clinic"})

    assert answer.status_code == 200
    assert answer.json["clinic_name"] == "Menon Heart Clinic"
    # And once more from the same copy, though hours and completeness have moved on by themselves.
    again = put(client, asha, whole | {"clinic_name": "Menon Clinic"})
    assert (again.status_code, again.json["clinic_name"]) == (200, "Menon Clinic")


def test_all_refused_fields_are_named_at_once(client: FlaskClient, asha: Doctor) -> None:
    answer = put(client, asha, {"email": "x@example.org", "id": 0})
    assert sorted(pointers(answer)) == ["/email", "/id"]


def test_the_same_zone_goes_by_its_name_of_today(client: FlaskClient, asha: Doctor) -> None:
    assert put(client, asha, {"timezone": "Asia/Calcutta"}).json["timezone"] == "Asia/Kolkata"


def test_completeness_grows_with_the_profile(client: FlaskClient) -> None:
    doctor = make_doctor()
    before = client.get(ADDRESS, headers=bearer(doctor)).json
    after = put(client, doctor, {"qualification": "MBBS", "awards": "One"}).json
    assert before["completeness_percentage"] < after["completeness_percentage"] < 100
    assert "Add your degrees, such as MBBS, MD." in before["completeness_tips"]
    assert "Add your degrees, such as MBBS, MD." not in after["completeness_tips"]


def test_a_doctor_changes_only_their_own(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    put(client, asha, {"clinic_name": "Asha's"})
    db.session.refresh(ben)
    assert ben.clinic_name is None
