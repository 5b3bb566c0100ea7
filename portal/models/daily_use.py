from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.orm import Base


class DailyUse(Base):
    """How much of a network's day the whole portal has used through one of the operator's apps.

    `day` is the network's own day, in its own time zone.
    """

    __tablename__ = "daily_use"
    __table_args__ = (UniqueConstraint("platform", "connection", "day"),)

    platform: Mapped[str]
    connection: Mapped[str]
    day: Mapped[date]
    used: Mapped[int]
