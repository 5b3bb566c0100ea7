import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portal import clock, request_id
from portal.models import states
from portal.models.doctor import Doctor
from portal.models.network_gate import NetworkGate
from portal.models.post import Post
from portal.models.social_account import SocialAccount
from portal.orm import Base
from portal.platforms.base import Content

if TYPE_CHECKING:
    from portal.models.follow_up import FollowUp
    from portal.models.publication_figures import PublicationFigures

PHASES = ("claimed", "sending", "looking")
# The code of a task that nobody did in time.
MISSED = "missed"
OUTCOMES = ("accepted", "assisted", "refused", "not_sent", "slow_down", "unknown", "absent", "cannot_tell")


class Publication(Base):
    """One post on one account: what becomes of it. README tells the protocol: "How a post goes out".

    The database itself writes each move of `status` into PublicationEvent, with `moved_by` and `moved_why`
    of the same statement, and refuses a move that states.MOVES does not name. It also keeps `error_code` and
    `error_message` to the present state: what is held says what it waits for, what is well says nothing.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("post_id", "social_account_id"),
        CheckConstraint("status = ANY (ARRAY['" + "', '".join(states.STATUSES) + "'])", name="status"),
        CheckConstraint("phase IN ('claimed', 'sending', 'looking')", name="phase"),
        CheckConstraint(
            "(status = 'publishing' AND phase IN ('claimed', 'sending') AND owner IS NOT NULL)"
            " OR (status = 'unconfirmed' AND (phase = 'looking') = (owner IS NOT NULL))"
            " OR (status NOT IN ('publishing', 'unconfirmed') AND phase IS NULL AND owner IS NULL)",
            name="phase_and_owner_fit_status",
        ),
        CheckConstraint("status <> 'published' OR platform_post_id IS NOT NULL", name="published_has_id"),
        CheckConstraint(
            "status NOT IN ('scheduled', 'retrying') OR due_at IS NOT NULL", name="planned_has_time"
        ),
        CheckConstraint("(status = 'held') = (held_for IS NOT NULL)", name="held_has_reason"),
        Index(
            "ix_publication_due",
            "due_at",
            postgresql_where=text("status IN ('scheduled', 'retrying')"),
        ),
        Index("ix_publication_in_hand", "owner", postgresql_where=text("owner IS NOT NULL")),
        Index(
            "ix_publication_account_in_hand",
            "social_account_id",
            postgresql_where=text("status = 'publishing'"),
        ),
        Index("ix_publication_look", "look_at", postgresql_where=text("status = 'unconfirmed'")),
        Index("ix_publication_remind", "remind_at", postgresql_where=text("status = 'awaiting_doctor'")),
        Index("ix_publication_published_at", "published_at", postgresql_where=text("status = 'published'")),
        # What an operator looks at: few rows, however many are planned or out.
        Index(
            "ix_publication_stuck",
            "status",
            "platform",
            postgresql_where=text("status IN ('retrying', 'held')"),
        ),
        Index("ix_publication_failed", "updated_at", postgresql_where=text("status = 'failed'")),
        Index("ix_publication_doctor_id_status", "doctor_id", "status"),
        Index("ix_publication_social_account_id", "social_account_id", "status"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    social_account_id: Mapped[int] = mapped_column(ForeignKey("social_account.id"))
    # Repeated from post and account, so that the search for due work reads one table.
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    platform: Mapped[str]

    # This account's own version of the text; null for the post's.
    content: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    status: Mapped[str] = mapped_column(default="draft")
    due_at: Mapped[datetime | None]
    # Why it is held: "verification", "account", "late", "checks", "decision".
    held_for: Mapped[str | None]
    # Rises with every edit of what would be sent.
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    # Rises with every claim; a publisher writes only under the fence it was given.
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    # The liveness lock of the publisher that holds it.
    owner: Mapped[int | None]
    phase: Mapped[str | None]
    # When to go on preparing its uploads; null for "as soon as it is due soon".
    prepare_at: Mapped[datetime | None]
    client_ref: Mapped[str] = mapped_column(default=lambda: str(uuid.uuid4()))
    staged: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    # How many times it was sent, and how many times it was looked for since the last one.
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    # Tries since a person last asked: what the growing waits count.
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    trying_since: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    look_at: Mapped[datetime | None]
    # Of what came out of a backup: since when it may have gone out, so that it is looked for before it goes.
    may_be_out_since: Mapped[datetime | None]
    # Set when the portal could not find out by itself and asked the doctor.
    asked_at: Mapped[datetime | None]

    # Since when it is the doctor's turn to post it, how often that was recalled, and when to see to it again.
    handed_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    remind_at: Mapped[datetime | None]

    published_at: Mapped[datetime | None]
    platform_post_id: Mapped[str | None]
    permalink: Mapped[str | None]
    # When the doctor had it deleted at the network; it stays "published", for it was.
    removed_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]

    moved_by: Mapped[str] = mapped_column(default="doctor", server_default="portal")
    moved_why: Mapped[str | None]
    # The request by which a person last moved it: leads from a click to everything that became of it.
    request_id: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    post: Mapped[Post] = relationship(back_populates="publications")
    account: Mapped[SocialAccount] = relationship()
    events: Mapped[list["PublicationEvent"]] = relationship(order_by="PublicationEvent.id", viewonly=True)
    figures: Mapped["PublicationFigures | None"] = relationship(back_populates="publication")
    # Its first comment, once it is out.
    follow_up: Mapped["FollowUp | None"] = relationship(viewonly=True)

    @property
    def text(self) -> str:
        """What it says there, with the post's footer."""
        return self.post.signed(self.post.content if self.content is None else self.content)

    def to_content(self) -> Content:
        """What this publication would say on its account: the one place that puts it together."""
        return Content(
            text=self.text,
            author=self.account.author,
            link=self.post.link,
            link_title=self.post.link_title,
            media=tuple(place.to_media(self.account.network) for place in self.post.media),
            options=self.options,
            client_ref=self.client_ref,
        )

    @property
    def can_change(self) -> bool:
        """Whether it is certainly neither out nor on its way."""
        return self.status in states.NOT_BEGUN

    @property
    def can_retry(self) -> bool:
        return self.status in states.CAN_RETRY

    @property
    def can_confirm(self) -> bool:
        """Whether the doctor's word may settle it."""
        return self.status == "awaiting_doctor" or (self.status == "unconfirmed" and self.phase is None)

    @property
    def can_take_over(self) -> bool:
        """Whether the doctor may post it by hand: certainly not out, and the portal is stuck with it.

        "late" too: so it ends where an app was out of order until its hour had passed.
        """
        is_stuck = self.status == "held" and self.held_for in ("account", "late")
        return self.status in ("failed", "retrying") or is_stuck or self.is_shut_out

    @property
    def is_shut_out(self) -> bool:
        """Whether it is planned for a network that refuses the operator's app: that lasts until the operator
        has seen to it."""
        session = object_session(self)
        if self.status != "scheduled" or session is None:
            return False
        gate = select(NetworkGate.id).where(
            NetworkGate.platform == self.platform,
            NetworkGate.connection == self.account.connection,
            NetworkGate.reason == "operator",
            NetworkGate.until > clock.database_now(),
        )
        return session.scalars(gate).first() is not None

    @property
    def can_put_off(self) -> bool:
        """Whether it may get another time: a task that is open or was missed, and what came too late."""
        if self.status == "held":
            return self.held_for in ("late", "decision")
        return self.status == "awaiting_doctor" or (self.status == "failed" and self.error_code == MISSED)

    @property
    def waits_behind(self) -> datetime | None:
        """Until when its account is left alone, where that is later than its own hour."""
        until = self.account.gated_until
        is_later = until is not None and self.due_at is not None and until > max(self.due_at, clock.now())
        return until if is_later else None

    def hand_over(self, now: datetime) -> None:
        """Make it the doctor's own turn, at the doctor's wish; the time of the task counts from now on."""
        self.handed_at = self.remind_at = now
        self.reminders = 0
        self.move("awaiting_doctor", by="doctor")

    def move(self, status: str, *, by: str, why: str | None = None, held_for: str | None = None) -> None:
        """Change the status; `by` is "doctor", "portal", "administrator" or "network", `why` a sentence."""
        self.status = status
        self.held_for = held_for if status == "held" else None
        self.moved_by, self.moved_why = by, why
        self.request_id = request_id.current() or self.request_id

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)


class Attempt(Base):
    """One call that could have made the post visible, written before it was made; never deleted.

    `sent` is exactly what was put to the network, without any token.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index("ix_attempt_publication_id", "publication_id"),
        Index("ix_attempt_left", "created_at", postgresql_where=text("due_at IS NOT NULL")),
        # At most one accepted attempt for each publication, whatever the code believes.
        Index(
            "uq_attempt_accepted",
            "publication_id",
            unique=True,
            postgresql_where=text("outcome = 'accepted'"),
        ),
        CheckConstraint("outcome = ANY (ARRAY['" + "', '".join(OUTCOMES) + "'])", name="outcome"),
    )

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    fence: Mapped[int]
    version: Mapped[int]
    # When it should have left; null for a look that sends again.
    due_at: Mapped[datetime | None]
    sent: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    platform_post_id: Mapped[str | None]


class PublicationEvent(Base):
    """One move of a publication, written by the database's trigger; the post page tells them as sentences."""

    __tablename__ = "publication_event"
    __table_args__ = (Index("ix_publication_event_publication_id", "publication_id"),)

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    who: Mapped[str]
    why: Mapped[str | None]
    version: Mapped[int]
    due_at: Mapped[datetime | None]
    request_id: Mapped[str | None]
