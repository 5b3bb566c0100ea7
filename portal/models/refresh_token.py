from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.user import User
from portal.orm import Base


class RefreshToken(Base):
    """One link of the chain by which a program stays signed in; each is good once, and only a digest is kept.

    `family` is the sign-in that it comes from. A link that comes back after it was used was copied,
    and ends the whole family.
    """

    __tablename__ = "refresh_token"
    __table_args__ = (
        Index("ix_refresh_token_family", "family"),
        Index("ix_refresh_token_expires_at", "expires_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    family: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    # Says whether the password has changed since; tells nothing about it.
    password_mark: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
