"""Posts that a doctor publishes by hand: recall them twice, in waking hours, and close what nobody did.

The first letter leaves with the move to `awaiting_doctor`, like every news. What follows hangs on one column,
`remind_at`: when to see to the task again. A reminder is counted in the transaction that writes its letter,
so that no restart sends it twice.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock, zones
from portal.extensions import db
from portal.models import Doctor, OutboxLetter, Post, Publication
from portal.models.publication import MISSED
from portal.transaction import transaction

AT_ONCE = 100

# After the task was handed over: a reminder, another one the next morning, and the end.
REMIND_AFTER = timedelta(hours=1)
REMINDERS = 2
MISSED_AFTER = timedelta(days=3)

# Nobody is recalled anything at night, on the doctor's own clock.
QUIET_FROM = time(21)
QUIET_UNTIL = time(8)

# A reminder that could not leave for so long comes too late to help.
STALE_AFTER = timedelta(hours=12)

MISSED_WORDS = "You did not tell us within 3 days that it is posted. Plan it again, or post it now."


def remind_due() -> int:
    """See to every task whose time has come; how many there were."""
    with transaction():
        now = db.session.scalars(select(clock.database_now())).one()
        tasks = db.session.scalars(
            select(Publication)
            .where(Publication.status == "awaiting_doctor", Publication.remind_at <= now)
            .order_by(Publication.remind_at, Publication.id)
            .limit(AT_ONCE)
            .options(
                joinedload(Publication.post, innerjoin=True)
                .joinedload(Post.doctor, innerjoin=True)
                .joinedload(Doctor.user, innerjoin=True),
                joinedload(Publication.account, innerjoin=True),
            )
            .with_for_update(of=Publication, skip_locked=True)
        ).all()
        for task in tasks:
            _see_to(task, now)
    return len(tasks)


def waking(moment: datetime, zone: str) -> datetime:
    """The instant itself, or the next morning when it lies in the quiet hours of that zone."""
    rules = zones.zone_of(zone)
    local = moment.astimezone(rules)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    if local.time() >= QUIET_FROM:
        return next_morning(moment, zone)
    return datetime.combine(local.date(), QUIET_UNTIL, rules).astimezone(moment.tzinfo)


def next_morning(moment: datetime, zone: str) -> datetime:
    """When the quiet hours end on the day after, on the clock of that zone."""
    rules = zones.zone_of(zone)
    day = moment.astimezone(rules).date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, rules).astimezone(moment.tzinfo)


def _see_to(task: Publication, now: datetime) -> None:
    morning = waking(now, task.post.doctor.timezone)
    if morning > now:
        task.remind_at = morning
        return
    began = task.handed_at or now
    if now >= began + MISSED_AFTER:
        _close(task)
    elif task.reminders < REMINDERS and now >= _next_step(task, began):
        _remind(task)
        task.reminders += 1
        # A night may have pushed one reminder behind the next one's hour: never two at a time.
        task.remind_at = max(_next_step(task, began), now + REMIND_AFTER)
    else:
        task.remind_at = _next_step(task, began)


def _next_step(task: Publication, began: datetime) -> datetime:
    steps = (began + REMIND_AFTER, next_morning(began, task.post.doctor.timezone), began + MISSED_AFTER)
    return steps[task.reminders]


def _remind(task: Publication) -> None:
    doctor = task.post.doctor
    if not doctor.letters_about_trouble:
        return
    about = {
        "network": task.account.network.label,
        "account": task.account.display_name,
        "post_id": task.post_id,
        "publication_id": task.id,
        "is_last": task.reminders == REMINDERS - 1,
    }
    OutboxLetter.post(
        "assist_reminder", doctor.user.email, about=about, doctor_id=doctor.id, stale_after=STALE_AFTER
    )


def _close(task: Publication) -> None:
    task.error_code, task.error_message = MISSED, MISSED_WORDS
    task.move("failed", by="portal", why=MISSED_WORDS)
