from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base


class CalendarSetting(Base):
    """How a doctor wants the calendar; no row means that nothing was changed yet.

    Of the feed's secret address only a digest is kept: a copy of the database opens nobody's calendar.
    """

    __tablename__ = "calendar_setting"

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"), unique=True)
    shows_health_days: Mapped[bool] = mapped_column(default=True, server_default="true")
    # Keys of the health days that this doctor does not want to see.
    hidden_days: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    feed_digest: Mapped[str | None] = mapped_column(unique=True)
    feed_made_at: Mapped[datetime | None]
    # When a calendar program last asked, to the hour: tells the doctor whether the address is in use.
    feed_read_at: Mapped[datetime | None]
    # Whether it tells what posts say, beside when and where.
    feed_tells_words: Mapped[bool] = mapped_column(default=False, server_default="false")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())
