from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal import request_id
from portal.extensions import db
from portal.orm import Base


class AuditEvent(Base):
    """Who did what to what, for ever: the database lets nobody change or delete a row."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)

    # Null when the portal itself acted, or somebody who is not signed in.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str]
    subject: Mapped[str | None]
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    address: Mapped[str | None]
    # The request in which it was done: the same name as on every line of the log about it.
    request_id: Mapped[str | None]

    @classmethod
    def write(
        cls,
        action: str,
        *,
        user_id: int | None = None,
        subject: str | None = None,
        subject_id: int | None = None,
        address: str | None = None,
        **details: Any,
    ) -> "AuditEvent":
        """Add an event to the open transaction; `details` hold no secret and no patient's word."""
        event = cls(
            action=action,
            user_id=user_id,
            subject=subject,
            subject_id=subject_id,
            address=address,
            details=details,
            request_id=request_id.current(),
        )
        db.session.add(event)
        return event
