import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.models.user import User
from portal.orm import Base

PURPOSES = ("registration", "login", "reset")
LIFE = timedelta(minutes=10)
TRIES = 5


class OneTimeCode(Base):
    """Six digits sent by letter: for one purpose, ten minutes, five tries, one use; only a digest is kept.

    `user_id` is null for an address that nobody may learn about: such a code accepts nothing.
    `is_browser_bound` codes are answered only by the browser session that asked for them.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('registration', 'login', 'reset')", name="purpose"),
        CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
        Index("ix_one_time_code_email_purpose", "email", "purpose", "created_at"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    email: Mapped[str]
    purpose: Mapped[str]
    is_browser_bound: Mapped[bool] = mapped_column(default=True)
    digest: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether an answer may still be tried."""
        ended = self.used_at or self.replaced_at
        return ended is None and self.tries < TRIES and clock.now() < self.expires_at

    def mint(self) -> str:
        """Fresh digits for the letter; whatever was minted before is worth nothing from now on."""
        digits = f"{secrets.randbelow(10**6):06d}"
        self.digest = self._digest(digits)
        return digits

    def matches(self, digits: str) -> bool:
        return self.digest is not None and hmac.compare_digest(self.digest, self._digest(digits))

    def _digest(self, digits: str) -> str:
        # Keyed, because a million digests of six digits are made in a second.
        key = current_app.config["PORTAL"].session_secret.encode()
        return hmac.new(key, f"code:{self.id}:{self.purpose}:{digits}".encode(), hashlib.sha256).hexdigest()
