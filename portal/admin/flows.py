"""Who looks after the portal."""

from portal import clock
from portal.auth import passwords
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, User
from portal.transaction import transaction


def ensure_administrator(email: str, password: str) -> bool:
    """Whether an administrator had to be made; one who is there keeps the password of their own choice."""
    with transaction():
        user = db.session.scalar(User.by_email(email))
        if user is not None and user.is_administrator:
            return False
        if user is not None and user.confirmed_at:
            raise Conflict("This address belongs to a doctor. Choose another one for the administrator.")
        if user is not None:  # somebody typed it at registration, and never showed that it is theirs
            _forget(user)
        user = User(
            email=email.strip().lower(),
            role="administrator",
            password_digest=passwords.digest(password),
            confirmed_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        AuditEvent.write("administrator made by command", subject="user", subject_id=user.id)
    return True


def _forget(unconfirmed: User) -> None:
    if unconfirmed.doctor is not None:
        db.session.delete(unconfirmed.doctor)
        db.session.flush()
    db.session.delete(unconfirmed)
    db.session.flush()
