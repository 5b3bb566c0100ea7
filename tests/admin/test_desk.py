"""The verification desk beyond a plain yes or no."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.doctors import verifying
from portal.doctors.inputs import Grounds, Verdict
from portal.errors import Conflict
from portal.extensions import db
from portal.models import (
    AuditEvent,
    Doctor,
    JointDecision,
    Licence,
    LicenceDecision,
    LicenceDocument,
    OutboxLetter,
    User,
)
from tests.conftest import Clock
from tests.doctors.photos import photo
from tests.factories import make_account, make_doctor, make_post, make_user
from tests.page import Page
from tests.signing_in import sign_in

LONG = "Dr. Wolfeschlegelsteinhausenbergerdorff Venkatanarasimharajuvaripeta Subrahmanyam-Krishnamurthy"


@pytest.fixture
def dina(database: None) -> Doctor:
    """Waits, with a claim of the United Kingdom."""
    doctor = make_doctor(
        full_name="Dr. Dina Rao",
        email="dina@example.org",
        verified=False,
        medical_council="General Medical Council (UK)",
        medical_council_regd_no="1234567",
    )
    db.session.add(Licence(doctor_id=doctor.id, country="GB", registered_name="Dina Rao"))
    db.session.commit()
    return doctor


@pytest.fixture
def diego(database: None) -> User:
    """A second administrator."""
    return make_user(email="diego@example.org", role="administrator")


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


def desk(browser: FlaskClient, doctor: Doctor) -> Page:
    return Page(browser.get(f"/admin/doctors/{doctor.id}"))


def test_the_claim_stands_beside_the_register(browser: FlaskClient, dina: Doctor) -> None:
    page = desk(browser, dina)
    assert "https://www.gmc-uk.org" in page.links["General Medical Council (UK)"]
    assert "Dina Rao" in page.text and "United Kingdom" in page.text


def test_a_number_of_the_wrong_shape_is_told(browser: FlaskClient, dina: Doctor) -> None:
    dina.medical_council_regd_no = "12"
    db.session.commit()
    assert "The shape does not fit" in desk(browser, dina).text


def test_a_decision_keeps_ticks_note_and_evidence(browser: FlaskClient, dina: Doctor, carla: User) -> None:
    filled = {
        "Name": True,
        "Number": True,
        "Note": "Called them.",
        "Evidence": (io.BytesIO(photo()), "r.jpg"),
    }
    page = desk(browser, dina).form("Verify").fill(filled).submit(browser)

    decision = db.session.query(LicenceDecision).one()
    assert (decision.decision, decision.matched, decision.note) == (
        "verified",
        ["name", "number"],
        "Called them.",
    )
    assert decision.claim["medical_council_regd_no"] == "1234567"
    assert db.session.query(LicenceDocument).one().kind == "evidence"
    assert "Matched: Name, Number." in page.text
    event = db.session.query(AuditEvent).filter_by(action="doctor verified").one()
    assert "note" not in event.details and event.details["matched"] == ["name", "number"]


def test_the_doctor_never_sees_the_evidence(browser: FlaskClient, client: FlaskClient, dina: Doctor) -> None:
    desk(browser, dina).form("Verify").fill(Evidence=(io.BytesIO(photo()), "r.jpg")).submit(browser)
    document = db.session.query(LicenceDocument).one()
    doctors = sign_in(client, dina)
    assert doctors.get(f"/profile/licence/documents/{document.id}").status_code == 404
    assert "Evidence" not in Page(doctors.get("/profile/licence")).text


def test_asking_for_more_leaves_it_open_until_the_doctor_answers(
    browser: FlaskClient, client: FlaskClient, dina: Doctor
) -> None:
    form = desk(browser, dina).form("Ask for more").fill(Reason="Which name?")
    form.fill({"Reason for the doctor": "We could not read your document."}).submit(browser)

    assert (dina.verification, dina.more_asked_at is not None) == ("pending", True)
    letter = db.session.query(OutboxLetter).filter_by(letter="more_needed").one()
    assert letter.about == {"reason": "We could not read your document.\nWhich name?"}
    assert "Dr. Dina Rao" not in Page(browser.get("/admin/")).text
    assert "Dr. Dina Rao" in Page(browser.get("/admin/?state=more")).text
    doctors = sign_in(client, dina)
    page = Page(doctors.get("/profile/licence"))
    assert "We need more from you" in page.text and "Which name?" in page.text
    page.form("Save").submit(doctors)
    assert dina.more_asked_at is None


def test_a_reason_from_the_list_is_enough(browser: FlaskClient, dina: Doctor) -> None:
    form = desk(browser, dina).form("Reject")
    form.fill({"Reason for the doctor": "We did not find this number in the register."}).submit(browser)
    assert dina.rejection_reason == "We did not find this number in the register."


def test_a_claim_that_was_turned_down_blocks_nobody(dina: Doctor, carla: User) -> None:
    licence = db.session.query(Licence).one()
    licence.claim_key = "GB|gmc|1234567|"
    db.session.commit()
    verifying.reject(dina, carla, Verdict(reason="No."))
    db.session.refresh(licence)
    assert licence.claim_key is None


def test_the_doctor_is_told_when_to_expect_an_answer(client: FlaskClient, dina: Doctor, clock: Clock) -> None:
    browser = sign_in(client, dina)
    assert "as we hope" in Page(browser.get("/profile")).text
    clock.set(dina.waiting_since + timedelta(days=4))
    assert "longer than we hoped" in Page(sign_in(client, dina).get("/profile")).text


def test_suspending_stops_posts_and_ending_it_asks_for_a_new_decision(
    browser: FlaskClient, dina: Doctor, carla: User
) -> None:
    verifying.verify(dina, carla, Grounds())
    publication = make_post(dina, make_account(dina)).publications[0]

    page = desk(browser, dina).form("Suspend").fill(Why="A warning was published.").submit(browser)

    assert dina.licence_state == "suspended" and not dina.is_verified
    assert publication.held_for == "verification" and "Verify" not in page.buttons
    with pytest.raises(Conflict):
        verifying.verify(dina, carla)
    verifying.claim_was_changed(dina, ["full_name"])
    assert dina.suspended_at is not None
    page = page.form("End the suspension").submit(browser)
    assert (dina.suspended_at, dina.verification) == (None, "pending") and "Verify" in page.buttons


def test_taking_a_verification_back_takes_two(
    browser: FlaskClient, client: FlaskClient, dina: Doctor, carla: User, diego: User
) -> None:
    verifying.verify(dina, carla)
    page = desk(browser, dina).form("Ask to take it back").fill(Why="Struck off.").submit(browser)
    assert dina.is_verified and "Confirm: take it back" not in page.buttons
    asked = db.session.query(JointDecision).one()
    page = Page(browser.post(f"/admin/together/{asked.id}/confirm", follow_redirects=True))
    assert "You asked for this yourself" in page.text and dina.is_verified

    other = sign_in(client, diego)
    assert "Waits for a second administrator" in Page(other.get("/admin/")).text
    page = desk(other, dina).form("Confirm: take it back").submit(other)

    assert (dina.verification, dina.rejection_reason) == ("rejected", "Struck off.")
    assert asked.outcome == "confirmed" and "Taken back, confirmed by diego@example.org." in page.text
    letter = db.session.query(OutboxLetter).filter_by(letter="verification_stopped").one()
    assert letter.about == {"reason": "Struck off.", "is_for_now": False}
    again = Page(other.post(f"/admin/together/{asked.id}/confirm", follow_redirects=True))
    assert "Somebody has decided about this meanwhile" in again.text


def test_the_wish_can_be_dropped(browser: FlaskClient, dina: Doctor, carla: User, diego: User) -> None:
    verifying.verify(dina, carla)
    page = desk(browser, dina).form("Ask to take it back").fill(Why="Hm.").submit(browser)
    page = page.form("Drop it").submit(browser)
    assert dina.is_verified and "Ask to take it back" in page.buttons


def test_a_single_administrator_is_told_so(browser: FlaskClient, dina: Doctor, carla: User) -> None:
    verifying.verify(dina, carla)
    page = desk(browser, dina)
    assert "You are the only administrator" in page.text and "Ask to take it back" not in page.buttons


@pytest.mark.parametrize("deed", ["suspend", "end-suspension", "revoke", "ask"])
def test_nobody_does_it_to_themselves(client: FlaskClient, dina: Doctor, diego: User, deed: str) -> None:
    dina.user.role, dina.verification = "administrator", "verified"
    db.session.commit()
    browser = sign_in(client, dina)
    answer = browser.post(
        f"/admin/doctors/{dina.id}/{deed}",
        data={"stop-reason": "Me.", "reason": "Me."},
        follow_redirects=True,
    )
    assert "Nobody decides about themselves" in answer.text
    assert dina.verification == "verified" and db.session.query(JointDecision).count() == 0


@pytest.mark.parametrize("deed", ["suspend", "end-suspension", "revoke", "ask"])
def test_a_doctor_finds_no_deed(client: FlaskClient, dina: Doctor, asha: Doctor, deed: str) -> None:
    assert sign_in(client, asha).post(f"/admin/doctors/{dina.id}/{deed}").status_code == 404


def test_the_doctors_come_as_a_file_that_no_spreadsheet_runs(browser: FlaskClient, dina: Doctor) -> None:
    dina.full_name = '=HYPERLINK("x")'
    db.session.commit()
    answer = browser.get("/admin/doctors.csv?state=all&q=dina")
    assert answer.mimetype == "text/csv" and answer.text.startswith("id,full_name,email")
    assert '"\'=HYPERLINK(""x"")"' in answer.text and "dina@example.org" in answer.text
    dina.medical_council_regd_no = "\n=1+1"
    db.session.commit()
    assert '"\'\n=1+1"' in browser.get("/admin/doctors.csv?state=all&q=dina").text
    assert db.session.query(AuditEvent).filter_by(action="doctors exported").count() == 2


def test_the_list_can_be_put_in_another_order(browser: FlaskClient, dina: Doctor) -> None:
    make_doctor(full_name=LONG, verified=False)
    make_doctor(full_name="dr. aaron", verified=False)
    text = Page(browser.get("/admin/?sort=name")).text
    assert text.index("dr. aaron") < text.index("Dr. Dina Rao") < text.index(LONG)
