"""What was decided about a doctor, as sentences."""

from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.models import AuditEvent, Doctor, User

# By the action's name in the audit: words, tone, icon.
SENTENCES = {
    "verification asked": ("The doctor corrected the claim and asks again.", "calm", "arrow-repeat"),
    "doctor verified": ("Verified by {who}.", "good", "patch-check"),
    "doctor rejected": ("Turned down by {who}.", "danger", "x-circle"),
}


def of(doctor: Doctor) -> list[dict[str, Any]]:
    """The oldest first."""
    rows = db.session.execute(
        select(AuditEvent, User.email)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(
            AuditEvent.subject == "doctor",
            AuditEvent.subject_id == doctor.id,
            AuditEvent.action.in_(SENTENCES),
        )
        .order_by(AuditEvent.id)
    )
    return [_told(event, email) for event, email in rows]


def _told(event: AuditEvent, email: str | None) -> dict[str, Any]:
    words, tone, icon = SENTENCES[event.action]
    return {
        "at": event.created_at,
        "words": words.format(who=email or "the portal"),
        "tone": tone,
        "icon": icon,
        "detail": event.details.get("reason"),
    }
