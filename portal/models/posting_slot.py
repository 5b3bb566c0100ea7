from datetime import time

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.social_account import SocialAccount
from portal.orm import Base


class PostingSlot(Base):
    """A weekly hour, on the doctor's clock, at which an account likes to post; Monday is 0."""

    __tablename__ = "posting_slot"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        Index("uq_posting_slot_hour", "social_account_id", "weekday", "hour", unique=True),
        Index("ix_posting_slot_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    social_account_id: Mapped[int] = mapped_column(ForeignKey("social_account.id", ondelete="CASCADE"))
    weekday: Mapped[int]
    hour: Mapped[time]

    account: Mapped[SocialAccount] = relationship()
