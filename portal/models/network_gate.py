from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.orm import Base


class NetworkGate(Base):
    """Until when nothing goes to a network through one of the operator's apps, and why.

    `failures` counts what went wrong in a row: above a limit the network is tried with single posts only.
    """

    __tablename__ = "network_gate"
    __table_args__ = (UniqueConstraint("platform", "connection"),)

    platform: Mapped[str]
    connection: Mapped[str]
    until: Mapped[datetime | None]
    reason: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
