import secrets

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base

PURPOSES = ("profile_photo", "post")


def random_name() -> str:
    """128 bits: media are served without sign-in, because networks fetch them."""
    return secrets.token_urlsafe(24)


class MediaFile(Base):
    """A checked, re-encoded picture or video that lies under a name which cannot be guessed."""

    __tablename__ = "media_file"
    __table_args__ = (
        CheckConstraint("purpose IN ('profile_photo', 'post')", name="purpose"),
        Index("ix_media_file_doctor_id", "doctor_id"),
    )

    doctor_id: Mapped[int] = mapped_column(
        ForeignKey("doctor.id", use_alter=True, name="fk_media_file_doctor_id")
    )
    purpose: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True, default=random_name)
    mime_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    alt_text: Mapped[str | None]
    digest: Mapped[str]
