"""The only commit in the house."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from portal.extensions import db
from portal.publishing.faults import fault

Held = Callable[[], None]


@contextmanager
def transaction() -> Iterator[scoped_session[Session]]:
    """Commit what is done inside, or nothing of it; then run what was held with `after_commit`.

    A transaction inside another one joins it.
    """
    held = db.session.info
    if held.get("is_open"):
        yield db.session
        return
    held["is_open"] = True
    held["after_commit"] = []
    try:
        yield db.session
        fault("before_commit")
        db.session.commit()
    except BaseException:
        db.session.rollback()
        held["after_commit"] = []
        raise
    finally:
        held["is_open"] = False
    fault("after_commit")
    for work in held.pop("after_commit"):
        work()


def let_go() -> None:
    """Give the connection back before waiting for somebody: PostgreSQL cuts those that hold one idly."""
    with transaction():
        pass


def after_commit(work: Held) -> None:
    """Run `work` once the open transaction is committed, or now when none is open.

    It runs outside the commit event, so that it may use the database again.
    """
    if db.session.info.get("is_open"):
        db.session.info["after_commit"].append(work)
    else:
        work()
