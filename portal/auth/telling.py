"""What somebody should know about their own account: written down, and told by letter."""

from typing import Any

from portal.auth.asking import Asker
from portal.models import AuditEvent, OutboxLetter, User


def note(user: User, action: str, asker: Asker, **details: Any) -> AuditEvent:
    """Write down what was done to an account, in the open transaction; `details` hold no secret."""
    return AuditEvent.write(
        action, user_id=user.id, subject="user", subject_id=user.id, address=asker.address, **details
    )


def tell(user: User, action: str, asker: Asker, **details: Any) -> None:
    """The same, and a letter that says so: whoever did it may be somebody else."""
    note(user, action, asker, **details)
    about = {"action": action, **details}
    OutboxLetter.post("account_changed", user.email, about=about, doctor_id=doctor_id(user))


def doctor_id(user: User) -> int | None:
    """For whose letters it is kept; an administrator is no doctor."""
    return user.doctor.id if user.doctor else None
