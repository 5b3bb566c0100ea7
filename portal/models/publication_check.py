from datetime import datetime

from sqlalchemy import ARRAY, TEXT, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.publication import Publication
from portal.orm import Base


class PublicationCheck(Base):
    """What a network was asked of a post after it went out, and which of its answers the doctor was told."""

    __tablename__ = "publication_check"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), unique=True)
    # How many of the network's looks are over.
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    # Each sentence is told once.
    told: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default="{}")
    # Not asked before this time: somebody is asking, or the network was away.
    not_before: Mapped[datetime | None]

    publication: Mapped[Publication] = relationship()
