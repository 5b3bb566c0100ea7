import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.extensions import db
from portal.models.user import User
from portal.orm import Base

PURPOSES = ("registration", "login", "reset", "authenticator", "email")
LIFE = timedelta(minutes=10)
TRIES = 5
WRONG = "That is not the code. Check the newest letter and try again."
WRONG_OF_APP = "That is not the code, or it was used before. Wait for the next one in your app."
OVER_FOR_APP = "There were too many tries, or it took too long. Please sign in again."


class OneTimeCode(Base):
    """A question after a code: for one purpose, ten minutes, five tries, one use.

    Its six digits are sent by letter, and only their digest is kept; for the purpose "authenticator" they are
    those that the person's app shows, and no letter goes out.

    `user_id` is null for an address that nobody may learn about: such a code accepts nothing.
    `is_browser_bound` codes are answered only by the browser session that asked for them.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('registration', 'login', 'reset', 'authenticator', 'email')", name="purpose"
        ),
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
    # The password that a registration becomes valid with. It stands here and not with the user alone, because
    # a stranger may register the same address meanwhile, and must not confirm a password of the stranger's.
    password_digest: Mapped[str | None]

    user: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether an answer may still be tried."""
        return self.can_be_sent and clock.now() < self.expires_at

    @property
    def can_be_sent(self) -> bool:
        """Whether a letter with fresh digits would be of any use."""
        return self.used_at is None and self.replaced_at is None and self.tries < TRIES

    @property
    def refusal(self) -> str:
        """Why an answer was not taken, and what to do; says nothing about whether the address is known."""
        if self.purpose == "authenticator":
            return WRONG_OF_APP if self.is_open else OVER_FOR_APP
        if self.used_at or self.replaced_at:
            return "This code is no longer valid. Use the code from the newest letter."
        if self.tries >= TRIES:
            return "There were too many wrong tries. Ask for a new code."
        if clock.now() >= self.expires_at:
            return "This code is too old. Ask for a new one."
        return WRONG

    @classmethod
    def of(cls, email: str, *purposes: str) -> Select["OneTimeCode"]:
        """The codes that an address was ever asked for a purpose, newest first."""
        mine = (cls.email == email.lower(), cls.purpose.in_(purposes))
        return select(cls).where(*mine).order_by(cls.created_at.desc(), cls.id.desc())

    @classmethod
    def answer(cls, code_id: int, digits: str) -> "OneTimeCode | None":
        """The code, used up, when these are its digits."""
        code = cls.count_try(code_id)
        if code is None or not code.matches(digits):
            return None
        code.used_at = clock.now()
        return code

    @classmethod
    def count_try(cls, code_id: int) -> "OneTimeCode | None":
        """The code, when an answer to it may be tried; that try is counted.

        It is counted in one statement, so that guesses sent side by side count one by one; the row stays
        locked until the transaction ends, so that a right answer works once.
        """
        counted = db.session.scalar(
            update(cls)
            .where(cls.id == code_id, cls.tries < TRIES, cls.used_at.is_(None), cls.replaced_at.is_(None))
            .where(cls.expires_at > clock.database_now())
            .values(tries=cls.tries + 1)
            .returning(cls.id)
        )
        if counted is None:
            return None
        code = db.session.get_one(cls, code_id, populate_existing=True)
        return code if code.user_id is not None else None

    def mint(self) -> str:
        """Fresh digits for the letter, good for ten minutes; what was minted before is worth nothing now."""
        digits = f"{secrets.randbelow(10**6):06d}"
        self.digest = self._digest(digits)
        self.expires_at = clock.now() + LIFE
        return digits

    def matches(self, digits: str) -> bool:
        return self.digest is not None and hmac.compare_digest(self.digest, self._digest(digits))

    def _digest(self, digits: str) -> str:
        # Keyed, because a million digests of six digits are made in a second.
        key = current_app.config["PORTAL"].session_secret.encode()
        return hmac.new(key, f"code:{self.id}:{self.purpose}:{digits}".encode(), hashlib.sha256).hexdigest()
