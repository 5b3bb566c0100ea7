from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.doctor import Doctor
from portal.orm import Base


class PostImport(Base):
    """A table of posts that a doctor sent in: `rows` as they stood there, until the doctor decides.

    Each row is a record of column and words, with its `number` in the file. Nothing of it is a post yet.
    """

    __tablename__ = "post_import"
    __table_args__ = (Index("ix_post_import_doctor_id", "doctor_id"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)


class ImportedRow(Base):
    """A row that became a post, known again by its digest, so that the same file twice adds nothing."""

    __tablename__ = "imported_row"
    __table_args__ = (
        Index("uq_imported_row_digest", "doctor_id", "digest", unique=True),
        Index("ix_imported_row_post_id", "post_id"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    digest: Mapped[str]
    # Null once the doctor has deleted the draft that came of it: it stays known.
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
