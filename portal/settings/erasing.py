"""Erasing who has left: every row and file, but for the archive of what went out and the portal's log."""

import structlog
from sqlalchemy import Table, delete, exists, select, text

from portal import clock, files
from portal.auth.undoing import NO_PASSWORD
from portal.extensions import db
from portal.media import renditions
from portal.models import (
    ArchiveTask,
    AuditEvent,
    Doctor,
    MediaFile,
    OneTimeCode,
    OutboxLetter,
    Post,
    Publication,
    SocialAccount,
    User,
)
from portal.orm import Base
from portal.settings.leaving import finish_disconnecting
from portal.transaction import transaction

log = structlog.get_logger()

# What is left of somebody who could sign in: the log names its number for ever. No letter ever goes there.
NOBODY = "left-{}@nobody.invalid"


def erase_due() -> int:
    """Erase everybody whose fortnight is over; how many were."""
    finish_disconnecting()
    due = select(User.id).where(User.leaves_at <= clock.now()).order_by(User.id)
    return sum(erase(user_id) for user_id in db.session.scalars(due).all())


def erase(user_id: int) -> bool:
    """Erase one who has left; false when there is still something to wait for, which the next hour does.

    Rows go in one transaction, files after it: what a process that dies in between leaves, no row names, and
    the hourly cleaning takes it.
    """
    with transaction():
        due = select(User).where(User.id == user_id, User.leaves_at <= clock.now())
        user = db.session.scalar(due.with_for_update(of=User, skip_locked=True))
        if user is None or user.doctor is None or _is_unsettled(user.doctor):
            return False
        names = _files(user.doctor)
        OutboxLetter.post("left", user.email)
        _forget_letters(user)
        _delete_doctor(user.doctor)
        _forget_sign_in(user)
        AuditEvent.write("erased", subject="user", subject_id=user.id)
    for name in names:
        files.remove(name)
        files.raw_path(name).unlink(missing_ok=True)
    log.info("account_erased", user_id=user_id, files=len(names))
    return True


def _is_unsettled(doctor: Doctor) -> bool:
    """Whether a post is at a network, or something that went out is not in the archive yet."""
    mine = select(Publication.id).where(Publication.doctor_id == doctor.id)
    in_the_air = exists().where(Publication.doctor_id == doctor.id, Publication.status == "publishing")
    to_archive = exists().where(ArchiveTask.publication_id.in_(mine))
    return bool(db.session.scalar(select(in_the_air | to_archive)))


def _files(doctor: Doctor) -> list[str]:
    mine = db.session.execute(
        select(MediaFile.id, MediaFile.name).where(MediaFile.doctor_id == doctor.id)
    ).all()
    return [row.name for row in mine] + list(renditions.names_of([row.id for row in mine]))


def _forget_letters(user: User) -> None:
    """What waits for, or was sent to, the address; the last letter alone stays, until it is old."""
    to_user = OutboxLetter.to == user.email, OutboxLetter.letter != "left"
    db.session.execute(delete(OutboxLetter).where(*to_user))
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.email == user.email.lower()))


def _delete_doctor(doctor: Doctor) -> None:
    """The doctor with all that hangs on it, in the order in which the rows lean on one another."""
    number = doctor.id
    doctor.profile_photo_id = None
    db.session.flush()
    db.session.expunge(doctor)
    for kind in (Post, SocialAccount, MediaFile):
        db.session.execute(
            delete(kind).where(kind.doctor_id == number).execution_options(synchronize_session=False)
        )
    db.session.execute(delete(Doctor).where(Doctor.id == number).execution_options(synchronize_session=False))


def _forget_sign_in(user: User) -> None:
    """Whatever would go with the row of this user goes; the row stays empty, because the log leans on it."""
    for table, column in _tables_of_users():
        db.session.execute(text(f'DELETE FROM "{table.name}" WHERE "{column}" = :id'), {"id": user.id})  # noqa: S608
    user.email, user.password_digest = NOBODY.format(user.id), NO_PASSWORD
    user.confirmed_at = user.password_changed_at = user.leaves_at = None
    user.disabled_at = clock.now()
    db.session.flush()
    db.session.expire(user)


def _tables_of_users() -> list[tuple[Table, str]]:
    """Every table that says of itself that its rows go with their user."""
    return [
        (table, key.parent.name)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == User.__tablename__ and key.ondelete == "CASCADE"
    ]
