from datetime import datetime
from typing import Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.user import User
from portal.orm import Base

NAMES = ARRAY(TEXT)
COUNCIL_KINDS = {
    "council": "A council that registers doctors",
    "register": "A register to look doctors up in",
}


class Council(Base):
    """A council that doctors name in their claim, or a register in which administrators look them up.

    Nothing points here: a claim keeps the words of its doctor, so that no change here can break one.
    What the portal came with was never opened by anybody: `checked_at` says when an administrator did.
    """

    __tablename__ = "council"
    __table_args__ = (
        CheckConstraint("kind IN ('council', 'register')", name="kind"),
        CheckConstraint("country IN ('IN', 'GB', 'US', 'other')", name="country"),
        Index("uq_council_name", text("lower(name)"), unique=True),
    )

    kind: Mapped[str] = mapped_column(server_default="council", default="council")
    country: Mapped[str]
    name: Mapped[str]
    # Its names of former days: claims go on bearing them.
    aliases: Mapped[list[str]] = mapped_column(NAMES, server_default="{}", default=list)
    address: Mapped[str | None]
    # What to know before searching, and how its numbers look.
    note: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    # Since when nobody new is offered it; who named it keeps it.
    retired_at: Mapped[datetime | None]

    checked_by: Mapped[User | None] = relationship()

    @classmethod
    def named(cls, name: str | None) -> Select[Self]:
        """The one that a claim names, by its name or one of former days."""
        wanted = (name or "").strip().lower()
        former = func.string_to_array(func.lower(func.array_to_string(cls.aliases, "\n")), "\n", type_=NAMES)
        is_former = literal(wanted, TEXT) == any_(former)
        return select(cls).where((func.lower(cls.name) == wanted) | is_former).limit(1)
