"""For somebody who lost the app, the recovery codes and every passkey: an operator takes the app away.

Not at once. Whoever writes to the operator may be a thief with a good story, so the owner gets a letter
first, and the app goes three days later, unless somebody signs in with it meanwhile: then it was not lost.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal import clock
from portal.auth import authenticators, recovery, telling
from portal.auth.asking import Asker
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, User
from portal.transaction import transaction

WAIT = timedelta(hours=72)
# Whoever comes back after that asks anew.
GOOD_FOR = timedelta(days=14)

ASKED, DONE = "app reported lost", "lost app taken away"
OPERATOR = Asker(None, by_browser=False)

NOBODY = "No account has this address."
NO_APP = "This account has no app: signing in asks for a code by letter."


def report(email: str, checked: str) -> datetime:
    """Note that the owner says the app is lost, and how the operator knows the owner; from when it may go.

    Raises Conflict. Asked twice, the first time counts.
    """
    with transaction():
        user = _owner(email)
        asked_at = _asked_at(user)
        if asked_at is None:
            telling.tell(user, ASKED, OPERATOR, checked=checked)
            asked_at = clock.now()
    return asked_at + WAIT


def take_away(email: str) -> None:
    """Take the app and its recovery codes away and sign everybody out; a letter says so. Raises Conflict."""
    with transaction():
        user = _owner(email)
        asked_at = _asked_at(user)
        if asked_at is None:
            raise Conflict("Nobody reported this app as lost, or somebody has signed in with it since.")
        if clock.now() < asked_at + WAIT:
            raise Conflict(f"Not yet: it may go from {asked_at + WAIT:%d %B %Y %H:%M} UTC on.")
        telling.note(user, DONE, OPERATOR)
        authenticators.remove(user, OPERATOR)
        recovery.end_sessions(user)


def _owner(email: str) -> User:
    user = db.session.scalar(User.by_email(email))
    if user is None:
        raise Conflict(NOBODY)
    if authenticators.of(user) is None:
        raise Conflict(NO_APP)
    return user


def _asked_at(user: User) -> datetime | None:
    """When it was reported, unless that is settled: by a sign-in, or because it was taken away."""
    newest = db.session.scalar(
        select(AuditEvent)
        .where(AuditEvent.subject == "user", AuditEvent.subject_id == user.id)
        .where(AuditEvent.action.in_([ASKED, DONE, "signed in"]))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    is_open = newest is not None and newest.action == ASKED and newest.created_at > clock.now() - GOOD_FOR
    return newest.created_at if newest is not None and is_open else None
