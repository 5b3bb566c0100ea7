from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base


class FiguresReading(Base):
    """What a network counted of one published post at one time; never changed. Null: it gave no figure."""

    __tablename__ = "figures_reading"
    __table_args__ = (Index("ix_figures_reading_publication_id_read_at", "publication_id", "read_at"),)

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    read_at: Mapped[datetime]
    likes: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
