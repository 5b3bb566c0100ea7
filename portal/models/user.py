from datetime import datetime
from typing import TYPE_CHECKING

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, Index, Select, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.orm import Base

if TYPE_CHECKING:
    from portal.models.doctor import Doctor

ROLES = ("doctor", "administrator")


class User(UserMixin, Base):
    """Someone who can sign in: an address, a password, a role."""

    __tablename__ = "user_account"
    __table_args__ = (
        Index("uq_user_account_email", text("lower(email)"), unique=True),
        CheckConstraint("role IN ('doctor', 'administrator')", name="role"),
        Index("ix_user_account_leaves_at", "leaves_at", postgresql_where=text("leaves_at IS NOT NULL")),
    )

    email: Mapped[str]
    password_digest: Mapped[str]
    role: Mapped[str] = mapped_column(default="doctor")
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime | None]
    # When everything of somebody who left will be erased; until then signing in is the way back.
    leaves_at: Mapped[datetime | None]

    doctor: Mapped["Doctor | None"] = relationship(
        back_populates="user", foreign_keys="Doctor.user_id", uselist=False
    )

    @property
    def is_administrator(self) -> bool:
        return self.role == "administrator"

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.disabled_at is None

    @classmethod
    def by_email(cls, email: str) -> Select["User"]:
        """Addresses are compared without regard to case."""
        return select(cls).where(func.lower(cls.email) == email.strip().lower())
