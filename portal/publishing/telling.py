"""Tell the doctor: each notice that the database wrote goes into a letter once, if the doctor wants letters.

News of one moment shares a letter: an outage that stops a hundred posts is one piece of news, not a hundred.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, queue
from portal.extensions import db
from portal.models import Doctor, Notice, OutboxLetter, Post, Publication
from portal.publishing import tidings
from portal.publishing.faults import fault
from portal.transaction import transaction

AT_ONCE = 200

# A letter about yesterday's trouble still helps; one about last week's does not.
STALE_AFTER = timedelta(days=2)

# How long a piece of news waits for its like.
GATHER = timedelta(seconds=20)

# How far a letter keeps from the one before, after one, two, three and more of its sort within the hour: a
# second mishap is told soon, and an outage that goes on and on is still few letters.
APART = (timedelta(seconds=20), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
WITHIN = timedelta(hours=1)


def tell() -> int:
    """Put untold notices into letters of the outbox; how many notices were dealt with."""
    with transaction():
        notices = _untold()
        for notice in notices:
            notice.told_at = clock.now()
        wanted = [notice for notice in notices if wants_letter(notice)]
        for notice in wanted:
            if notice.kind == "awaiting_doctor":
                _write_task(notice)
        _gather([notice for notice in wanted if notice.kind != "awaiting_doctor"])
        fault("in_tell")
    return len(notices)


def wants_letter(notice: Notice) -> bool:
    """Good news only on wish, trouble unless the doctor wants none."""
    doctor = notice.publication.post.doctor
    return doctor.letters_about_success if notice.kind == "published" else doctor.letters_about_trouble


def _untold() -> Sequence[Notice]:
    about = joinedload(Notice.publication, innerjoin=True)
    return db.session.scalars(
        select(Notice)
        .where(Notice.told_at.is_(None))
        .order_by(Notice.id)
        .limit(AT_ONCE)
        .options(
            about.joinedload(Publication.post, innerjoin=True)
            .joinedload(Post.doctor, innerjoin=True)
            .joinedload(Doctor.user, innerjoin=True),
            about.joinedload(Publication.account, innerjoin=True),
        )
        .with_for_update(of=Notice, skip_locked=True)
    ).all()


def _write_task(notice: Notice) -> None:
    """A task of the doctor's own has a letter of its own, at its hour: it says what to post."""
    doctor = notice.publication.post.doctor
    about = {"full_name": doctor.full_name, **tidings.item(notice)}
    OutboxLetter.post(
        "assist_due", doctor.user.email, about=about, doctor_id=doctor.id, stale_after=STALE_AFTER
    )


def _gather(notices: Iterable[Notice]) -> None:
    doctors: dict[int, Doctor] = {}
    found: dict[tuple[int, bool], list[Notice]] = {}
    for notice in notices:
        doctors[notice.doctor_id] = notice.publication.post.doctor
        found.setdefault((notice.doctor_id, notice.kind == "published"), []).append(notice)
    _hold(sorted(doctors))
    for (doctor_id, is_good), group in sorted(found.items()):
        _add(doctors[doctor_id], is_good, [tidings.item(notice) for notice in group])


def _hold(doctor_ids: Sequence[int]) -> None:
    """Two workers that tell at once write one letter between them."""
    held = select(Doctor.id).where(Doctor.id.in_(doctor_ids)).order_by(Doctor.id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def _add(doctor: Doctor, is_good: bool, news: list[dict[str, Any]]) -> None:
    """Put the news into the letter that still waits, or into a new one."""
    before = _letters_before(doctor, is_good)
    if before and _waits(before[0]):
        tidings.write(before[0], [*tidings.items(before[0]), *news])
        return
    about = {"full_name": doctor.full_name, "is_good": is_good}
    letter = OutboxLetter.post(
        tidings.ONE, doctor.user.email, about=about, doctor_id=doctor.id, stale_after=STALE_AFTER
    )
    tidings.write(letter, news)
    letter.not_before = _when(before)
    queue.enqueue("drain_letters")


def _when(before: Sequence[OutboxLetter]) -> datetime:
    """When a new letter may leave, after those of the last hour, the newest first."""
    soonest = clock.now() + GATHER
    if not before:
        return soonest
    last = before[0].sent_at or before[0].created_at
    return max(soonest, last + APART[min(len(before), len(APART)) - 1])


def _letters_before(doctor: Doctor, is_good: bool) -> Sequence[OutboxLetter]:
    """The last hour's letters about this sort of news, the newest first, locked against whoever sends them.

    One that was dropped unsent told nobody anything.
    """
    mine = (OutboxLetter.doctor_id == doctor.id, OutboxLetter.letter.in_((tidings.ONE, tidings.SEVERAL)))
    since = clock.now() - WITHIN
    return db.session.scalars(
        select(OutboxLetter)
        .where(*mine, OutboxLetter.about["is_good"].as_boolean() == is_good)
        .where(OutboxLetter.given_up_at.is_(None))
        .where((OutboxLetter.created_at > since) | OutboxLetter.sent_at.is_(None))
        .order_by(OutboxLetter.created_at.desc(), OutboxLetter.id.desc())
        .limit(len(APART))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _waits(letter: OutboxLetter) -> bool:
    return letter.tries == 0 and letter.sent_at is None and letter.given_up_at is None
