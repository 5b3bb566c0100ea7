"""The administrators: made by another one, listed, their right taken away."""

import secrets

from sqlalchemy import delete, select

from portal import clock
from portal.admin.inputs import NewAdministrator
from portal.auth import passwords
from portal.errors import Invalid, NotAllowed
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, OutboxLetter, TrustedBrowser, User
from portal.transaction import transaction

BELONGS = "This address belongs to a doctor or an administrator already. Enter another one."


def listed() -> list[User]:
    """All who have or had the right, those who have it first."""
    query = select(User).where(User.role == "administrator")
    return list(db.session.scalars(query.order_by(User.disabled_at.asc().nulls_first(), User.email)))


def make(administrator: User, new: NewAdministrator) -> User:
    """Give somebody the right. A letter goes out; the password is chosen by way of "Forgot your password?",
    so that nobody signs in who does not read that mailbox."""
    with transaction():
        if not administrator.is_administrator:
            raise NotAllowed("Only an administrator may do this.")
        user = db.session.scalar(User.by_email(new.email))
        is_former = user is not None and user.is_administrator and user.disabled_at is not None
        if user is not None and not is_former:
            raise Invalid("email", BELONGS)
        user = user or User(email=new.email, role="administrator")
        user.password_digest = passwords.digest(secrets.token_urlsafe(32))
        user.confirmed_at, user.disabled_at = clock.now(), None
        db.session.add(user)
        db.session.flush()
        AuditEvent.write("administrator made", user_id=administrator.id, subject="user", subject_id=user.id)
        OutboxLetter.post("administrator_made", user.email)
    return user


def take_right_away(user: User) -> None:
    """Inside the transaction in which a second administrator confirms it; all sessions end at once."""
    if user.doctor is not None:
        user.role = "doctor"
    else:
        user.disabled_at = clock.now()
    for table in (BrowserSession, TrustedBrowser):
        db.session.execute(delete(table).where(table.user_id == user.id))
