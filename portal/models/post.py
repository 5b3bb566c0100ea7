from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, case, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import zones
from portal.fitting import Fit, Recipe
from portal.models import states
from portal.models.doctor import Doctor
from portal.models.media_file import MediaFile
from portal.orm import Base
from portal.platforms.base import Media, Platform

if TYPE_CHECKING:
    from portal.models.publication import Publication

# Certainly not on the network: the doctor may still say no.
STOPPABLE = states.NOT_BEGUN | {"awaiting_doctor"}


class Post(Base):
    """What a doctor wants to say and when; where it goes and how far it got is in its publications.

    The planned time is kept three ways: the instant, and the wall time with its zone and fold, so that the
    instant can be computed again when a country changes its clocks.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("fold IN (0, 1)", name="fold"),
        Index("ix_post_doctor_id_scheduled_at", "doctor_id", "scheduled_at"),
        Index("ix_post_doctor_id_id", "doctor_id", "id"),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id"))
    content: Mapped[str]
    link: Mapped[str | None]
    link_title: Mapped[str | None]
    # Stands below the text, and below each account's own.
    footer: Mapped[str | None]
    # Written below it once it is out, where the network has comments.
    first_comment: Mapped[str | None]
    scheduled_at: Mapped[datetime | None]
    # ISO wall time without offset, as the doctor sees it in `timezone`: "2026-11-23T09:00:00".
    wall_time: Mapped[str | None]
    timezone: Mapped[str]
    fold: Mapped[int] = mapped_column(default=0, server_default="0")
    zone_data: Mapped[str | None]
    # Somebody pays for it, in money or in kind.
    is_sponsored: Mapped[bool] = mapped_column(default=False, server_default="false")
    # By which rules, and for which facts of the doctor, the checks last let it pass; null for never.
    checks_key: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    doctor: Mapped[Doctor] = relationship()
    publications: Mapped[list["Publication"]] = relationship(
        back_populates="post", order_by="Publication.id", cascade="all, delete-orphan"
    )
    media: Mapped[list["PostMedia"]] = relationship(
        order_by="PostMedia.position", cascade="all, delete-orphan"
    )

    @property
    def status(self) -> str:
        return states.of_post([publication.status for publication in self.publications])

    @property
    def has_begun(self) -> bool:
        """Whether any of it is on its way or out: then it can no longer be changed as a whole."""
        return any(p.status not in states.NOT_BEGUN and p.status != "cancelled" for p in self.publications)

    @property
    def is_checked(self) -> bool:
        """Whether the checks let it pass by today's rules, for the doctor as they are today."""
        return self.checks_key == self.doctor.checks_key

    @property
    def is_draft(self) -> bool:
        """Whether nothing of it is planned."""
        return all(publication.status == "draft" for publication in self.publications)

    @property
    def can_vanish(self) -> bool:
        """Whether nothing of it was ever sent anywhere, so that a draft leaves no gap in any history."""
        return self.is_draft and not any(publication.attempts for publication in self.publications)

    @property
    def can_change(self) -> bool:
        return not self.has_begun and (not self.publications or self.status != "cancelled")

    @property
    def can_cancel(self) -> bool:
        """Whether none of it is out or on its way, and something is left to cancel."""
        statuses = {publication.status for publication in self.publications} - {"cancelled"}
        return statuses <= STOPPABLE and (bool(statuses) or not self.publications)

    def signed(self, words: str) -> str:
        """One version of the text with the footer below it, unless it stands there already."""
        footer = (self.footer or "").strip()
        return words if not footer or footer in words else f"{words.rstrip()}\n\n{footer}".strip()

    def plan(self, at: datetime | None, zone: str) -> None:
        """Set the planned time: the instant, and what the clock shows then in the doctor's zone."""
        self.timezone = zone
        self.scheduled_at = at
        wall = zones.wall(at, zone) if at else None
        self.wall_time = wall.iso if wall else None
        self.fold = wall.fold if wall else 0
        self.zone_data = zones.data_version() if wall else None

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)

    @classmethod
    def status_expression(cls) -> ColumnElement[str]:
        """`status` for use in a WHERE, the same rule in SQL."""
        from portal.models.publication import Publication

        of_this = select(Publication.status).where(Publication.post_id == cls.id)
        lowest = select(func.min(Publication.status)).where(Publication.post_id == cls.id).scalar_subquery()
        highest = select(func.max(Publication.status)).where(Publication.post_id == cls.id).scalar_subquery()
        has = {word: of_this.where(Publication.status == word).exists() for word in states.NEED}
        whens: list[Any] = [(lowest.is_(None), "draft"), (lowest == highest, lowest)]
        whens += [(has["published"], "partly_published"), *((has[word], word) for word in states.NEED)]
        return case(*whens)


class PostMedia(Base):
    """One picture or video of a post, in its place."""

    __tablename__ = "post_media"
    __table_args__ = (
        Index("uq_post_media_place", "post_id", "position", unique=True),
        CheckConstraint("shows IN ('', 'nobody', 'staff', 'patient')", name="shows"),
        Index("ix_post_media_media_file_id", "media_file_id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    media_file_id: Mapped[int] = mapped_column(ForeignKey("media_file.id"))
    position: Mapped[int]
    alt_text: Mapped[str | None]
    # How it is brought into the shape of a network: its key → a record of fitting.Fit.
    fits: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    # Who can be seen, in the doctor's word: "" while nobody said. For a patient, what they agreed to.
    shows: Mapped[str] = mapped_column(default="", server_default="")
    consent: Mapped[str | None]

    file: Mapped[MediaFile] = relationship()

    def copy(self) -> "PostMedia":
        """The same in the same place, of no post yet."""
        return PostMedia(
            file=self.file,
            position=self.position,
            alt_text=self.alt_text,
            fits=dict(self.fits or {}),
            shows=self.shows,
            consent=self.consent,
        )

    def recipe(self, network: Platform) -> Recipe | None:
        """What has to be made of it for a network; None when it goes as it is."""
        return self.file.recipe(network.shape, Fit.of_record((self.fits or {}).get(network.key)))

    def to_media(self, network: Platform) -> Media:
        """As a network gets it: what was made for it when the post was planned or shown. Where nothing was
        made, because the network's limits have changed since, it goes as it is."""
        return self.file.to_media(self.alt_text, self.file.made(self.recipe(network)))
