from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.user import User
from portal.orm import Base


class BrowserSession(Base):
    """A signed-in browser. Only the digest of its random id is kept; deleting the row signs it out."""

    __tablename__ = "browser_session"
    __table_args__ = (Index("ix_browser_session_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(unique=True)
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    address: Mapped[str | None]
    device: Mapped[str | None]

    user: Mapped[User] = relationship()


class TrustedBrowser(Base):
    """A browser that need not type a code until `expires_at`; only the digest of its cookie is kept."""

    __tablename__ = "trusted_browser"
    __table_args__ = (Index("ix_trusted_browser_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    device: Mapped[str | None]

    user: Mapped[User] = relationship()
