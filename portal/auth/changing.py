"""What somebody who is signed in may change about signing in: the password, and where they are signed in."""

from sqlalchemy import Select, delete, select

from portal import clock
from portal.auth import codes, password_rules, passwords, recovery, trust
from portal.auth.asking import Asker
from portal.auth.inputs import PasswordChange
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, OutboxLetter, User
from portal.transaction import transaction

NOT_IT = "This is not your password. Enter the one that you sign in with now."
SAME = "The new password must be another one than now."


def change_password(user: User, change: PasswordChange, asker: Asker) -> User:
    """Set another password and end every session; the caller signs this browser in anew."""
    if not passwords.is_right(change.current_password, user.password_digest):
        with transaction():
            _record("password change refused", user, asker)
        raise Invalid("current_password", NOT_IT)
    if change.new_password == change.current_password:
        raise Invalid("new_password", SAME)
    _check_personal(change.new_password, user)
    password_digest = passwords.digest(change.new_password)
    with transaction():
        user.password_digest, user.password_changed_at = password_digest, clock.now()
        recovery.end_sessions(user)
        codes.close_all(user.email)
        about = user.doctor.id if user.doctor else None
        OutboxLetter.post("password_changed", user.email, doctor_id=about)
        _record("password changed", user, asker)
    return user


def sessions_of(user: User) -> Select[BrowserSession]:
    """Where this person is signed in, the most recent first."""
    newest = BrowserSession.last_seen_at.desc()
    return select(BrowserSession).where(BrowserSession.user_id == user.id).order_by(newest)


def end_session(row: BrowserSession, asker: Asker) -> None:
    """Sign one browser out."""
    with transaction():
        _record("signed out a browser", row.user, asker)
        db.session.delete(row)


def end_other_sessions(user: User, but: BrowserSession, asker: Asker) -> None:
    """Sign every browser out except this one, and ask for a code everywhere from now on."""
    with transaction():
        others = BrowserSession.user_id == user.id, BrowserSession.id != but.id
        db.session.execute(delete(BrowserSession).where(*others))
        trust.forget_all(user)
        _record("signed out everywhere else", user, asker)


def _check_personal(password: str, user: User) -> None:
    name = user.doctor.full_name if user.doctor else ""
    try:
        password_rules.check_personal(password, [user.email, name])
    except ValueError as refused:
        raise Invalid("new_password", str(refused)) from None


def _record(action: str, user: User, asker: Asker) -> None:
    AuditEvent.write(action, user_id=user.id, subject="user", subject_id=user.id, address=asker.address)
