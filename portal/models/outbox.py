from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock, queue
from portal.extensions import db
from portal.orm import Base


class OutboxLetter(Base):
    """A letter that will leave after the commit that wrote this row; holds names and ids, never a code."""

    __tablename__ = "outbox_letter"
    __table_args__ = (
        Index(
            "ix_outbox_letter_waiting",
            "not_before",
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
        Index("ix_outbox_letter_doctor_id", "doctor_id", "created_at"),
    )

    letter: Mapped[str]
    to: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    code_id: Mapped[int | None] = mapped_column(ForeignKey("one_time_code.id", ondelete="CASCADE"))
    # Whose word the letter alone carries.
    way_back_id: Mapped[int | None] = mapped_column(ForeignKey("way_back.id", ondelete="CASCADE"))
    doctor_id: Mapped[int | None] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    not_before: Mapped[datetime]
    # A letter is not sent after this: a code that is over, a reminder that came true.
    stale_after: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_trouble: Mapped[str | None]

    @classmethod
    def post(
        cls,
        letter: str,
        to: str,
        *,
        about: dict[str, Any] | None = None,
        code_id: int | None = None,
        doctor_id: int | None = None,
        way_back_id: int | None = None,
        stale_after: timedelta = timedelta(days=2),
    ) -> "OutboxLetter":
        """Write the letter `letters/<letter>` into the outbox of the open transaction and ring for it."""
        now = clock.now()
        row = cls(
            letter=letter,
            to=to,
            about=about or {},
            code_id=code_id,
            doctor_id=doctor_id,
            way_back_id=way_back_id,
            not_before=now,
            stale_after=now + stale_after,
        )
        db.session.add(row)
        queue.enqueue("drain_letters")
        return row
