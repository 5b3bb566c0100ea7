from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal import files
from portal.orm import Base


class Rendition(Base):
    """A picture as some network gets it; `recipe` says what was made of the upload, see fitting.Recipe."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("media_file_id", "recipe"),)

    media_file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id", ondelete="CASCADE"))
    recipe: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]

    @property
    def url(self) -> str:
        """Where browsers and networks find it."""
        return files.address(self.name)
