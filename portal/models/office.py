from datetime import datetime
from typing import Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import db
from portal.models.user import User
from portal.orm import Base

# What holds while nobody has chosen: (days, months or years, least, most).
OFFICE_SETTINGS = {
    "target_days": (3, 1, 60),
    "recheck_months": (12, 1, 60),
    "document_days": (30, 1, 365),
    "archive_years": (8, 1, 30),
}


class OfficeSetting(Base):
    """A number that administrators choose for the whole portal."""

    __tablename__ = "office_setting"

    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[int]

    @classmethod
    def read(cls, name: str) -> int:
        """The chosen number, or what holds while nobody has chosen."""
        chosen = db.session.scalar(select(cls.value).where(cls.name == name))
        return OFFICE_SETTINGS[name][0] if chosen is None else chosen


class JointDecision(Base):
    """Something that takes two administrators: one asks for it, another one confirms it."""

    __tablename__ = "joint_decision"
    __table_args__ = (
        CheckConstraint("kind IN ('revoke', 'demote')", name="kind"),
        CheckConstraint("outcome IN ('confirmed', 'withdrawn')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="outcome_has_time"),
        CheckConstraint("outcome <> 'confirmed' OR decided_by_id <> asked_by_id", name="two_people"),
        Index(
            "uq_joint_decision_open",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    kind: Mapped[str]
    # The user account that it is about.
    subject_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    reason: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    subject: Mapped[User] = relationship(foreign_keys=[subject_id])
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])

    @classmethod
    def open_about(cls, kind: str, subject_id: int) -> Self | None:
        """What waits for a second administrator."""
        waiting = select(cls).where(cls.kind == kind, cls.subject_id == subject_id, cls.outcome.is_(None))
        return db.session.scalar(waiting)
