"""What must always hold, the database holds, whatever the code believes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from portal import clock
from portal.extensions import db
from portal.models import (
    Attempt,
    AuditEvent,
    Doctor,
    MediaFile,
    MedicalSpeciality,
    MedicalSubSpeciality,
    OneTimeCode,
    Publication,
    User,
    states,
)
from tests.factories import make_account, make_doctor, make_post, make_user, save


@pytest.fixture
def cardiology(database: None) -> MedicalSpeciality:
    subs = [MedicalSubSpeciality(name="Heart Failure")]
    return save(MedicalSpeciality(name="Cardiology", sub_specialities=subs))


@pytest.fixture
def publication(asha: Doctor) -> Publication:
    return make_post(asha, make_account(asha)).publications[0]


def refused(name: str, work: Callable[[], Any]) -> None:
    """The database refuses it, by the constraint of this name."""
    with pytest.raises(IntegrityError) as problem, db.session.begin_nested():
        work()
        db.session.flush()
    assert name in str(problem.value.orig)
    db.session.expire_all()


def changed(row: Any, **values: Any) -> Callable[[], None]:
    def change() -> None:
        for name, value in values.items():
            setattr(row, name, value)

    return change


def added(*rows: Any) -> Callable[[], None]:
    return lambda: db.session.add_all(rows)


def test_an_address_belongs_to_one_user_whatever_its_letters(database: None) -> None:
    make_user(email="asha@example.org")
    twin = User(email="ASHA@Example.org", password_digest="x")
    refused("uq_user_account_email", added(twin))


def test_a_user_is_a_doctor_or_an_administrator(asha: Doctor) -> None:
    refused("ck_user_account_role", changed(asha.user, role="owner"))


def test_a_user_has_one_profile(asha: Doctor) -> None:
    refused("uq_doctor_user_id", added(Doctor(user_id=asha.user_id, full_name="Twin")))


@pytest.mark.parametrize("years", [-1, 81])
def test_years_of_experience_are_possible(asha: Doctor, years: int) -> None:
    refused("ck_doctor_years_of_experience", changed(asha, years_of_experience=years))


@pytest.mark.parametrize("minutes", [4, 10_081])
def test_lateness_is_possible(asha: Doctor, minutes: int) -> None:
    refused("ck_doctor_late_after_minutes", changed(asha, late_after_minutes=minutes))


def test_a_verification_is_one_of_three(asha: Doctor) -> None:
    refused("ck_doctor_verification", changed(asha, verification="famous"))


def test_a_sub_speciality_is_within_its_speciality(asha: Doctor, cardiology: MedicalSpeciality) -> None:
    other = save(MedicalSpeciality(name="Dermatology"))
    narrower = cardiology.sub_specialities[0].id
    refused(
        "fk_doctor_sub_speciality_within_speciality",
        changed(asha, speciality_id=other.id, sub_speciality_id=narrower),
    )
    refused("ck_doctor_sub_speciality_needs_speciality", changed(asha, sub_speciality_id=narrower))


def test_what_a_doctor_has_chosen_cannot_be_deleted(asha: Doctor, cardiology: MedicalSpeciality) -> None:
    asha.speciality_id, asha.sub_speciality_id = cardiology.id, cardiology.sub_specialities[0].id
    db.session.commit()
    for table in ("medical_sub_speciality", "medical_speciality"):
        refused("violates foreign key", lambda table=table: db.session.execute(text(f"DELETE FROM {table}")))


def test_a_speciality_has_a_name_of_its_own(cardiology: MedicalSpeciality) -> None:
    refused("uq_medical_speciality_name", added(MedicalSpeciality(name="CARDIOLOGY")))
    twin = MedicalSubSpeciality(name="heart failure", speciality_id=cardiology.id)
    refused("uq_medical_sub_speciality_name", added(twin))


def test_a_file_is_for_something_known(asha: Doctor) -> None:
    facts: dict[str, Any] = {"doctor_id": asha.id, "mime_type": "image/jpeg", "bytes": 1, "digest": "x"}
    refused("ck_media_file_purpose", added(MediaFile(**facts, name="a.jpg", purpose="fun")))
    save(MediaFile(**facts, name="a.jpg", purpose="post"))
    refused("uq_media_file_name", added(MediaFile(**facts, name="a.jpg", purpose="post")))


@pytest.mark.parametrize(
    ("values", "name"), [({"purpose": "fun"}, "ck_one_time_code_purpose"), ({"tries": 6}, "ck_one_time_code")]
)
def test_a_code_has_a_purpose_and_five_tries(database: None, values: dict[str, Any], name: str) -> None:
    facts: dict[str, Any] = {"email": "a@example.org", "purpose": "login", "expires_at": clock.now()}
    refused(name, added(OneTimeCode(**facts | values)))


def test_an_account_of_a_network_belongs_to_one_doctor_at_a_time(asha: Doctor, ben: Doctor) -> None:
    mine = make_account(asha, remote_id="77")
    with pytest.raises(IntegrityError, match="uq_social_account_remote"), db.session.begin_nested():
        make_account(ben, remote_id="77")
    db.session.rollback()
    mine.status, mine.token = "disconnected", None
    db.session.commit()
    assert make_account(ben, remote_id="77").is_connected


def test_a_disconnected_account_has_no_token(asha: Doctor) -> None:
    account = make_account(asha)
    refused("no_token_when_disconnected", changed(account, status="disconnected"))


def test_a_post_goes_to_an_account_once(publication: Publication) -> None:
    facts = {"doctor_id": publication.doctor_id, "platform": "twitter", "status": "draft"}
    twin = Publication(post_id=publication.post_id, social_account_id=publication.social_account_id, **facts)
    refused("uq_publication_post_id_social_account_id", added(twin))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"status": "lost"}, "a publication cannot go from scheduled to lost"),
        ({"due_at": None}, "ck_publication_planned_has_time"),
        ({"status": "held"}, "ck_publication_held_has_reason"),
        ({"held_for": "account"}, "ck_publication_held_has_reason"),
        ({"status": "publishing"}, "ck_publication_phase_and_owner_fit_status"),
        ({"phase": "sending", "owner": 1}, "ck_publication_phase_and_owner_fit_status"),
    ],
)
def test_a_publication_is_never_half_of_something(
    publication: Publication, values: dict[str, Any], name: str
) -> None:
    refused(name, changed(publication, **values))


def test_what_is_published_has_the_networks_own_id(asha: Doctor) -> None:
    waiting = make_post(asha, make_account(asha), status="awaiting_doctor").publications[0]
    refused("ck_publication_published_has_id", changed(waiting, status="published"))


ILLEGAL = [
    (before, after)
    for before in states.STATUSES
    for after in states.STATUSES
    if before != after and after not in states.MOVES[before]
]


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_a_publication_makes_no_move_that_the_house_does_not_know(
    asha: Doctor, before: str, after: str
) -> None:
    facts: dict[str, dict[str, Any]] = {
        "held": {"held_for": "account"},
        "publishing": {"phase": "claimed", "owner": 1},
        "published": {"platform_post_id": "1"},
    }
    here = facts.get(before, {})
    row = make_post(asha, make_account(asha), status=before, publication=here).publications[0]
    empty = {"held_for": None, "phase": None, "owner": None, "platform_post_id": "1"}
    there = empty | facts.get(after, {})
    refused(f"cannot go from {before} to {after}", changed(row, status=after, **there))


def test_only_one_attempt_is_ever_accepted(publication: Publication) -> None:
    facts = {"publication_id": publication.id, "fence": 1, "version": 1, "outcome": "accepted"}
    save(Attempt(**facts))
    refused("uq_attempt_accepted", added(Attempt(**facts)))
    refused("ck_attempt_outcome", added(Attempt(**facts | {"outcome": "lost"})))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_the_audit_is_only_ever_added_to(database: None, statement: str) -> None:
    AuditEvent.write("something")
    db.session.commit()
    refused("audit_event is only ever added to", lambda: db.session.execute(text(statement)))


def test_an_instant_needs_a_zone(asha: Doctor) -> None:
    asha.verified_at = clock.now().replace(tzinfo=None)
    with pytest.raises(Exception, match="an instant needs a time zone"):
        db.session.flush()
    db.session.rollback()


def test_text_with_a_nul_never_reaches_a_row(database: None) -> None:
    doctor = make_doctor()
    doctor.clinic_name = "a\x00b"
    with pytest.raises((ValueError, DataError)):
        db.session.flush()
    db.session.rollback()
