from typing import Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.doctor import Doctor
from portal.orm import Base

KINDS = ("text", "footer")


class SavedText(Base):
    """Words that a doctor keeps to use again: within a text, or below it as its footer."""

    __tablename__ = "saved_text"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'footer')", name="kind"),
        CheckConstraint("kind = 'footer' OR NOT is_always", name="always_is_footer"),
        Index("ix_saved_text_doctor_id_position", "doctor_id", "position"),
        # One footer at most stands below every new post.
        Index("uq_saved_text_always", "doctor_id", unique=True, postgresql_where=text("is_always")),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str]
    words: Mapped[str]
    # The lowest comes first.
    position: Mapped[int]
    is_always: Mapped[bool] = mapped_column(default=False, server_default="false")

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)
