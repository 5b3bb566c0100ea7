from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.publication import Publication
from portal.orm import Base


class PublicationFigures(Base):
    """What a network counted of one published post when it was last asked; null where it gives no figure."""

    __tablename__ = "publication_figures"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), unique=True)
    likes: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    views: Mapped[int | None]
    # When the network was last asked, and when the doctor last asked us to.
    read_at: Mapped[datetime | None]
    wanted_at: Mapped[datetime | None]
    # Not asked before this time: somebody is asking, or the network was away.
    not_before: Mapped[datetime | None]

    publication: Mapped[Publication] = relationship(back_populates="figures")
