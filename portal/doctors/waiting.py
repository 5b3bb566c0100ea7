"""What becomes of planned posts when a doctor loses the mark "verified", or gets it."""

from flask import current_app

from portal import queue
from portal.extensions import db
from portal.models import Doctor, Publication

VERIFIED = "Your registration was verified."
NOT_CONNECTED = "Its account is not connected."


def hold_planned(doctor: Doctor, *, by: str, why: str) -> int:
    """Inside a transaction: let planned posts wait, where the portal wants verified doctors. How many do."""
    if not current_app.config["PORTAL"].require_verified_doctor:
        return 0
    planned = Publication.owned_by(doctor).where(Publication.status.in_(("scheduled", "retrying")))
    rows = db.session.scalars(planned.with_for_update(of=Publication)).all()
    for publication in rows:
        publication.move("held", by=by, why=why, held_for="verification")
    return len(rows)


def let_go_on(doctor: Doctor) -> int:
    """Inside a transaction: plan again what was held for this, and say how many."""
    waiting = (
        Publication.owned_by(doctor)
        .where(
            Publication.status == "held",
            Publication.held_for == "verification",
            Publication.due_at.is_not(None),
        )
        .with_for_update(of=Publication)
    )
    going_on = 0
    for publication in db.session.scalars(waiting):
        if publication.account.is_connected:
            publication.move("scheduled", by="administrator", why=VERIFIED)
            going_on += 1
        else:
            publication.move("held", by="portal", why=NOT_CONNECTED, held_for="account")
    queue.enqueue("publish_due")
    return going_on
