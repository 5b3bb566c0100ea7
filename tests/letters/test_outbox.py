"""The outbox: letters leave after the commit, once, or again when that is safer."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import mail
from portal.auth import codes
from portal.auth.asking import Asker
from portal.extensions import db
from portal.letters import flows
from portal.models import AuditEvent, Doctor, OneTimeCode, OutboxLetter
from portal.transaction import transaction
from tests.conftest import Clock, HeldJobs


@pytest.fixture
def letter(asha: Doctor, held_jobs: HeldJobs, clock: Clock) -> OutboxLetter:
    with transaction():
        return OutboxLetter.post("password_changed", "asha@example.org", doctor_id=asha.id)


@pytest.fixture
def code(asha: Doctor, held_jobs: HeldJobs, clock: Clock) -> OneTimeCode:
    with transaction():
        return codes.ask("asha@example.org", "login", asha.user, Asker(None))


class BadServer:
    """A mail server that is away until it is told to be there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, trouble: mail.NotTaken) -> None:
        self.real, self.trouble = mail.hand_over, trouble
        self.is_away = True
        self.drawn: list[Any] = []
        monkeypatch.setattr(mail, "hand_over", self)

    def __call__(self, message: Any, message_id: str | None = None) -> None:
        self.drawn.append((message, message_id))
        if self.is_away:
            raise self.trouble
        self.real(message, message_id)


@pytest.fixture
def bad_server(monkeypatch: pytest.MonkeyPatch) -> BadServer:
    return BadServer(monkeypatch, mail.NotTaken("TimeoutError"))


def test_a_letter_rings_for_itself_and_leaves(
    letter: OutboxLetter, held_jobs: HeldJobs, outbox: list[Any]
) -> None:
    assert ("drain_letters",) in held_jobs
    assert flows.waiting() == 1
    flows.drain()
    assert [sent.recipients for sent in outbox] == [["asha@example.org"]]
    assert letter.sent_at
    flows.drain()
    assert len(outbox) == 1
    assert flows.waiting() == 0


def test_nothing_leaves_when_the_transaction_fails(
    asha: Doctor, held_jobs: HeldJobs, outbox: list[Any]
) -> None:
    with pytest.raises(RuntimeError), transaction():
        OutboxLetter.post("password_changed", "asha@example.org")
        raise RuntimeError
    flows.drain()
    assert outbox == []
    assert held_jobs == []


def test_a_failed_letter_is_tried_again_after_growing_waits(
    letter: OutboxLetter, bad_server: BadServer, outbox: list[Any], clock: Clock
) -> None:
    flows.drain()
    assert len(bad_server.drawn) == 1
    assert letter.last_trouble == "TimeoutError"
    for wait in (5, 20, 60):
        clock.advance(seconds=wait - 1)
        flows.drain()
        before = len(bad_server.drawn)
        clock.advance(seconds=1)
        flows.drain()
        assert len(bad_server.drawn) == before + 1
    bad_server.is_away = False
    clock.advance(minutes=5)
    flows.drain()
    assert letter.sent_at
    assert len(outbox) == 1


def test_it_has_the_same_name_at_every_try(letter: OutboxLetter, bad_server: BadServer, clock: Clock) -> None:
    flows.drain()
    clock.advance(minutes=1)
    flows.drain()
    first, second = (name for _, name in bad_server.drawn)
    assert first == second
    assert first.endswith("@practice.example>")


def test_a_letter_is_given_up_in_the_end(letter: OutboxLetter, bad_server: BadServer, clock: Clock) -> None:
    for _ in range(20):
        flows.drain()
        clock.advance(hours=5)
    assert letter.given_up_at
    assert not letter.sent_at
    assert flows.waiting() == 0


def test_giving_up_is_on_record_without_the_address(
    letter: OutboxLetter, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    BadServer(monkeypatch, mail.NotTaken("recipient refused (550)", is_final=True))
    flows.drain()
    assert letter.given_up_at
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject_id) == ("letter given up", letter.id)
    assert "asha@example.org" not in "".join(capfd.readouterr()) + str(event.details)


def test_a_letter_that_came_too_late_is_not_sent(
    asha: Doctor, held_jobs: HeldJobs, clock: Clock, outbox: list[Any]
) -> None:
    with transaction():
        OutboxLetter.post("password_changed", "asha@example.org", stale_after=timedelta(hours=1))
    clock.advance(hours=1)
    flows.drain()
    assert outbox == []


def test_a_worker_that_dies_leaves_the_letter_to_another(
    letter: OutboxLetter, outbox: list[Any], clock: Clock
) -> None:
    assert flows.claim() == letter.id
    assert flows.claim() is None
    clock.advance(minutes=2)
    flows.drain()
    assert len(outbox) == 1


def test_a_code_sent_again_has_fresh_digits_and_another_name(
    code: OneTimeCode, bad_server: BadServer, outbox: list[Any], clock: Clock
) -> None:
    flows.drain()
    bad_server.is_away = False
    clock.advance(seconds=5)
    flows.drain()
    (first, first_name), (second, second_name) = bad_server.drawn
    assert first_name != second_name
    assert not code.matches(first.body[:6]) or first.body[:6] == second.body[:6]
    assert code.matches(second.body[:6])
    assert code.sent_at == clock.at


def test_digits_live_ten_minutes_from_their_letter(
    code: OneTimeCode, bad_server: BadServer, clock: Clock
) -> None:
    clock.advance(minutes=5)
    bad_server.is_away = False
    flows.drain()
    assert code.expires_at == clock.at + timedelta(minutes=10)


def test_no_digits_lie_in_the_database(code: OneTimeCode, outbox: list[Any]) -> None:
    flows.drain()
    digits = outbox[0].body[:6]
    rows = [db.session.scalars(select(kind)).one() for kind in (OneTimeCode, OutboxLetter)]
    for row in rows:
        assert digits not in str(
            {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in ("digest",)}
        )


def test_more_than_one_batch_rings_again(
    asha: Doctor, held_jobs: HeldJobs, outbox: list[Any], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(flows, "AT_ONCE", 2)
    with transaction():
        for number in range(3):
            OutboxLetter.post("password_changed", f"person{number}@example.org")
    held_jobs.clear()
    assert flows.drain() == 2
    assert held_jobs == [("drain_letters",)]
    held_jobs.run()
    assert len(outbox) == 3


def test_old_letters_are_forgotten(letter: OutboxLetter, outbox: list[Any], clock: Clock) -> None:
    flows.drain()
    clock.advance(days=31)
    flows.forget_old()
    assert db.session.scalars(select(OutboxLetter)).all() == []
