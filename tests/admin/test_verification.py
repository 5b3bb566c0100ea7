"""The backoffice's desk, as Carla uses it."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import mail
from portal.doctors import verifying as flows
from portal.doctors.inputs import Verdict
from portal.errors import Conflict, NotAllowed
from portal.extensions import db
from portal.models import AuditEvent, Doctor, MedicalSpeciality, OutboxLetter, User
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_doctor, make_post
from tests.page import Page
from tests.signing_in import sign_in

PLACES = ["/admin/", "/admin/doctors/1"]
ACTIONS = ["/admin/doctors/{id}/verify", "/admin/doctors/{id}/reject"]


@pytest.fixture
def dina(database: None) -> Doctor:
    """Joined yesterday and waits."""
    return make_doctor(
        full_name="Dr. Dina Rao",
        email="dina@example.org",
        verified=False,
        medical_council="Delhi Medical Council",
        medical_council_regd_no="DMC/77",
    )


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


def page_of(browser: FlaskClient, doctor: Doctor) -> Page:
    return Page(browser.get(f"/admin/doctors/{doctor.id}"))


def waiting_post(doctor: Doctor, **changes: Any) -> Any:
    held: dict[str, Any] = {"held_for": "verification"}
    account = make_account(doctor, **changes)
    return make_post(doctor, account, status="held", publication=held).publications[0]


@pytest.mark.parametrize("place", PLACES)
def test_a_doctor_and_a_stranger_find_nothing_there(client: FlaskClient, asha: Doctor, place: str) -> None:
    assert client.get(place).status_code == 404
    assert sign_in(client, asha).get(place).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_a_doctor_cannot_decide(client: FlaskClient, asha: Doctor, dina: Doctor, action: str) -> None:
    address = action.format(id=dina.id)
    assert client.post(address).status_code == 404
    assert sign_in(client, asha).post(address, data={"reason": "No."}).status_code == 404
    assert dina.verification == "pending"


def test_who_waits_longest_comes_first(client: FlaskClient, carla: User, clock: Clock, asha: Doctor) -> None:
    make_doctor(full_name="Dr. Old", verified=False)
    clock.advance(days=3)
    make_doctor(full_name="Dr. New", verified=False)
    clock.advance(hours=2)

    text = Page(sign_in(client, carla).get("/admin/")).text

    assert text.index("Dr. Old") < text.index("Dr. New")
    assert "3 days" in text and "2 hours" in text
    assert asha.full_name not in text


def test_somebody_who_never_confirmed_the_address_is_not_shown(browser: FlaskClient, dina: Doctor) -> None:
    dina.user.confirmed_at = None
    db.session.commit()
    assert "Nobody waits" in Page(browser.get("/admin/")).text
    assert browser.get(f"/admin/doctors/{dina.id}").status_code == 404


@pytest.mark.parametrize("words", ["dina", "DINA@EXAMPLE", "dmc/77", " Delhi Medical "])
def test_a_doctor_is_found_by_name_address_council_or_number(
    browser: FlaskClient, dina: Doctor, asha: Doctor, words: str
) -> None:
    page = Page(browser.get("/admin/")).form("Search")
    page = page.fill({"Name, email, council or number": words}).submit(browser)
    assert "Dr. Dina Rao" in page.links and "Dr. Asha Menon" not in page.text


@pytest.mark.parametrize("words", ["%", "_", "\\", "\x00", "🫀", "' OR 1=1 --", "x" * 5000, "<script>"])
def test_odd_words_find_nobody_and_break_nothing(browser: FlaskClient, dina: Doctor, words: str) -> None:
    answer = browser.get("/admin/", query_string={"q": words, "state": "nonsense", "page": "-1"})
    assert answer.status_code == 200
    assert ("Dr. Dina Rao" in answer.text) == (words == "\x00")


def test_a_long_list_has_pages(browser: FlaskClient, clock: Clock) -> None:
    for number in range(51):
        clock.advance(minutes=1)
        make_doctor(full_name=f"Dr. Number {number:02}", verified=False)

    first = Page(browser.get("/admin/"))
    second = first.follow(browser, "Next")

    assert "Dr. Number 49" in first.text and "Dr. Number 50" not in first.text
    assert "Dr. Number 50" in second.text and "Next" not in second.links
    assert "Dr. Number 00" in second.follow(browser, "Back to the start").text


def test_the_claim_is_shown(browser: FlaskClient, dina: Doctor) -> None:
    dina.qualification, dina.clinic_address = "MBBS", "1 Ring Road\nDelhi"
    dina.speciality = MedicalSpeciality(name="Psychiatry", aliases=[])
    db.session.commit()
    text = page_of(browser, dina).text
    for fact in ("Delhi Medical Council", "DMC/77", "MBBS", "Psychiatry", "1 Ring Road"):
        assert fact in text


def test_verifying_tells_the_doctor_and_lets_posts_go_on(
    browser: FlaskClient, dina: Doctor, carla: User, held_jobs: HeldJobs, clock: Clock
) -> None:
    publication = waiting_post(dina)

    page = page_of(browser, dina).form("Verify").submit(browser)

    assert "Dr. Dina Rao is verified." in page.text
    assert (dina.verification, dina.verified_at, dina.verified_by_id) == ("verified", clock.at, carla.id)
    db.session.expire_all()
    assert (publication.status, publication.held_for) == ("scheduled", None)
    assert [(e.to_status, e.who) for e in publication.events][-1] == ("scheduled", "administrator")
    assert {job for job, *_ in held_jobs} == {"publish_due", "drain_letters"}
    letter = db.session.query(OutboxLetter).one()
    assert (letter.letter, letter.to, letter.about) == ("verified", "dina@example.org", {"waiting": 1})


def test_what_waits_for_something_else_goes_on_waiting(dina: Doctor, carla: User) -> None:
    lost = waiting_post(dina, platform="linkedin", status="disconnected")
    account = make_account(dina)
    other = make_post(dina, account, status="held", publication={"held_for": "account"}).publications[0]
    draft = make_post(dina, account, status="draft").publications[0]

    flows.verify(dina, carla)

    assert (lost.status, lost.held_for) == ("held", "account")
    assert (other.status, other.held_for, draft.status) == ("held", "account", "draft")


def test_posts_of_others_are_left_alone(dina: Doctor, carla: User) -> None:
    theirs = waiting_post(make_doctor(verified=False))
    flows.verify(dina, carla)
    assert theirs.status == "held"


def test_turning_down_needs_a_reason(browser: FlaskClient, dina: Doctor) -> None:
    page = page_of(browser, dina).form("Reject").fill({"Reason": " "}).submit(browser)
    assert page.status == 422
    assert page.error_of("Reason") == "Enter a reason that helps the doctor, 1,000 characters or fewer."
    assert dina.verification == "pending"


def test_turning_down_tells_the_doctor_why(browser: FlaskClient, dina: Doctor) -> None:
    page = page_of(browser, dina).form("Reject").fill({"Reason": "No such number."}).submit(browser)

    assert "gets a letter with the reason" in page.text
    assert "Turned down by carla@example.org." in page.text
    assert (dina.verification, dina.rejection_reason) == ("rejected", "No such number.")
    letter = db.session.query(OutboxLetter).one()
    assert (letter.letter, letter.about) == ("rejected", {"reason": "No such number."})
    assert "Verify" in page.buttons and "Reject" not in page.buttons


@pytest.mark.parametrize("reason", ["x" * 1001, "a\x00b"])
def test_a_reason_that_cannot_be_kept_is_refused(browser: FlaskClient, dina: Doctor, reason: str) -> None:
    answer = browser.post(f"/admin/doctors/{dina.id}/reject", data={"reason": reason})
    assert answer.status_code == 422 and dina.verification == "pending"


def test_nobody_decides_about_themselves(client: FlaskClient, dina: Doctor) -> None:
    dina.user.role = "administrator"
    db.session.commit()
    browser = sign_in(client, dina)

    page = page_of(browser, dina)
    assert "Nobody decides about themselves" in page.text and "Verify" not in page.buttons
    answer = browser.post(f"/admin/doctors/{dina.id}/verify", follow_redirects=True)
    assert "Nobody decides about themselves" in answer.text
    answer = browser.post(f"/admin/doctors/{dina.id}/reject", data={"reason": "Me."})
    assert answer.status_code == 422
    assert dina.verification == "pending"


def test_somebody_who_is_no_administrator_cannot_reach_the_flow(dina: Doctor, asha: Doctor) -> None:
    with pytest.raises(NotAllowed):
        flows.verify(dina, asha.user)


def test_the_second_of_two_decisions_is_refused(dina: Doctor, carla: User) -> None:
    flows.verify(dina, carla)
    with pytest.raises(Conflict):
        flows.verify(dina, carla)
    with pytest.raises(Conflict):
        flows.reject(dina, carla, Verdict(reason="Too late."))
    assert db.session.query(OutboxLetter).count() == 1


def test_a_decision_is_written_down_with_what_was_decided_about(dina: Doctor, carla: User) -> None:
    flows.verify(dina, carla)
    event = db.session.query(AuditEvent).filter_by(action="doctor verified").one()
    assert (event.user_id, event.subject_id) == (carla.id, dina.id)
    assert event.details["claim"]["medical_council_regd_no"] == "DMC/77"


@pytest.mark.parametrize("number", ["0", "999999999", "9223372036854775808", "9" * 40, "abc", "-1", "1.5"])
def test_a_doctor_who_does_not_exist_is_not_found(browser: FlaskClient, number: str) -> None:
    assert browser.get(f"/admin/doctors/{number}").status_code == 404


def test_the_age_counts_from_the_last_asking(clock: Clock, dina: Doctor, carla: User) -> None:
    flows.reject(dina, carla, Verdict(reason="Which council?"))
    clock.advance(days=5)
    flows.claim_was_changed(dina, ["full_name"])
    assert dina.waiting_since == clock.at > clock.at - timedelta(days=5)


def test_the_letters_read_well(app: Any, asha: Doctor) -> None:
    context: dict[str, Any] = {"doctor": asha, "full_name": asha.full_name}

    good = mail.draw("verified", "asha@example.org", **context, waiting=2)
    bad = mail.draw("rejected", "asha@example.org", **context, reason="No such <number>.")

    assert good.subject == "You are verified"
    assert "2 planned posts waited for this and go on now." in good.body
    assert bad.subject == "We could not verify you"
    assert "No such <number>." in bad.body and "No such &lt;number&gt;." in bad.html
    assert "/profile" in bad.body
