from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.publication import Publication
from portal.orm import Base


class Notice(Base):
    """Something the doctor is told in the portal: one for each move worth telling, never a second.

    The database writes it together with the move, so that none is forgotten; what a doctor did is no news.
    `kind` is "published", "failed", "held", "awaiting_doctor", "asked" for an unconfirmed one, or what the
    portal tells beside a move: "later", "changed", and "repeat" for a repeated post that was refused.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_unread", "doctor_id", postgresql_where=text("read_at IS NULL")),
        Index("uq_notice_event_id", "event_id", unique=True),
        Index("ix_notice_untold", "id", postgresql_where=text("told_at IS NULL")),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    # The move that it tells of.
    event_id: Mapped[int] = mapped_column(ForeignKey("publication_event.id", ondelete="CASCADE"))
    kind: Mapped[str]
    # When the letters' outbox took it over, or found that this doctor wants no letter about it.
    told_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    publication: Mapped[Publication] = relationship()
