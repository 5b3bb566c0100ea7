from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.post import Post
from portal.orm import Base


class PostCheck(Base):
    """What the checks said of one version of a post, by which rules, and why the doctor kept it.

    `findings` name rule, severity and place; of the words themselves only a digest, to know them again.
    `reasons` are the doctor's own, by rule. `digest` is that of all that was read.
    Nothing forgets these rows while there is their post: they belong to what is archived of it.
    """

    __tablename__ = "post_check"
    __table_args__ = (
        CheckConstraint("pack IN ('IN', 'IN-strict', 'GB', 'US')", name="pack"),
        Index("ix_post_check_post_id_id", "post_id", "id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    version: Mapped[int]
    pack: Mapped[str]
    rules_version: Mapped[str]
    digest: Mapped[str]
    # Of the doctor's registration when this was asked.
    licence: Mapped[str]
    checks_run: Mapped[int]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reasons: Mapped[dict[str, Any]]
    is_passed: Mapped[bool]

    post: Mapped[Post] = relationship()

    @classmethod
    def newest_of(cls, post_id: int) -> Select[Self]:
        return select(cls).where(cls.post_id == post_id).order_by(cls.id.desc()).limit(1)
