"""Who is alive: each publisher holds a PostgreSQL session lock, and arms through that same session.

No session, no arming; others take back its rows only when its lock is gone. A lease would be a guess: a
process frozen past its lease and then waking has sent doubles, with a lock it cannot.
"""

from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

# The first half of the two-part advisory lock key; the second is the owner's number.
LOCK_SPACE = 7341

# PostgreSQL must notice a machine that vanished without a word within some ten seconds (TCP only).
KEEP_ALIVE = "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"


class Liveness:
    """The session whose life is this publisher's life; `owner` is its number, new for each session."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: Connection | None = None
        self.driver: Any = None
        self.owner = 0

    def session(self) -> Session:
        """A session over the locked connection; opens one, under a new number, when there is none.

        Raises DBAPIError when the database is away. What an earlier, broken session held is no longer ours.
        """
        if self.connection is None or self.connection.invalidated or self.connection.closed:
            self._open()
        return Session(self.connection, expire_on_commit=False)

    def drop(self) -> None:
        """Forget a session that broke; the lock goes with it, at once.

        The driver's own connection is closed by hand: SQLAlchemy lets go of a detached one without closing
        it, and as long as anything still knew it, such as the traceback of what went wrong, our lock would
        hold rows that are in nobody's hand.
        """
        if self.connection is not None:
            try:
                self.connection.invalidate()
                self.connection.close()
            except DBAPIError:
                pass  # it was broken already, which is what we wanted
        if self.driver is not None:
            self.driver.close()
        self.connection = self.driver = None

    def __enter__(self) -> "Liveness":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()

    def _open(self) -> None:
        self.drop()
        # Outside the pool's hands: a pooled connection might be recycled and the lock with it.
        connection = self.engine.connect()
        connection.detach()
        self.driver = connection.connection.dbapi_connection
        connection.execute(text(KEEP_ALIVE))
        self.owner = connection.execute(text("SELECT nextval('publisher_number')")).scalar_one()
        connection.execute(
            text("SELECT pg_advisory_lock(:space, :owner)"), {"space": LOCK_SPACE, "owner": self.owner}
        )
        connection.commit()
        self.connection = connection


def dead_owners(session: Session) -> list[int]:
    """The owners of rows in hand whose lock is gone. The lock is only tried, and held until the commit."""
    owners = session.execute(text("SELECT DISTINCT owner FROM publication WHERE owner IS NOT NULL")).scalars()
    lock = text("SELECT pg_try_advisory_xact_lock(:space, :owner)")
    return [
        owner for owner in owners if session.execute(lock, {"space": LOCK_SPACE, "owner": owner}).scalar_one()
    ]
