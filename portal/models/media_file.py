from sqlalchemy import ARRAY, TEXT, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal import files
from portal.orm import Base
from portal.platforms.base import Media

PURPOSES = ("profile_photo", "post")


class MediaFile(Base):
    """A checked, re-encoded picture or video; `name` is what files.save gave, which cannot be guessed."""

    __tablename__ = "media_file"
    __table_args__ = (
        CheckConstraint("purpose IN ('profile_photo', 'post')", name="purpose"),
        Index("ix_media_file_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctor.id", use_alter=True, name="fk_media_file_doctor_id")
    )
    purpose: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    alt_text: Mapped[str | None]
    digest: Mapped[str]
    # What the file told beside its pixels before we took it out, as keys of picture_notes.NOTES.
    removed: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)

    @property
    def is_video(self) -> bool:
        return self.mime_type.startswith("video/")

    @property
    def url(self) -> str:
        """Where browsers and networks find it."""
        return files.address(self.name)

    def to_media(self, alt_text: str | None) -> Media:
        """As the networks know it."""
        return Media(
            id=self.id,
            url=self.url,
            mime_type=self.mime_type,
            bytes=self.bytes,
            width=self.width,
            height=self.height,
            duration=self.duration,
            alt_text=alt_text,
            path=files.path(self.name),
        )
