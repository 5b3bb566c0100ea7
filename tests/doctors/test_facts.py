"""What a doctor's standing leads to elsewhere: other names of a speciality, papers that end, notices."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.checks import Draft, Piece
from portal.checks import look as look_at
from portal.doctors import documents, specialities, tidying, verifying
from portal.doctors.inputs import SpecialityName
from portal.extensions import db
from portal.models import AuditEvent, Doctor, MedicalSpeciality, User
from portal.publishing.checking import author_of
from tests.conftest import Clock, HeldJobs
from tests.doctors.photos import photo
from tests.factories import make_account, make_doctor, make_post, save
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def children(database: None) -> MedicalSpeciality:
    return save(MedicalSpeciality(name="Pediatrics", aliases=["Paediatrics"]))


@pytest.fixture
def paula(children: MedicalSpeciality) -> Doctor:
    """A verified doctor for children."""
    return make_doctor(full_name="Dr. Paula Nair", speciality_id=children.id)


def titles_found(doctor: Doctor, text: str) -> list[str]:
    report = look_at(Draft((Piece(text),)), author_of(doctor), "IN")
    return [found.words for found in report.findings if found.id == "D04"]


def test_other_names_of_a_speciality_are_found_in_the_doctors_own_list(
    client: FlaskClient, paula: Doctor
) -> None:
    assert "Paediatrics (Pediatrics)" in sign_in(client, make_doctor()).get("/profile").text


def test_a_title_of_another_name_is_the_doctors_own(paula: Doctor, children: MedicalSpeciality) -> None:
    text = "As a paediatrician I say: vaccinate."
    specialities.rename(children, SpecialityName(name="Care of children"))
    assert titles_found(paula, text) == []
    tidying.set_aliases(children, [])
    assert titles_found(paula, text) == ["paediatrician"]


def test_what_the_checks_know_of_a_doctor_follows_what_stands_elsewhere(
    paula: Doctor, children: MedicalSpeciality, carla: User, clock: Clock, held_jobs: HeldJobs
) -> None:
    """A planned post is looked at again after each."""
    seen = {paula.facts_digest}

    def changed(what: str) -> None:
        db.session.expire_all()
        assert paula.facts_digest not in seen, what
        seen.add(paula.facts_digest)

    post = make_post(paula, make_account(paula))
    specialities.rename(children, SpecialityName(name="Care of children"))
    changed("another name")
    assert not post.is_checked
    tidying.set_aliases(children, ["Paediatrics"])
    changed("other names")
    paula.user.email = "paula.nair@example.org"
    db.session.commit()
    changed("another address")
    paula.verified_until = clock.at - timedelta(minutes=1)
    db.session.commit()
    jobs.announce_ends()
    changed("a licence that lapsed")


def test_a_retired_speciality_is_offered_to_nobody_new_and_stays_with_who_has_it(
    client: FlaskClient, paula: Doctor, children: MedicalSpeciality
) -> None:
    tidying.retire(children)
    told = client.get("/api/v1/master/specialities").get_json()["specialities"]
    assert "Pediatrics" not in [one["name"] for one in told]
    assert "Pediatrics" in sign_in(client, paula).get("/profile").text
    page = Page(client.get("/profile")).form("Save")
    assert page.fill({"Qualification": "MD"}).submit(client).status == 200
    assert paula.speciality_id == children.id and paula.qualification == "MD"


def test_papers_of_a_claim_that_nobody_decides_have_an_end_and_the_desk_is_reminded(
    client: FlaskClient, carla: User, clock: Clock
) -> None:
    doctor = make_doctor(full_name="Dr. Vera Waits", verified=False)
    document = documents.add(doctor, "certificate", photo(), "scan.jpg", doctor.user)
    sign_in(client, carla)
    assert "Papers will be removed soon" not in Page(client.get("/admin/")).text
    clock.advance(days=documents.UNDECIDED.days - 10)
    sign_in(client, carla)
    page = Page(client.get("/admin/"))
    assert "Papers will be removed soon" in page.text

    assert documents.remove_old() == 0
    clock.advance(days=11)
    assert documents.remove_old() == 1
    assert document.sealed is None and document.removed_at


def test_papers_from_before_there_was_an_end_have_one_too(clock: Clock) -> None:
    doctor = make_doctor(verified=False)
    document = documents.add(doctor, "certificate", photo(), "scan.jpg", doctor.user)
    document.remove_after = None
    db.session.commit()
    clock.advance(days=documents.UNDECIDED.days + 1)
    assert documents.remove_old() == 1


def test_every_look_at_a_paper_is_written_down(client: FlaskClient, carla: User) -> None:
    doctor = make_doctor(verified=False)
    document = documents.add(doctor, "certificate", photo(), "scan.jpg", doctor.user)
    for who, place in (
        (doctor, f"/profile/licence/documents/{document.id}"),
        (carla, f"/admin/doctors/{doctor.id}/documents/{document.id}"),
    ):
        assert sign_in(client, who).get(place).status_code == 200
    looks = select(AuditEvent.user_id).where(AuditEvent.action == "document seen").order_by(AuditEvent.id)
    assert db.session.scalars(looks).all() == [doctor.user_id, carla.id]


@pytest.mark.parametrize("days", [60, 30, 7])
def test_the_end_of_a_mark_is_told_in_the_portal_too(
    client: FlaskClient, carla: User, clock: Clock, days: int
) -> None:
    doctor = verifying.verify(make_doctor(verified=False), carla)
    assert doctor.verified_until
    clock.set(doctor.verified_until - timedelta(days=days - 1))
    sign_in(client, doctor)
    assert "Your verification ends soon" in Page(client.get("/")).text
    clock.set(doctor.verified_until + timedelta(minutes=1))
    jobs.announce_ends()
    sign_in(client, doctor)
    assert "Your verification has ended" in Page(client.get("/")).text
