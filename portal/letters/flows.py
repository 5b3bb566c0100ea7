"""Carries the outbox to the mail server, one letter at a time, at most a little more than once."""

import hashlib
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import delete, func, select

from portal import clock, mail, queue
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OneTimeCode, OutboxLetter, WayBack
from portal.publishing import tidings
from portal.publishing.faults import fault
from portal.transaction import transaction

log = structlog.get_logger()

AT_ONCE = 50
# How long after each failed try the next one comes; when the list is over, the letter is given up.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 300, 900, 3600, 4 * 3600, 12 * 3600))
# Longer than handing one letter over can take: then whoever claimed it has died, and another worker may try.
CLAIM = timedelta(minutes=2)
KEPT = timedelta(days=30)


def drain() -> int:
    """Send what waits in the outbox; how many letters were dealt with. Rings again when there is more."""
    for dealt_with in range(AT_ONCE):
        letter_id = claim()
        if letter_id is None:
            return dealt_with
        send(letter_id)
    queue.enqueue("drain_letters")
    return AT_ONCE


def waiting() -> int:
    """How many letters could be sent now; the scheduler rings for them."""
    return db.session.scalar(_due().with_only_columns(func.count(OutboxLetter.id)).order_by(None)) or 0


def forget_old() -> None:
    """Delete letters that are done with: an outbox is no archive of who got what."""
    is_done = OutboxLetter.sent_at.is_not(None) | OutboxLetter.given_up_at.is_not(None)
    is_old = OutboxLetter.created_at < clock.now() - KEPT
    with transaction():
        db.session.execute(delete(OutboxLetter).where(is_done, is_old))


def claim() -> int | None:
    """Take one letter for this worker alone, and count the try; None when nothing is due.

    The claim is a time after which the letter is anybody's again. No transaction is open while the mail
    server is spoken to: a silent one would hold a connection to the database.
    """
    with transaction():
        letter = db.session.scalar(_due().limit(1).with_for_update(skip_locked=True))
        if letter is None:
            return None
        letter.not_before = clock.now() + CLAIM
        letter.tries += 1
        return letter.id


def send(letter_id: int) -> None:
    """Hand a claimed letter over, and note what came of it."""
    with transaction():
        letter = db.session.get_one(OutboxLetter, letter_id)
        if _is_pointless(letter):
            letter.given_up_at, letter.last_trouble = clock.now(), "too late"
            return
        if not tidings.bring_up_to_date(letter):
            letter.given_up_at, letter.last_trouble = clock.now(), "not true any more"
            return
        # Drawn in here: rows that a template reads would open a new transaction out there.
        message = mail.draw(letter.letter, letter.to, **_context(letter))
        message_id = _message_id(letter)
    fault("before_letter")
    try:
        mail.hand_over(message, message_id)
        fault("after_letter")
    except mail.NotTaken as trouble:
        _note_trouble(letter_id, trouble)
    else:
        _note_sent(letter_id)


def _due() -> Any:
    is_waiting = OutboxLetter.sent_at.is_(None) & OutboxLetter.given_up_at.is_(None)
    is_due = OutboxLetter.not_before <= clock.database_now()
    return select(OutboxLetter).where(is_waiting, is_due).order_by(OutboxLetter.not_before)


def _is_pointless(letter: OutboxLetter) -> bool:
    if letter.stale_after <= clock.now():
        return True
    code = _code(letter)
    return code is not None and not code.can_be_sent


def _context(letter: OutboxLetter) -> dict[str, Any]:
    """What the templates may say. Digits are made here and live in this letter alone."""
    context: dict[str, Any] = {"full_name": None, **letter.about}
    if letter.way_back_id:
        context["word"] = db.session.get_one(WayBack, letter.way_back_id).mint()
    doctor = db.session.get(Doctor, letter.doctor_id) if letter.doctor_id else None
    code = _code(letter)
    if code is not None:
        context["purpose"] = code.purpose
        if code.user is not None:
            context["digits"] = code.mint()
            # Before it is confirmed, a name is only what somebody typed: nobody may send a stranger words of
            # their own in a letter of ours.
            if code.user.confirmed_at is not None and code.purpose != "email":
                doctor = doctor or code.user.doctor
    if doctor is not None:
        context |= {"doctor": doctor, "full_name": doctor.full_name}
    return context


def _code(letter: OutboxLetter) -> OneTimeCode | None:
    return db.session.get(OneTimeCode, letter.code_id) if letter.code_id else None


def _message_id(letter: OutboxLetter) -> str:
    """The same at every try, so that a reader's mail server can drop a double.

    A letter with a code or a way back gets another one each time: what is in it is fresh, and a dropped
    double would be the one that works.
    """
    is_fresh = letter.code_id or letter.way_back_id
    part = f"{letter.id}.{letter.tries}" if is_fresh else str(letter.id)
    domain = current_app.config["PORTAL"].mail.default_sender.rpartition("@")[2].rstrip("> ")
    mark = hashlib.sha256(f"{letter.id} {letter.created_at.isoformat()}".encode()).hexdigest()[:16]
    return f"<letter.{part}.{mark}@{domain}>"


def _note_sent(letter_id: int) -> None:
    with transaction():
        letter = db.session.get_one(OutboxLetter, letter_id)
        letter.sent_at, letter.last_trouble = clock.now(), None
        if code := _code(letter):
            code.sent_at = letter.sent_at
        log.info("letter_sent", letter_id=letter_id, letter=letter.letter, tries=letter.tries)


def _note_trouble(letter_id: int, trouble: mail.NotTaken) -> None:
    with transaction():
        letter = db.session.get_one(OutboxLetter, letter_id)
        letter.last_trouble = trouble.words
        gives_up = trouble.is_final or letter.tries > len(WAITS)
        if gives_up:
            letter.given_up_at = clock.now()
            AuditEvent.write(
                "letter given up",
                subject="letter",
                subject_id=letter.id,
                letter=letter.letter,
                why=trouble.words,
            )
        else:
            letter.not_before = clock.now() + WAITS[letter.tries - 1]
        facts = {"letter_id": letter_id, "letter": letter.letter, "tries": letter.tries, "why": trouble.words}
        log.warning("letter_given_up" if gives_up else "letter_not_taken", **facts)
