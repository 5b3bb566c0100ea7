import hashlib
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock, vault
from portal.models.user import User
from portal.orm import Base

STEP_SECONDS = 30
# Clocks of phones are off by some seconds, and people are slow.
STEPS_OFF = 1
# How many wrong codes an account takes in a day: without this, patience would find six digits.
WRONG_IN_A_DAY = 50
DAY = timedelta(days=1)

RECOVERY_CODES = 10
RECOVERY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
RECOVERY_LENGTH = 16


class Authenticator(Base):
    """An app that shows six digits which change every half minute; one for each account.

    Until `confirmed_at` it is only being set up. `last_step` is the half minute whose digits were taken last:
    those of it, or of an earlier one, are taken from nobody again. The key is sealed, bound to its account.
    """

    __tablename__ = "authenticator"
    __table_args__ = (CheckConstraint("wrong_tries >= 0", name="wrong_tries"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    sealed_key: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    wrong_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    wrong_since: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    @property
    def key(self) -> str:
        """The key as people type it into an app; raises vault.CannotOpen when its own key is lost."""
        return vault.open_sealed(self.sealed_key, *self.bound_to)

    def choose_key(self) -> None:
        """Another key, known to no app yet."""
        self.sealed_key = vault.seal(pyotp.random_base32(), self.bound_to[0])

    @property
    def is_spent(self) -> bool:
        """Whether there were too many wrong codes since yesterday."""
        return self._is_counting and self.wrong_tries >= WRONG_IN_A_DAY

    def takes(self, digits: str) -> bool:
        """Whether the app shows these digits now and they were not used yet; the row must be locked."""
        app, now = pyotp.TOTP(self.key, interval=STEP_SECONDS), int(clock.now().timestamp()) // STEP_SECONDS
        for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
            is_new = self.last_step is None or step > self.last_step
            if secrets.compare_digest(app.generate_otp(step), digits) and is_new:
                self.last_step = step
                return True
        return False

    def count_wrong(self) -> None:
        """Note a wrong try; the row must be locked."""
        if not self._is_counting:
            self.wrong_tries, self.wrong_since = 0, clock.now()
        self.wrong_tries += 1

    @property
    def _is_counting(self) -> bool:
        return self.wrong_since is not None and clock.now() - self.wrong_since < DAY

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed column opens with; see models/sealed.py."""
        return (f"authenticator of {self.user_id}",)


class RecoveryCode(Base):
    """Sixteen letters on paper that stand in for the app once; only a digest is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("uq_recovery_code_user_id_digest", "user_id", "digest", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    digest: Mapped[str]
    used_at: Mapped[datetime | None]

    @staticmethod
    def mint() -> str:
        """A new one, 80 bits that nobody guesses."""
        return "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))

    @staticmethod
    def digest_of(user_id: int, letters: str) -> str:
        """A fast hash is right here: there is nothing to try out among 80 random bits."""
        return hashlib.sha256(f"recovery {user_id} {letters}".encode()).hexdigest()
