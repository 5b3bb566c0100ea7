"""Posts that doctors publish by hand: handed over, recalled in waking hours, closed when nobody did them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import jobs
from portal.extensions import db
from portal.models import Attempt, Doctor, Notice, OutboxLetter, Publication
from portal.platforms.base import AwaitingDoctor
from portal.publishing import assisting, flows, telling
from tests.conftest import Clock, HeldJobs
from tests.factories import make_account, make_post
from tests.publishing.conftest import Engine
from tests.publishing.fake_network import FakeNetwork

# Noon in India, where Asha works.
NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.fixture
def handed_over(engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """A post that was due just now on a network that nobody can publish on for the doctor."""
    monkeypatch.setattr(FakeNetwork, "needs_token", False)
    network.script = [lambda create: AwaitingDoctor("It is time.")]  # type: ignore[list-item,return-value]
    engine.account.token = None
    publication = engine.post()
    assert engine.run() == 1
    return engine.fresh(publication)


@pytest.fixture
def task(asha: Doctor, clock: Clock, held_jobs: HeldJobs) -> Publication:
    """A task of Asha's that began at noon."""
    return begun_at(NOON, asha, clock)


def begun_at(at: datetime, doctor: Doctor, clock: Clock) -> Publication:
    clock.set(at)
    publication = make_post(doctor, make_account(doctor), status="failed", scheduled_at=at).publications[0]
    publication.hand_over(at)
    db.session.commit()
    return publication


def letters() -> list[OutboxLetter]:
    return list(db.session.scalars(select(OutboxLetter).order_by(OutboxLetter.id)))


def pass_time(clock: Clock, until: datetime) -> list[str]:
    """Look every quarter of an hour, as the sweep does every second; when letters were written, in UTC."""
    written: list[str] = []
    while clock.at < until:
        clock.advance(minutes=15)
        before = len(letters())
        if flows.ring_for_waiting().remind_doctors:
            jobs.remind_doctors()
        written += [f"{clock.at:%d %H:%M}"] * (len(letters()) - before)
    return written


def test_at_its_time_it_is_the_doctors_turn(handed_over: Publication) -> None:
    task = handed_over
    assert (task.status, task.error_message, task.reminders) == ("awaiting_doctor", None, 0)
    assert task.handed_at and task.remind_at
    assert db.session.scalars(select(Attempt)).one().outcome == "assisted"
    assert [notice.kind for notice in db.session.scalars(select(Notice))] == ["awaiting_doctor"]


def test_one_letter_leads_to_the_task_and_holds_no_word_of_it(handed_over: Publication) -> None:
    telling.tell()
    telling.tell()

    (letter,) = letters()
    assert (letter.letter, letter.about["publication_id"]) == ("assist_due", handed_over.id)
    assert "Wash your hands." not in str(letter.about)


def test_a_disconnected_account_without_token_waits_like_any_other(
    engine: Engine, network: FakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeNetwork, "needs_token", False)
    engine.account.token, engine.account.status = None, "disconnected"
    publication = engine.post()

    engine.run()

    assert (engine.fresh(publication).status, publication.held_for) == ("held", "account")
    assert network.calls == 0


def test_two_reminders_and_then_it_is_missed(task: Publication, clock: Clock) -> None:
    # After an hour and the next morning: 13:00, and 8:00 of the next day in India.
    assert pass_time(clock, NOON + timedelta(days=3, minutes=-30)) == ["24 07:30", "25 02:30"]
    assert [letter.about["is_last"] for letter in letters()] == [False, True]
    assert task.status == "awaiting_doctor"

    pass_time(clock, NOON + timedelta(days=3, hours=1))

    db.session.refresh(task)
    assert (task.status, task.error_code) == ("failed", "missed")
    assert task.error_message and "3 days" in task.error_message
    assert [notice.kind for notice in db.session.scalars(select(Notice))][-1:] == ["failed"]


def test_nobody_is_recalled_anything_at_night(asha: Doctor, clock: Clock, held_jobs: HeldJobs) -> None:
    evening = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 20:30 in India
    begun_at(evening, asha, clock)

    # 21:30 becomes 8:00 of the morning; the second one, meant for the same 8:00, keeps an hour's distance.
    assert pass_time(clock, evening + timedelta(hours=30)) == ["25 02:30", "25 03:30"]


def test_two_reminders_never_come_together(asha: Doctor, clock: Clock, held_jobs: HeldJobs) -> None:
    begun_at(NOON, asha, clock)
    clock.advance(hours=22)  # everything stood still for most of a day

    written = pass_time(clock, NOON + timedelta(hours=30))

    assert written == ["25 04:45", "25 05:45"]


def test_a_reminder_is_written_once(task: Publication, clock: Clock) -> None:
    clock.advance(hours=1)
    assert (assisting.remind_due(), assisting.remind_due()) == (1, 0)
    assert [letter.letter for letter in letters()] == ["assist_reminder"]


def test_who_wants_no_letters_gets_none_and_the_task_still_ends(
    asha: Doctor, task: Publication, clock: Clock
) -> None:
    asha.letters_about_trouble = False
    db.session.commit()

    assert pass_time(clock, NOON + timedelta(days=3, hours=1)) == []

    db.session.refresh(task)
    assert task.status == "failed"


def test_what_is_done_is_not_recalled(task: Publication, clock: Clock) -> None:
    task.platform_post_id = "1"
    task.move("published", by="doctor")
    db.session.commit()

    assert pass_time(clock, NOON + timedelta(days=4)) == []


@pytest.mark.parametrize(
    ("moment", "becomes"),
    [
        ("2026-11-24T07:59:59+05:30", "2026-11-24T08:00+05:30"),
        ("2026-11-24T08:00:00+05:30", "2026-11-24T08:00+05:30"),
        ("2026-11-24T20:59:59+05:30", "2026-11-24T20:59:59+05:30"),
        ("2026-11-24T21:00:00+05:30", "2026-11-25T08:00+05:30"),
        ("2026-11-24T23:30:00+05:30", "2026-11-25T08:00+05:30"),
    ],
)
def test_quiet_hours_are_those_of_the_doctors_clock(moment: str, becomes: str) -> None:
    at = datetime.fromisoformat(moment).astimezone(UTC)
    assert assisting.waking(at, "Asia/Kolkata") == datetime.fromisoformat(becomes)


def test_quiet_hours_follow_the_clock_when_it_changes() -> None:
    before_the_change = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)  # 22:00 in London, still summer time
    assert assisting.waking(before_the_change, "Europe/London") == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
