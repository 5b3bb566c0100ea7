from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base


class OwnDay(Base):
    """A day that a doctor marked: a congress, a holiday of the clinic; once, or every year."""

    __tablename__ = "own_day"
    __table_args__ = (Index("ix_own_day_doctor_id_day_on", "doctor_id", "day_on"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    name: Mapped[str]
    day_on: Mapped[date]
    is_yearly: Mapped[bool] = mapped_column(default=False, server_default="false")
