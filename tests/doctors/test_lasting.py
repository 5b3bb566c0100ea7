"""Marks that end: a year, a licence's last day, reminders, another look in time."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import jobs
from portal.doctors import lasting, verifying
from portal.errors import Conflict
from portal.extensions import db
from portal.models import Doctor, Licence, OutboxLetter, User
from portal.publishing import flows as publishing
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_doctor, make_post
from tests.page import Page
from tests.signing_in import sign_in


@pytest.fixture
def dina(clock: Clock, carla: User, held_jobs: HeldJobs) -> Doctor:
    """Verified just now."""
    doctor = make_doctor(full_name="Dr. Dina Rao", email="dina@example.org", verified=False)
    return verifying.verify(doctor, carla)


def letters(name: str) -> list[OutboxLetter]:
    return db.session.query(OutboxLetter).filter_by(letter=name).order_by(OutboxLetter.id).all()


def test_a_mark_holds_for_a_year(dina: Doctor, clock: Clock) -> None:
    assert dina.verified_until is not None
    assert timedelta(days=365) <= dina.verified_until - clock.at <= timedelta(days=366)


def test_or_to_the_last_day_of_the_licence(clock: Clock, carla: User, held_jobs: HeldJobs) -> None:
    doctor = make_doctor(verified=False)
    last = (clock.at + timedelta(days=40)).date()
    db.session.add(Licence(doctor_id=doctor.id, country="US", ends_on=last))
    db.session.commit()
    verifying.verify(doctor, carla)
    assert doctor.verified_until and doctor.verified_until.date() == last + timedelta(days=1)


def test_a_licence_that_is_over_cannot_be_verified(carla: User, clock: Clock) -> None:
    doctor = make_doctor(verified=False)
    last = (clock.at - timedelta(days=2)).date()
    db.session.add(Licence(doctor_id=doctor.id, country="US", ends_on=last))
    db.session.commit()
    with pytest.raises(Conflict):
        verifying.verify(doctor, carla)


def test_reminders_come_60_30_and_7_days_before_once_each(dina: Doctor, clock: Clock) -> None:
    assert dina.verified_until is not None
    told = []
    for days in (61, 60, 59, 31, 30, 8, 7, 1):
        clock.set(dina.verified_until - timedelta(days=days))
        lasting.mind_ends()
        lasting.mind_ends()
        told.append(len(letters("licence_ending")))
    assert told == [0, 1, 1, 1, 2, 2, 3, 3]
    assert letters("licence_ending")[-1].about["days"] == 7


def test_when_it_is_over_posts_wait_and_the_doctor_is_told(
    dina: Doctor, clock: Clock, client: FlaskClient
) -> None:
    assert dina.verified_until is not None
    publication = make_post(dina, make_account(dina), scheduled_at=dina.verified_until + timedelta(days=3))
    clock.set(dina.verified_until)
    assert not dina.is_verified and dina.licence_state == "lapsed"

    jobs.announce_ends()

    assert (dina.verification, dina.lapsed_at) == ("pending", clock.at)
    assert publication.publications[0].held_for == "verification"
    assert [letter.to for letter in letters("licence_lapsed")] == ["dina@example.org"]
    assert "Your verification has ended" in Page(sign_in(client, dina).get("/profile")).text
    assert lasting.mind_ends() == (0, 0)


def test_nothing_goes_on_by_itself_once_the_time_is_over(dina: Doctor, clock: Clock) -> None:
    assert dina.verified_until is not None
    held = {"held_for": "verification"}
    publication = make_post(dina, make_account(dina), status="held", publication=held).publications[0]
    clock.set(dina.verified_until)
    publishing.sweep()
    db.session.expire_all()
    assert publication.status == "held"


def test_who_asks_in_time_is_looked_at_again_and_goes_on(
    dina: Doctor, carla: User, clock: Clock, client: FlaskClient
) -> None:
    assert dina.verified_until is not None
    before = dina.verified_until
    clock.set(before - timedelta(days=20))
    browser = sign_in(client, dina)

    page = Page(browser.get("/profile")).form("Nothing has changed: check again").submit(browser)

    assert "We look at the register again" in page.text and dina.is_verified
    desk = Page(sign_in(client, carla).get("/admin/"))
    assert "Dr. Dina Rao" in desk.links and "Next check" in desk.text
    Page(client.get(f"/admin/doctors/{dina.id}")).form("Verify").submit(client)
    assert dina.verified_until > before and dina.recheck_asked_at is None


def test_the_overview_recalls_it_too(dina: Doctor, clock: Clock, client: FlaskClient) -> None:
    assert dina.verified_until is not None
    clock.set(dina.verified_until - timedelta(days=40))
    page = Page(sign_in(client, dina).get("/"))
    assert "Your verification ends soon" in page.text
    assert "Nothing has changed: check again" in page.buttons
