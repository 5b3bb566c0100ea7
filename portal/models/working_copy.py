from datetime import datetime
from typing import Any, Self

from sqlalchemy import BigInteger, ForeignKey, Index, Select, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.doctor import Doctor
from portal.models.post import Post
from portal.orm import Base


class WorkingCopy(Base):
    """What a doctor typed into the composer of a post and has not saved: the form's fields as they stood.

    It belongs to the doctor and lies beside the post, which knows nothing of it. It goes when the doctor
    saves or throws it away, with the post, and after its time.
    """

    __tablename__ = "working_copy"
    __table_args__ = (
        UniqueConstraint("doctor_id", "post_id"),
        Index("ix_working_copy_post_id", "post_id"),
        Index("ix_working_copy_saved_at", "saved_at"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    # Pairs of a field's name and what stands in it, in the form's order.
    fields: Mapped[list[Any]] = mapped_column(JSONB)
    # Files that only this copy may name: they are not cleaned away.
    media_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}", default=list)
    # The post as it was when this was written beside it.
    post_version: Mapped[int]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # Which page wrote it last, by its ticket, and that page's how-manieth saving it was: an earlier one that
    # comes late changes nothing.
    page: Mapped[str]
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.portal_now())

    post: Mapped[Post] = relationship()

    @classmethod
    def of(cls, doctor: Doctor, post: Post) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id, cls.post_id == post.id)
