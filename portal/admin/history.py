"""What was decided about a doctor, as sentences."""

from typing import Any

from sqlalchemy import select

from portal.extensions import db
from portal.models import AuditEvent, Doctor, User

# By the action's name in the audit: words, tone, icon.
SENTENCES = {
    "verification asked": ("The doctor corrected the claim and asks again.", "calm", "arrow-repeat"),
    "verification opened again": ("The doctor changed what was verified.", "attention", "arrow-repeat"),
    "another check asked": ("The doctor asks for the next check.", "calm", "arrow-repeat"),
    "verification lapsed": ("The verification ended.", "attention", "hourglass-split"),
    "doctor verified": ("Verified by {who}.", "good", "patch-check"),
    "doctor rejected": ("Turned down by {who}.", "danger", "x-circle"),
    "more asked of doctor": ("{who} asked for more.", "attention", "question-circle"),
    "doctor suspended": ("Suspended by {who}.", "danger", "pause-circle"),
    "suspension ended": ("{who} ended the suspension.", "calm", "arrow-repeat"),
    "revoke asked": ("{who} wants to take the verification back.", "attention", "question-circle"),
    "revoke withdrawn": ("{who} dropped the wish to take it back.", "calm", "arrow-repeat"),
    "doctor revoked": ("Taken back, confirmed by {who}.", "danger", "x-circle"),
    "registration claimed twice": ("Tried to claim a registration of another account.", "danger", "people"),
    "document added": ("{who} added a document.", "quiet", "shield-lock"),
    "document seen": ("{who} looked at a document.", "quiet", "eye"),
    "document removed": ("A document was removed by {who}.", "quiet", "trash"),
}
MOST = 60


def of(doctor: Doctor) -> list[dict[str, Any]]:
    """The newest things, told from the oldest on."""
    rows = db.session.execute(
        select(AuditEvent, User.email)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(
            AuditEvent.subject == "doctor",
            AuditEvent.subject_id == doctor.id,
            AuditEvent.action.in_(SENTENCES),
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    return [_told(event, email) for event, email in rows][::-1]


def _told(event: AuditEvent, email: str | None) -> dict[str, Any]:
    words, tone, icon = SENTENCES[event.action]
    return {
        "at": event.created_at,
        "words": words.format(who=email or "the portal").replace("the portal ", "The portal ", 1)
        if words.startswith("{who}")
        else words.format(who=email or "the portal"),
        "tone": tone,
        "icon": icon,
        "detail": _detail(event.details),
    }


def _detail(details: dict[str, Any]) -> str | None:
    if kind := details.get("kind"):
        return {"certificate": "Certificate", "photo_id": "Photo ID", "evidence": "Evidence"}.get(kind)
    return details.get("reason")
