from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal import files
from portal.orm import Base


class Rendition(Base):
    """A picture or video as some network gets it; `recipe` says what is made of the upload, see
    fitting.Recipe. Pictures are ready at once; videos wait for a worker."""

    __tablename__ = "rendition"
    __table_args__ = (
        UniqueConstraint("media_file_id", "recipe"),
        CheckConstraint("state IN ('ready', 'waiting', 'turning', 'refused')", name="state"),
        Index("ix_rendition_to_turn", "id", postgresql_where=text("state IN ('waiting', 'turning')")),
    )

    media_file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id", ondelete="CASCADE"))
    recipe: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]

    state: Mapped[str] = mapped_column(default="ready", server_default="ready")
    # How much of it is made, in percent; why it cannot be; when somebody last worked on it.
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    trouble: Mapped[str | None]
    worked_at: Mapped[datetime | None]

    @property
    def url(self) -> str:
        """Where browsers and networks find it."""
        return files.address(self.name)
