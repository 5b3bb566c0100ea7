"""How a profile grows whole, and since when its doctor waits."""

from typing import Any

import pytest

from portal.extensions import db
from portal.models import Doctor, MediaFile, MedicalSpeciality, MedicalSubSpeciality
from portal.models.doctor import COMPLETENESS
from tests.conftest import Clock
from tests.factories import make_doctor, make_user, save


@pytest.fixture
def whole(asha: Doctor) -> Doctor:
    """Asha with every field filled in."""
    sub = MedicalSubSpeciality(name="Heart Failure")
    save(MedicalSpeciality(name="Cardiology", sub_specialities=[sub]))
    photo: dict[str, Any] = {"doctor_id": asha.id, "mime_type": "image/jpeg", "bytes": 1, "digest": "x"}
    asha.profile_photo = MediaFile(**photo, purpose="profile_photo", name="x.jpg")
    asha.speciality_id, asha.sub_speciality_id, asha.years_of_experience = sub.speciality_id, sub.id, 0
    for name in COMPLETENESS:
        if getattr(asha, name) is None and not name.endswith("_id"):
            setattr(asha, name, "something")
    return save(asha)


def test_the_weights_make_a_hundred() -> None:
    assert sum(weight for weight, _ in COMPLETENESS.values()) == 100


def test_a_whole_profile_is_complete(whole: Doctor) -> None:
    assert (whole.completeness_percentage, whole.completeness_tips) == (100, [])


def test_a_new_profile_has_little_more_than_a_name(asha: Doctor) -> None:
    assert asha.completeness_percentage == 10
    assert asha.completeness_tips[0] == "Choose your speciality."


@pytest.mark.parametrize("name", [name for name in COMPLETENESS if name != "speciality_id"])
def test_every_missing_field_costs_something_and_has_a_tip(whole: Doctor, name: str) -> None:
    weight, words = COMPLETENESS[name]
    with db.session.no_autoflush:
        setattr(whole, name, "" if name == "full_name" else None)
        assert whole.completeness_percentage == 100 - weight
        assert whole.missing == [(name, words)]
    db.session.rollback()


def test_without_a_speciality_nobody_is_asked_for_a_narrower_one(whole: Doctor) -> None:
    whole.speciality_id = whole.sub_speciality_id = None
    db.session.commit()
    assert whole.completeness_tips == ["Choose your speciality."]
    assert whole.completeness_percentage == 87  # of what can be filled in


def test_spaces_fill_in_nothing(whole: Doctor) -> None:
    whole.awards = "  \n"
    assert whole.completeness_percentage < 100


def test_nobody_is_asked_for_a_narrower_field_that_does_not_exist(whole: Doctor) -> None:
    whole.speciality, whole.sub_speciality_id = MedicalSpeciality(name="Anatomy"), None
    db.session.commit()
    assert (whole.completeness_percentage, whole.completeness_tips) == (100, [])


def test_a_zone_counts_as_chosen_only_when_somebody_set_it(database: None) -> None:
    doctor = save(Doctor(user=make_user(), full_name="Dr. New"))
    assert (doctor.timezone, doctor.timezone_is_chosen) == ("Asia/Kolkata", False)
    doctor.timezone = "Asia/Kolkata"
    assert doctor.timezone_is_chosen


def test_waiting_begins_with_the_confirmed_address(clock: Clock) -> None:
    doctor = make_doctor(verified=False)
    assert doctor.waiting_since == doctor.user.confirmed_at
    doctor.user.confirmed_at = None
    assert doctor.waiting_since == doctor.created_at
    doctor.verification_asked_at = clock.at
    assert doctor.waiting_since == clock.at
