"""How long the archive is kept: for the set years, or longer where an administrator holds it."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from portal import clock
from portal.archive import shelf, writing
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OfficeSetting, User
from portal.models.archive import ArchivedFile, ArchiveEntry
from portal.transaction import after_commit, transaction

HOLDS = ("held", "released")
AT_ONCE = 500
YEAR = timedelta(days=365.25)


def held(doctor_id: int) -> ArchiveEntry | None:
    """The entry that says that this archive is kept past its time; None when nothing holds it."""
    query = select(ArchiveEntry).where(ArchiveEntry.doctor_id == doctor_id, ArchiveEntry.kind.in_(HOLDS))
    last = db.session.scalar(query.order_by(ArchiveEntry.number.desc()).limit(1))
    return last if last is not None and last.kind == "held" else None


def hold(doctor: Doctor, administrator: User, reason: str) -> ArchiveEntry:
    """Keep everything past its time, for a court or a council. The doctor reads it in the archive itself."""
    reason = reason.strip()
    if not reason:
        raise Invalid("reason", "Enter why it has to be kept, 1,000 characters or fewer.")
    return _write_down(doctor, administrator, "held", {"reason": reason})


def release(doctor: Doctor, administrator: User) -> ArchiveEntry:
    """What has had its time may go again."""
    return _write_down(doctor, administrator, "released", {})


def forget_old() -> int:
    """Empty the entries whose time is over, and let their pictures go; the chain stays. How many."""
    last = clock.now() - OfficeSetting.read("archive_years") * YEAR
    newest, newer = aliased(ArchiveEntry), aliased(ArchiveEntry)
    is_newest = ~select(newer.id).where(
        newer.doctor_id == newest.doctor_id, newer.kind.in_(HOLDS), newer.number > newest.number
    ).exists()  # fmt: skip
    keepers = select(newest.doctor_id).where(newest.kind == "held", is_newest)
    over = select(ArchiveEntry.id).where(
        ArchiveEntry.at < last, ArchiveEntry.body.is_not(None), ArchiveEntry.doctor_id.not_in(keepers)
    )
    with transaction():
        db.session.execute(writing.ALONE)
        ids = db.session.scalars(over.order_by(ArchiveEntry.id).limit(AT_ONCE)).all()
        files = db.session.scalars(select(ArchivedFile).where(ArchivedFile.entry_id.in_(ids))).all()
        for file in files:
            after_commit(lambda name=file.name: shelf.remove(name))  # type: ignore[misc]
            db.session.delete(file)
        forget = update(ArchiveEntry).where(ArchiveEntry.id.in_(ids))
        db.session.execute(forget.values(body=None, forgotten_at=clock.now()))
    return len(ids)


def _write_down(doctor: Doctor, administrator: User, kind: str, facts: dict[str, str]) -> ArchiveEntry:
    with transaction():
        db.session.execute(writing.ALONE)
        if (held(doctor.id) is not None) == (kind == "held"):
            raise Conflict("Somebody has decided about this archive meanwhile.")
        AuditEvent.write(f"archive {kind}", user_id=administrator.id, subject="doctor", subject_id=doctor.id)
        return writing.add(doctor.id, kind, clock.now(), {"by": administrator.email, **facts})
