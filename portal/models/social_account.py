import json
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import platforms, vault
from portal.models.doctor import Doctor
from portal.orm import Base
from portal.platforms.base import App, Asked, Author, Connection, Content, Platform, Token

STATUSES = ("connected", "reconnect", "disconnected")

# Networks say an end as seconds from now at each renewal, so the same one moves a little.
SAME_END = timedelta(days=1)


class SocialAccount(Base):
    """A doctor's account, page or channel on one network, with the token that may post to it, sealed."""

    __tablename__ = "social_account"
    __table_args__ = (
        UniqueConstraint("doctor_id", "platform", "remote_id"),
        # One account of a network belongs to one doctor at a time.
        Index(
            "uq_social_account_remote",
            "platform",
            "remote_id",
            unique=True,
            postgresql_where=text("status <> 'disconnected'"),
        ),
        Index(
            "ix_social_account_ends_at",
            "ends_at",
            postgresql_where=text("status = 'connected' AND ends_at IS NOT NULL"),
        ),
        CheckConstraint("status IN ('connected', 'reconnect', 'disconnected')", name="status"),
        CheckConstraint(
            "status <> 'disconnected' OR sealed_token IS NULL", name="no_token_when_disconnected"
        ),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    platform: Mapped[str]
    # Which of the network's connections this is: "profile", "organization", "account".
    connection: Mapped[str]
    remote_id: Mapped[str]
    display_name: Mapped[str]
    handle: Mapped[str | None]
    picture_url: Mapped[str | None]
    # What the network said of the account that its file wants to know again, such as X's subscription type.
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    status: Mapped[str] = mapped_column(default="connected")
    sealed_token: Mapped[str | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default="{}")
    token_expires_at: Mapped[datetime | None]
    # When half of the token's life is over; null where it cannot be refreshed.
    refresh_at: Mapped[datetime | None]
    # When the permission ends for good, whatever the portal does; null where it renews itself for ever.
    ends_at: Mapped[datetime | None]
    # At how many days before that end the doctor was last told of it.
    told_days: Mapped[int | None]
    trouble: Mapped[str | None]
    # Until when the network asked us to leave this account alone.
    gated_until: Mapped[datetime | None]
    connected_at: Mapped[datetime | None]
    # When the network was last asked whether its permission still holds, where it can be asked.
    looked_at: Mapped[datetime | None]

    doctor: Mapped[Doctor] = relationship()

    @property
    def network(self) -> Platform:
        """Everything about this account's network."""
        return platforms.get(self.platform)

    @property
    def kind(self) -> Connection:
        """Which of the network's connections it came by."""
        return self.network.connection(self.connection)

    @property
    def is_by_hand(self) -> bool:
        """Whether the doctor posts everything on this account by hand."""
        return self.network.is_by_hand(self.connection)

    @property
    def takes_comments(self) -> bool:
        """Whether a first comment can be written below its posts."""
        can = not self.is_by_hand and self.network.comment_limit(self.author) is not None
        return can and self.network.may_ever_comment(self.author, self.scopes or ())

    @property
    def lacks_comments(self) -> bool:
        """Whether it could take them, had the doctor allowed that when connecting it."""
        return self.takes_comments and not self.network.may_comment(self.author, self.scopes or ())

    def why_no_comment(self, content: Content) -> str | None:
        """Why no first comment can be written below this post, in a sentence; None where it can."""
        if self.is_by_hand:
            return f"Write it on {self.network.label} yourself: we do not post there for you."
        if not self.takes_comments:
            return f"{self.network.label} lets us write none on this account."
        if self.lacks_comments:
            return "You connected this account without allowing comments. Connect it again first."
        return self.network.shuts_comments(content)

    @property
    def place(self) -> str | None:
        """The option that names a place the network can be asked about, for this account."""
        return None if self.is_by_hand else self.network.place

    @property
    def asks(self) -> list[Asked]:
        """What the composer asks: nothing that only the network could tell, where it cannot be asked."""
        return [asked for asked in self.network.asks if not (self.is_by_hand and asked.kind == "told")]

    @property
    def is_connected(self) -> bool:
        return self.status == "connected"

    def ends_before(self, moment: datetime) -> bool:
        """Whether the permission is over by then, and only the doctor can prolong it."""
        return self.is_connected and self.ends_at is not None and self.ends_at <= moment

    @property
    def author(self) -> Author:
        return Author(self.remote_id, self.connection, self.display_name, self.handle, self.facts)

    @property
    def token(self) -> Token | None:
        """The token, opened; raises vault.CannotOpen when its key is lost."""
        if self.sealed_token is None:
            return None
        token = Token.from_record(json.loads(vault.open_sealed(self.sealed_token, *self.bound_to)))
        return self._proved(token)

    @token.setter
    def token(self, token: Token | None) -> None:
        words = json.dumps(token.to_record()) if token else None
        self.sealed_token = None if words is None else vault.seal(words, self.bound_to[0])
        self.scopes = sorted(token.scopes) if token else []
        self.token_expires_at = token.expires_at if token else None
        self.refresh_at = token.refresh_at if token else None
        before, self.ends_at = self.ends_at, token.ends_at if token else None
        if before is None or self.ends_at is None or self.ends_at - before > SAME_END:
            self.told_days = None

    def _proved(self, token: Token) -> Token:
        """With the proof that calls with it come from the operator's app, where the network takes one."""
        kind = next((kind for kind in self.network.connections if kind.key == self.connection), None)
        keys = current_app.config["PORTAL"].app(kind.app) if kind else None
        return kind.proved(App(keys.client_id, keys.client_secret), token) if kind and keys else token

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed column opens with: the natural key. See models/sealed.py."""
        return (f"social_account:{self.doctor_id}:{self.platform}:{self.remote_id}",)

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select["SocialAccount"]:
        return select(cls).where(cls.doctor_id == doctor.id)


class AccountOffer(Base):
    """Several pages or channels that one sign-in gave, until the doctor has chosen; then it is deleted."""

    __tablename__ = "account_offer"

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    platform: Mapped[str]
    connection: Mapped[str]
    # A list of identities (plain values, see platforms.base.Identity), each without its token.
    choices: Mapped[dict[str, Any]]
    sealed_tokens: Mapped[str]
    expires_at: Mapped[datetime]

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed column opens with; there is one such offer at a time. See models/sealed.py."""
        return (f"account_offer:{self.doctor_id}:{self.platform}:{self.connection}",)

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select["AccountOffer"]:
        return select(cls).where(cls.doctor_id == doctor.id)


class OAuthAttempt(Base):
    """One trip to a network's consent page: bound to doctor, network and browser, used once, ten minutes."""

    __tablename__ = "oauth_attempt"
    __table_args__ = (CheckConstraint("ended_as IN ('account', 'offer', 'nothing')", name="ended_as"),)

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    platform: Mapped[str]
    connection: Mapped[str]
    # The account that is to be connected again in its place, where one is meant; afterwards the one it gave.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("social_account.id", ondelete="CASCADE"))
    state_digest: Mapped[str] = mapped_column(unique=True)
    sealed_verifier: Mapped[str | None]
    # The digest of the signed-in browser's session, or null when the API gave the address: then any browser
    # that is signed in as this doctor may finish it.
    browser_digest: Mapped[str | None]
    expires_at: Mapped[datetime]
    # A used one stays until it is over, so that its answer loaded twice is told what the first load gave.
    used_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]

    @property
    def bound_to(self) -> tuple[str, ...]:
        """What its sealed column opens with. See models/sealed.py."""
        return (self.state_digest,)
