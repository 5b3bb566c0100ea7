from datetime import date, datetime, time
from typing import Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.doctor import Doctor
from portal.models.post import Post
from portal.orm import Base

RHYTHMS = ("daily", "weekly", "monthly_day", "monthly_weekday")


class PostSeries(Base):
    """A post that comes again: how often, at which hour on the wall, until when.

    What it says is what `pattern` says, the post that it was made from. The days are computed in the time
    of the wall from `starts_on`; each one that comes near becomes a post of its own, see SeriesPost.
    """

    __tablename__ = "post_series"
    __table_args__ = (
        CheckConstraint("rhythm IN ('daily', 'weekly', 'monthly_day', 'monthly_weekday')", name="rhythm"),
        CheckConstraint("every BETWEEN 1 AND 52", name="every"),
        CheckConstraint("(until_on IS NULL) <> (times IS NULL)", name="has_one_end"),
        CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays"),
        Index("ix_post_series_doctor_id", "doctor_id"),
        Index("ix_post_series_pattern_id", "pattern_id"),
        Index("ix_post_series_live", "id", postgresql_where=text("ended_at IS NULL")),
    )

    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctor.id", ondelete="CASCADE"))
    # Null once that draft was deleted: then nothing more comes.
    pattern_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
    rhythm: Mapped[str]
    # Every so many days, weeks or months.
    every: Mapped[int] = mapped_column(default=1, server_default="1")
    # The days of a weekly one: Monday is 1, Tuesday 2, Wednesday 4, and so on, added up.
    weekdays: Mapped[int] = mapped_column(default=0, server_default="0")
    starts_on: Mapped[date]
    until_on: Mapped[date | None]
    times: Mapped[int | None]
    at: Mapped[time]
    timezone: Mapped[str]
    # Whether each post ends with its date, for networks that refuse the same words twice.
    adds_date: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_paused: Mapped[bool] = mapped_column(default=False, server_default="false")
    ended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.portal_now(), onupdate=func.portal_now())

    doctor: Mapped[Doctor] = relationship()
    pattern: Mapped[Post | None] = relationship()
    posts: Mapped[list["SeriesPost"]] = relationship(
        back_populates="series", order_by="SeriesPost.day_on", passive_deletes=True
    )

    @classmethod
    def owned_by(cls, doctor: Doctor) -> Select[Self]:
        return select(cls).where(cls.doctor_id == doctor.id)


class SeriesPost(Base):
    """What became of one day of a series: at most one post, whoever makes it; skipped when it has none."""

    __tablename__ = "series_post"
    __table_args__ = (
        Index("uq_series_post_day", "series_id", "day_on", unique=True),
        Index("ix_series_post_post_id", "post_id"),
        Index("ix_series_post_trouble", "series_id", postgresql_where=text("trouble IS NOT NULL")),
    )

    series_id: Mapped[int] = mapped_column(ForeignKey("post_series.id", ondelete="CASCADE"))
    day_on: Mapped[date]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"))
    # The post's version when it was made: a later one was changed by hand, and is left alone.
    made_version: Mapped[int] = mapped_column(default=1, server_default="1")
    # Why it could not be planned and waits as a draft, in a sentence for the doctor.
    trouble: Mapped[str | None]
    # What the clock did to its hour, in a sentence.
    note: Mapped[str | None]

    series: Mapped[PostSeries] = relationship(back_populates="posts")
    post: Mapped[Post | None] = relationship()
