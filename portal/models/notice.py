from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.publication import Publication
from portal.orm import Base


class Notice(Base):
    """Something the doctor is told in the portal: one for each end of a publication, never a second."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_unread", "doctor_id", postgresql_where=text("read_at IS NULL")),
        Index("uq_notice_event", "event_id", unique=True),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    # The move that it tells of.
    event_id: Mapped[int] = mapped_column(ForeignKey("publication_event.id", ondelete="CASCADE"))
    kind: Mapped[str]
    words: Mapped[str]
    read_at: Mapped[datetime | None]

    publication: Mapped[Publication] = relationship()
