"""The rest of the backoffice: fields of medicine, letters, the audit log, numbers, administrators."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.admin.letters import LETTERS
from portal.doctors import specialities, tidying
from portal.extensions import db
from portal.models import (
    AuditEvent,
    BrowserSession,
    Doctor,
    MedicalSpeciality,
    MedicalSubSpeciality,
    OfficeSetting,
    OutboxLetter,
    User,
)
from tests.factories import make_account, make_post, make_user, save
from tests.page import Page
from tests.signing_in import sign_in

PLACES = ["specialities", "letters", "letters/verified", "audit", "administrators", "settings", "doctors.csv"]
OFFICE = ["/admin", *(f"/admin/{place}" for place in PLACES)]


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


@pytest.fixture
def diego(database: None) -> User:
    """A second administrator."""
    return make_user(email="diego@example.org", role="administrator")


@pytest.fixture
def hearts(database: None) -> MedicalSpeciality:
    subs = [MedicalSubSpeciality(name=name) for name in ("Heart Failure", "Rhythm")]
    return save(MedicalSpeciality(name="Cardiology", aliases=["Hearts"], sub_specialities=subs))


@pytest.fixture
def vessels(database: None) -> MedicalSpeciality:
    subs = [MedicalSubSpeciality(name=name) for name in ("heart failure", "Veins")]
    return save(MedicalSpeciality(name="Angiology", aliases=[], sub_specialities=subs))


@pytest.mark.parametrize("place", OFFICE)
def test_a_doctor_and_a_stranger_find_nothing_there(client: FlaskClient, asha: Doctor, place: str) -> None:
    """And are sent nowhere: an address put together from the Host header might be anybody's."""
    assert client.get(place, headers={"Host": "evil.example"}).status_code == 404
    assert sign_in(client, asha).get(place).status_code == 404


def test_a_speciality_is_added_and_renamed_and_found_by_its_old_name(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/specialities")).form("Add")
    page = page.fill({"Name": "Pediatrics", "Other names": "Paediatrics\n\nChild health"}).submit(browser)
    page = page.form("Save").fill(Name="Children’s Medicine").submit(browser)

    row = db.session.query(MedicalSpeciality).one()
    assert (row.name, set(row.aliases)) == (
        "Children’s Medicine",
        {"Paediatrics", "Child health", "Pediatrics"},
    )
    assert "Children’s Medicine" in Page(browser.get("/admin/specialities?q=PEDIATRICS")).links
    specialities.load([{"name": "Pediatrics", "sub_specialities": []}])
    assert db.session.query(MedicalSpeciality).count() == 1


def test_a_name_that_is_taken_is_refused(browser: FlaskClient, hearts: MedicalSpeciality) -> None:
    page = Page(browser.get("/admin/specialities")).form("Add").fill(Name="cardiology").submit(browser)
    assert page.status == 422 and page.error_of("Name") == specialities.TAKEN


def test_merging_takes_doctors_sub_specialities_and_names_along(
    browser: FlaskClient, asha: Doctor, hearts: MedicalSpeciality, vessels: MedicalSpeciality
) -> None:
    failure = next(sub for sub in vessels.sub_specialities if sub.name == "heart failure")
    asha.speciality_id, asha.sub_speciality_id = vessels.id, failure.id
    db.session.commit()

    page = Page(browser.get(f"/admin/specialities/{vessels.id}")).form("Merge")
    page = page.fill({"Merge into": "Cardiology"}).submit(browser)

    assert "1 doctor went over." in page.text and page.heading == "Cardiology"
    db.session.expire_all()
    assert asha.speciality == hearts and asha.sub_speciality is not None
    assert (asha.sub_speciality.name, asha.verification) == ("Heart Failure", "verified")
    assert sorted(sub.name for sub in hearts.sub_specialities) == ["Heart Failure", "Rhythm", "Veins"]
    assert hearts.aliases == ["Hearts", "Angiology"]
    specialities.load([{"name": "Angiology", "sub_specialities": ["Veins"]}])
    assert db.session.query(MedicalSpeciality).count() == 1


def test_a_sub_speciality_merges_within_its_speciality(
    browser: FlaskClient, asha: Doctor, hearts: MedicalSpeciality, vessels: MedicalSpeciality
) -> None:
    failure, rhythm = sorted(hearts.sub_specialities, key=lambda sub: sub.name)
    asha.speciality_id, asha.sub_speciality_id = hearts.id, rhythm.id
    db.session.commit()
    address = f"/admin/specialities/sub/{rhythm.id}/merge"
    assert browser.post(address, data={"merge-into": vessels.sub_specialities[0].id}).status_code == 422

    Page(browser.get(f"/admin/specialities/sub/{rhythm.id}")).form("Merge").fill(
        {"Merge into": "Heart Failure"}
    ).submit(browser)

    assert asha.sub_speciality_id == failure.id and failure.aliases == ["Rhythm"]


def test_a_retired_one_stays_with_whoever_has_it_and_is_offered_to_nobody_else(
    browser: FlaskClient, client: FlaskClient, asha: Doctor, ben: Doctor, hearts: MedicalSpeciality
) -> None:
    asha.speciality_id = hearts.id
    db.session.commit()
    page = Page(browser.get(f"/admin/specialities/{hearts.id}")).form("Retire").submit(browser)
    assert "Bring it back" in page.buttons and "Remove" not in page.buttons

    assert "Cardiology" in client_text(client, asha) and "Cardiology" not in client_text(client, ben)
    Page(sign_in(client, asha).get("/profile")).form("Save").submit(client)
    assert asha.speciality_id == hearts.id


def client_text(client: FlaskClient, doctor: Doctor) -> str:
    return sign_in(client, doctor).get("/profile").text


def test_one_that_a_doctor_has_cannot_be_removed(
    browser: FlaskClient, asha: Doctor, hearts: MedicalSpeciality
) -> None:
    asha.speciality_id = hearts.id
    db.session.commit()
    address = f"/admin/specialities/speciality/{hearts.id}/remove"
    assert "You can retire it" in browser.post(address, follow_redirects=True).text
    assert tidying.doctors_with(hearts) == 1


def test_every_letter_can_be_looked_at(browser: FlaskClient, app: Flask) -> None:
    page = Page(browser.get("/admin/letters"))
    for name in LETTERS:
        assert Page(browser.get(f"/admin/letters/{name}")).status == 200
        alone = browser.get(f"/admin/letters/{name}/html")
        assert alone.status_code == 200 and "sandbox" in alone.headers["Content-Security-Policy"]
    assert "You are verified" in page.links
    assert browser.get("/admin/letters/nonsense").status_code == 404
    folder = Path(app.root_path).parent / "templates/letters"
    written = {one.name for one in folder.iterdir() if one.is_dir()}
    assert {sample.letter for sample in LETTERS.values()} == written


def test_the_audit_log_is_searched_by_deed_person_and_day(
    browser: FlaskClient, asha: Doctor, carla: User
) -> None:
    AuditEvent.write(
        "doctor verified", user_id=carla.id, subject="doctor", subject_id=asha.id, reason="My words."
    )
    AuditEvent.write("letter given up", subject="letter", subject_id=3, letter="code", why="Private.")
    db.session.commit()

    found = Page(browser.get("/admin/audit?q=VERIFIED"))
    assert "Doctor verified" in found.text and "Letter given up" not in found.text
    assert "My words." not in found.text and "carla@example.org" in found.text
    assert "The letter “code”." in Page(browser.get("/admin/audit?about=letter")).text
    assert "Private." not in browser.get("/admin/audit").text
    assert "Doctor verified" in Page(browser.get("/admin/audit?q=carla@")).text
    assert "Nothing found" in Page(browser.get("/admin/audit?since=2001-01-01&until=2001-01-02")).text


def test_how_something_was_done_is_told_in_sentences(browser: FlaskClient, asha: Doctor) -> None:
    about = {"subject": "doctor", "subject_id": asha.id}
    AuditEvent.write("document seen", **about, kind="photo_id", document_id=4)
    AuditEvent.write("doctor verified", **about, matched=["name", "status"], claim={"full_name": "Private"})
    AuditEvent.write("verification opened again", **about, changed=["medical_council_regd_no"])
    AuditEvent.write("settings changed", archive_years=9)
    AuditEvent.write("doctors exported", state="more")
    AuditEvent.write("council changed", subject="council", subject_id=1, name="Mumbai", was="Bombay")
    db.session.commit()

    page = Page(browser.get("/admin/audit")).text
    for sentence in (
        "Photo ID. Document 4.",
        "In the register: name, status.",
        "Changed: number.",
        "What was published kept for 9 years.",
        "Those in the list “Asked for more”.",
        "Mumbai. Before: Bombay.",
    ):
        assert sentence in page
    assert "Private" not in page


def test_no_page_of_the_backoffice_shows_what_the_task_does_not_need(
    app: Flask, browser: FlaskClient, asha: Doctor
) -> None:
    """Not what a doctor writes, before or after it went out, nor an account's keys."""
    account = make_account(asha)
    make_post(asha, account, content="Quiet words of a draft", status="draft")
    make_post(asha, account, content="Quiet words of a failure", status="failed")
    asha.professional_bio = "Quiet words of a life"
    db.session.commit()
    plain = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and "GET" in (rule.methods or ()) and "<" not in rule.rule
    ]
    places = [*plain, f"/admin/doctors/{asha.id}", f"/admin/doctors/{asha.id}/archive", "/admin/?state=all"]

    assert len(places) > 12
    for place in [*places, "/admin/publishing/failed"]:
        shown = browser.get(place, follow_redirects=True).text
        assert "Quiet words" not in shown and "access" not in shown.split("</head>")[-1].split(), place


@pytest.mark.parametrize(
    "odd", ["q=%00", "page=-1", "page=9" + "9" * 30, "since=x", "about=x", "id=٣", "q=%25"]
)
def test_an_odd_search_breaks_nothing(browser: FlaskClient, odd: str) -> None:
    assert browser.get(f"/admin/audit?{odd}").status_code == 200


def test_a_long_log_has_pages(browser: FlaskClient) -> None:
    for number in range(51):
        AuditEvent.write(f"deed {number:02}")
    db.session.commit()
    first = Page(browser.get("/admin/audit?q=deed"))
    assert "Deed 50" in first.text and "Deed 00" not in first.text
    assert "Deed 00" in first.follow(browser, "Next").text


def test_numbers_are_chosen_and_doctors_told(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/settings")).form("Save").fill({"Answer within (days)": "9"})
    page = page.submit(browser)
    assert page.value_of("Answer within (days)") == "9" and OfficeSetting.read("target_days") == 9
    assert "within 9 days" in Page(browser.get("/admin/")).text
    event = db.session.query(AuditEvent).filter_by(action="settings changed").one()
    assert event.details == {"target_days": 9}


@pytest.mark.parametrize("value", ["0", "61", "", "x", "1.5"])
def test_a_number_out_of_reach_is_refused(browser: FlaskClient, value: str) -> None:
    page = Page(browser.get("/admin/settings")).form("Save").fill({"Answer within (days)": value})
    page = page.submit(browser)
    assert page.status == 422 and "from 1 to 60 days" in str(page.error_of("Answer within (days)"))


def test_an_administrator_makes_another_one(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/administrators"))
    assert "You are the only one." in page.text
    page = page.form("Make administrator").fill(Email="Diego@Example.org").submit(browser)

    user = db.session.query(User).filter_by(email="diego@example.org").one()
    assert user.is_administrator and user.is_active and "You are the only one." not in page.text
    assert db.session.query(OutboxLetter).one().letter == "administrator_made"


def test_a_doctors_address_is_refused(browser: FlaskClient, asha: Doctor) -> None:
    page = Page(browser.get("/admin/administrators")).form("Make administrator")
    page = page.fill(Email="asha@example.org").submit(browser)
    assert page.status == 422 and not asha.user.is_administrator


def test_taking_the_right_away_takes_two(
    browser: FlaskClient, client: FlaskClient, carla: User, diego: User
) -> None:
    eve = make_user(email="eve@example.org", role="administrator")
    sign_in(client, eve)
    browser = sign_in(client, carla)
    page = Page(browser.get("/admin/administrators"))
    page = page.form("Ask to take it away: eve@example.org").fill(Why="She left.").submit(browser)
    assert "It takes two administrators." in page.text and eve.is_active

    other = sign_in(client, diego)
    Page(other.get("/admin/administrators")).form("Confirm: take the right away").submit(other)

    assert not eve.is_active
    assert db.session.query(BrowserSession).filter_by(user_id=eve.id).count() == 0


def test_nobody_takes_their_own_right_away_nor_without_a_reason(
    browser: FlaskClient, carla: User, diego: User
) -> None:
    page = Page(
        browser.post(f"/admin/administrators/{carla.id}/demote", data={"stop-reason": "x"}), check=False
    )
    assert page.status == 422
    page = Page(browser.post(f"/admin/administrators/{diego.id}/demote", data={"stop-reason": " "}))
    assert page.status == 422 and "Enter a reason" in page.text
