"""Councils and registers: administrators keep them, and no claim breaks."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.doctors import councils
from portal.extensions import db
from portal.models import AuditEvent, Council, Doctor, Licence, User
from tests.factories import save
from tests.page import Page
from tests.signing_in import sign_in

MCI = "Medical Council of India"


@pytest.fixture
def browser(client: FlaskClient, carla: User) -> FlaskClient:
    return sign_in(client, carla)


@pytest.fixture
def claim(asha: Doctor) -> Licence:
    asha.medical_council, asha.medical_council_regd_no = "Bombay Medical Council", "12345"
    return save(Licence(doctor_id=asha.id, country="IN", year=1990, registered_name=asha.full_name))


def named(name: str) -> Council:
    return db.session.scalars(Council.named(name)).one()


def test_doctors_are_offered_what_administrators_add_and_not_what_they_retire(
    browser: FlaskClient, asha: Doctor
) -> None:
    page = Page(browser.get("/admin/councils")).form("Add")
    typed = {"Name": "Ladakh Medical Council", "Address of its register": "https://lmc.example/search"}
    page.fill(typed).submit(browser)
    browser.post(f"/admin/councils/{named(MCI).id}/retire")

    offered = sign_in(browser, asha).get("/profile/licence").text
    assert 'value="Ladakh Medical Council"' in offered and f'value="{MCI}"' not in offered


def test_a_retired_or_renamed_council_breaks_no_claim(
    browser: FlaskClient, asha: Doctor, claim: Licence
) -> None:
    row = named("Bombay Medical Council")
    page = Page(browser.get(f"/admin/councils/{row.id}"))
    assert "1 doctor names it" in page.text
    typed = {"Name": "Mumbai Medical Council", "Address of its register": "https://mmc.example/"}
    page.form("Save").fill(typed).submit(browser)
    browser.post(f"/admin/councils/{row.id}/retire")
    db.session.expire_all()

    assert asha.medical_council == "Bombay Medical Council" and row.aliases == ["Bombay Medical Council"]
    (found,) = councils.registers_for(asha, claim)
    assert (found.name, found.address) == ("Mumbai Medical Council", "https://mmc.example/")
    browser.post(f"/admin/councils/{row.id}/restore")
    assert "Mumbai Medical Council" in councils.suggested()


def test_an_address_says_that_nobody_opened_it_until_somebody_has(
    browser: FlaskClient, asha: Doctor, claim: Licence
) -> None:
    desk = f"/admin/doctors/{asha.id}"
    assert "Nobody has opened this address yet" in Page(browser.get(desk)).text
    row = named("Indian Medical Register")
    Page(browser.get(f"/admin/councils/{row.id}")).form("I opened it, it is right").submit(browser)
    assert "Nobody has opened this address yet" not in Page(browser.get(desk)).text

    # Another address has to be opened anew.
    page = Page(browser.get(f"/admin/councils/{row.id}")).form("Save")
    page.fill({"Address of its register": "https://other.example/"}).submit(browser)
    assert "Nobody has opened this address yet" in Page(browser.get(desk)).text
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "council")).all()
    assert actions == ["council address opened", "council changed"]


def test_what_rests_on_memory_is_said_in_one_place(browser: FlaskClient) -> None:
    page = Page(browser.get("/admin/councils")).text
    assert "written down from memory" in page and "Cure of a listed" in page and "Not opened yet" in page


@pytest.mark.parametrize("address", ["http://plain.example/", "javascript:alert(1)", "https://"])
def test_an_address_that_is_none_is_refused(browser: FlaskClient, address: str) -> None:
    facts = {"kind": "council", "country": "IN", "name": "New Council", "address": address}
    answer = browser.post("/admin/councils", data=facts)
    assert answer.status_code == 422 and "begins with https://" in Page(answer).text


def test_no_two_bear_one_name(browser: FlaskClient) -> None:
    facts = {"kind": "council", "country": "IN", "name": "delhi medical council"}
    assert "There is one with this name already" in Page(browser.post("/admin/councils", data=facts)).text


@pytest.mark.parametrize("place", ["", "/1", "/1/retire"])
def test_doctors_and_strangers_find_nothing_there(client: FlaskClient, asha: Doctor, place: str) -> None:
    ask = client.post if "retire" in place else client.get
    assert ask(f"/admin/councils{place}").status_code == 404
    sign_in(client, asha)
    assert ask(f"/admin/councils{place}").status_code == 404
