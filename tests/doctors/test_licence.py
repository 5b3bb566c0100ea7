"""The page of the registration: what a doctor says, what is held against it, and the papers."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.doctors import documents, numbers, verifying
from portal.extensions import db
from portal.models import AuditEvent, Council, Doctor, Licence, LicenceDocument, OutboxLetter, User
from tests.conftest import Clock
from tests.doctors.photos import SVG, photo
from tests.factories import make_account, make_post
from tests.page import Page
from tests.signing_in import sign_in

CLAIM = {
    "Country": "India",
    "Medical council or register": "Delhi Medical Council",
    "Registration number": "DMC/77",
    "Year of registration": "2009",
    "Name as registered": "Asha Menon",
}
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@pytest.fixture
def browser(client: FlaskClient, asha: Doctor) -> FlaskClient:
    return sign_in(client, asha)


def claim(browser: FlaskClient, **changes: Any) -> Page:
    page = Page(browser.get("/profile/licence")).form("Save")
    return page.fill(CLAIM | changes.pop("fields", {}), **changes).submit(browser)


def paper(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def licence_of(doctor: Doctor) -> Licence:
    return db.session.query(Licence).filter_by(doctor_id=doctor.id).one()


@pytest.mark.parametrize(
    ("country", "council", "number", "is_right"),
    [
        ("IN", "Delhi Medical Council", "DMC/77-B", True),
        ("IN", "Delhi Medical Council", "no digits", False),
        ("IN", "Delhi Medical Council", "1" * 16, False),
        ("IN", "Delhi Medical Council", "12_3", False),
        ("GB", "General Medical Council (UK)", "1234567", True),
        ("GB", "General Medical Council (UK)", "123456", False),
        ("GB", "General Medical Council (UK)", "१२३४५६७", False),
        ("GB", "General Dental Council (UK)", "CD123456", True),
        ("GB", "General Dental Council (UK)", "1234567", False),
        ("US", "Medical Board of California", "A 12345", True),
        ("US", "NPI", "1234567890", False),
        ("US", "NPPES", "1234567893", True),
        ("other", "Board", "<b>1</b>", False),
    ],
)
def test_the_shape_of_a_number_is_told(country: str, council: str, number: str, is_right: bool) -> None:
    assert (numbers.number_problem(country, council, number) is None) == is_right


@pytest.mark.parametrize("number", ["1234567893", "1245319599", "2345678900", "123-456 7893"])
def test_an_npi_with_the_right_last_digit_fits(number: str) -> None:
    assert numbers.npi_problem(number) is None


@pytest.mark.parametrize("number", ["1234567890", "0000000000", "1111111111", "3234567893", "123456789"])
def test_an_npi_with_a_slip_is_told(number: str) -> None:
    assert numbers.npi_problem(number) == numbers.NPI_NUMBER


def test_the_same_registration_is_known_however_it_is_typed() -> None:
    one = numbers.claim_key("IN", "Delhi Medical Council", "DMC/77", 2009)
    assert one == numbers.claim_key("IN", " delhi medical  council", "dmc-77", 2009)
    assert one != numbers.claim_key("IN", "Delhi Medical Council", "DMC/77", 2010)
    assert numbers.claim_key("IN", "Delhi Medical Council", "DMC/77", None) is None


def test_a_number_that_a_country_gives_once_is_known_under_every_name_of_its_register() -> None:
    one = numbers.claim_key("GB", "GMC", "7654321", None)
    assert one == numbers.claim_key("GB", "General Medical Council (UK)", "7654321", 2011)
    assert one == numbers.national_key("gmc", "7654321")
    assert one != numbers.claim_key("GB", "General Dental Council (UK)", "765432", None)
    dentist = numbers.claim_key("GB", "General Dental Council (UK)", "CD123456", None)
    assert dentist == numbers.national_key("gdc", "123456")
    assert numbers.claim_key("US", "NPI", "1234567893", None) == numbers.national_key("npi", "123-456-7893")
    assert numbers.claim_key("US", "Texas Medical Board", "A1", None) != numbers.national_key("npi", "A1")


def test_the_whole_claim_is_kept_and_proves_nothing(browser: FlaskClient, asha: Doctor) -> None:
    asha.verification = "pending"
    db.session.commit()

    page = claim(browser)

    assert "Your registration is saved." in page.text
    assert {label: page.value_of(label) for label in CLAIM if label != "Country"} == {
        label: CLAIM[label] for label in CLAIM if label != "Country"
    }
    assert (asha.medical_council, asha.medical_council_regd_no) == ("Delhi Medical Council", "DMC/77")
    assert (licence_of(asha).year, asha.verification) == (2009, "pending")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("Year of registration", "", "two doctors may have the same number"),
        ("Year of registration", "1920", "must be from 1933"),
        ("Year of registration", "soon", "must be a year"),
        ("Registration number", "none", "with a digit in it"),
        ("Name as registered", "", "Enter your name"),
        ("Valid until", "2001-01-01", "today or later"),
        ("Valid until", "tomorrow", "last day"),
    ],
)
def test_what_cannot_be_is_told_at_once(
    browser: FlaskClient, asha: Doctor, field: str, value: str, words: str
) -> None:
    page = claim(browser, fields={field: value})
    assert page.status == 422 and words in (page.error_of(field) or "")
    assert db.session.query(Licence).count() == 0


def test_a_number_with_a_slip_is_told_while_typing(browser: FlaskClient) -> None:
    asked = {"country": "GB", "medical_council": "GMC", "medical_council_regd_no": "123"}
    assert numbers.GMC_NUMBER in browser.get("/profile/licence/shape", query_string=asked).text


def test_a_registration_of_another_account_is_stopped_kindly_and_administrators_hear_of_it(
    client: FlaskClient, asha: Doctor, ben: Doctor, carla: User
) -> None:
    claim(sign_in(client, ben))
    browser = sign_in(client, asha)

    page = claim(browser, fields={"Registration number": "dmc 77"})
    claim(browser, fields={"Registration number": "dmc 77"})

    assert page.status == 422 and "We cannot take this registration" in page.text
    assert "Ben" not in page.text and asha.medical_council_regd_no is None
    event = db.session.query(AuditEvent).filter_by(action="registration claimed twice").first()
    assert event is not None and event.details == {"other_doctor_id": ben.id}
    letter = db.session.query(OutboxLetter).filter_by(letter="registration_twice").one()
    assert letter.to == "carla@example.org"
    for doctor, other in ((asha, ben), (ben, asha)):
        desk = Page(sign_in(client, carla).get(f"/admin/doctors/{doctor.id}"))
        assert other.full_name in desk.links


SECOND = {"Second number": "NPI (United States)", "The number": "1234567893"}


def test_a_second_number_is_one_persons_too(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    claim(sign_in(client, ben), fields={"Registration number": "DMC/78", **SECOND})
    browser = sign_in(client, asha)

    page = claim(browser, fields=SECOND | {"The number": "123-456-7893"})
    assert page.status == 422 and "We cannot take this number" in (page.error_of("The number") or "")
    page = claim(
        browser,
        fields={
            "Country": "United States",
            "Medical council or register": "NPI",
            "Registration number": "1234567893",
        },
    )
    assert page.status == 422 and "We cannot take this registration" in page.text
    assert db.session.query(Licence).filter_by(doctor_id=asha.id).count() == 0

    licence_of(ben).claim_key = None  # as when an administrator turned it down
    db.session.commit()
    assert "is saved" in claim(browser, fields=SECOND).text


def test_a_council_is_the_same_under_its_newer_name(client: FlaskClient, asha: Doctor, ben: Doctor) -> None:
    claim(sign_in(client, ben))
    council = db.session.scalar(Council.named("Delhi Medical Council"))
    assert council is not None
    council.name, council.aliases = "Council of Delhi", [council.name]
    db.session.commit()

    page = claim(sign_in(client, asha), fields={"Medical council or register": "Council of Delhi"})

    assert page.status == 422 and "We cannot take this registration" in page.text


def test_the_profile_cannot_go_round_the_other_account(
    client: FlaskClient, asha: Doctor, ben: Doctor
) -> None:
    claim(sign_in(client, ben))
    browser = sign_in(client, asha)
    claim(browser, fields={"Registration number": "DMC/78"})

    page = Page(browser.get("/profile")).form("Save").fill({"Registration number": "DMC/77"}).submit(browser)

    assert page.status == 422 and asha.medical_council_regd_no == "DMC/78"


def test_a_change_of_the_number_opens_it_again_and_planned_posts_wait(
    browser: FlaskClient, asha: Doctor
) -> None:
    claim(browser)
    asha.verification = "verified"
    db.session.commit()
    publication = make_post(asha, make_account(asha)).publications[0]
    before = Page(browser.get("/profile/licence"))

    page = claim(browser, fields={"Registration number": "DMC/78"})

    assert "planned posts wait until then" in before.text
    assert "so we check it again" in page.text
    assert (asha.verification, asha.is_verified) == ("pending", False)
    assert (publication.status, publication.held_for) == ("held", "verification")


@pytest.mark.parametrize("field", ["Full name", "Medical council", "Registration number"])
def test_so_does_a_change_on_the_profile(browser: FlaskClient, asha: Doctor, field: str) -> None:
    Page(browser.get("/profile")).form("Save").fill({field: "Delhi 12"}).submit(browser)
    assert asha.verification == "pending"


def test_other_fields_leave_the_mark_alone(browser: FlaskClient, asha: Doctor) -> None:
    Page(browser.get("/profile")).form("Save").fill({"Clinic name": "New"}).submit(browser)
    claim(browser, fields={"Medical council or register": "", "Registration number": ""})
    assert asha.verification == "verified"


@pytest.mark.parametrize(("content", "name"), [(PDF, "c.pdf"), (photo(), "c.jpg"), (photo("PNG"), "c.PNG")])
def test_a_paper_is_sealed_and_comes_back_to_its_owner(
    browser: FlaskClient, asha: Doctor, content: bytes, name: str
) -> None:
    page = claim(browser, fields={"Certificate": paper(content, name)})

    document = db.session.query(LicenceDocument).one()
    assert document.sealed and content[:40] not in document.sealed and b"PDF" not in document.sealed
    answer = browser.get(page.links["Open: Certificate"])
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.data == content or name != "c.pdf"
    seen = db.session.query(AuditEvent).filter_by(action="document seen").one()
    assert (seen.user_id, seen.subject_id) == (asha.user_id, asha.id)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "c.pdf", documents.EMPTY),
        (SVG, "c.svg", documents.WRONG_KIND),
        (SVG, "c.pdf", documents.WRONG_KIND),
        (b"%PDF-1.7 half", "c.pdf", documents.UNREADABLE),
        (PDF + b"/Encrypt %%EOF", "c.pdf", documents.LOCKED),
        (PDF + b"/JavaScript %%EOF", "c.pdf", documents.ACTIVE),
        (PDF + b"<< /S /J#61va#53cript >> %%EOF", "c.pdf", documents.ACTIVE),
        (PDF + b"<< /JS (app.alert) >> %%EOF", "c.pdf", documents.ACTIVE),
        (SVG, "c.png", documents.WRONG_KIND),
        (photo()[:300], "c.jpg", documents.UNREADABLE),
        (PDF + b"x" * documents.MAX_BYTES, "c.pdf", documents.TOO_HEAVY),
    ],
)
def test_a_file_that_is_no_paper_is_refused(
    browser: FlaskClient, content: bytes, name: str, words: str
) -> None:
    page = claim(browser, fields={"Photo ID": paper(content, name)})
    assert page.error_of("Photo ID") == words
    assert db.session.query(LicenceDocument).count() == 0


def test_a_scan_that_says_something_by_chance_is_taken(browser: FlaskClient) -> None:
    scan = PDF + b"2 0 obj << /Length 9 >> stream\n..#53/JS (..\nendstream endobj %%EOF"
    claim(browser, fields={"Photo ID": paper(scan, "c.pdf")})
    assert db.session.query(LicenceDocument).count() == 1


def test_streams_that_never_end_hide_nothing_and_hold_nobody_up(browser: FlaskClient) -> None:
    # Looked for anew from each beginning, this would take hours.
    scan = PDF + b"<< >> stream\n" * 300_000 + b"/JS (app.alert) %%EOF"
    page = claim(browser, fields={"Photo ID": paper(scan, "c.pdf")})
    assert page.error_of("Photo ID") == documents.ACTIVE


def test_a_newer_paper_takes_the_place_of_the_older_one(browser: FlaskClient, asha: Doctor) -> None:
    claim(browser, fields={"Certificate": paper(PDF, "a.pdf")})
    claim(browser, fields={"Certificate": paper(PDF, "b.pdf"), "Photo ID": paper(photo(), "c.jpg")})
    kept = [(one.kind, one.removed_at is None) for one in documents.listed(asha)]
    assert kept == [("certificate", False), ("certificate", True), ("photo_id", True)]


def test_nobody_else_finds_a_paper(client: FlaskClient, asha: Doctor, ben: Doctor, carla: User) -> None:
    document = documents.add(asha, "certificate", PDF, "c.pdf", asha.user)
    mine, desks = (
        f"/profile/licence/documents/{document.id}",
        f"/admin/doctors/{asha.id}/documents/{document.id}",
    )

    assert sign_in(client, ben).get(mine).status_code == 404
    assert client.get(desks).status_code == 404
    assert client.post(f"{mine}/remove").status_code == 404
    assert sign_in(client, carla).get(desks).data == PDF
    assert client.get(f"/admin/doctors/{ben.id}/documents/{document.id}").status_code == 404
    seen = db.session.query(AuditEvent).filter_by(action="document seen").one()
    assert seen.user_id == carla.id


def test_an_owner_can_take_a_paper_back(browser: FlaskClient, asha: Doctor) -> None:
    page = claim(browser, fields={"Certificate": paper(PDF, "a.pdf")})
    where = page.links["Open: Certificate"]

    page.form("Remove: Certificate").submit(browser)

    document = db.session.query(LicenceDocument).one()
    assert document.sealed is None and document.removed_at is not None
    assert browser.get(where).status_code == 404


def test_a_paper_goes_a_set_time_after_the_decision_and_the_fact_stays(
    asha: Doctor, carla: User, clock: Clock
) -> None:
    asha.verification = "pending"
    documents.add(asha, "certificate", PDF, "c.pdf", asha.user)
    verifying.verify(asha, carla)

    clock.advance(days=29)
    assert documents.remove_old() == 0
    clock.advance(days=2)
    assert documents.remove_old() == 1
    document = db.session.query(LicenceDocument).one()
    assert document.sealed is None and document.digest and document.removed_at == clock.at
