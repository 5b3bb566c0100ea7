"""What somebody who is signed in may change about signing in: the password, and where they are signed in."""

from sqlalchemy import Select, delete, select

from portal import clock
from portal.auth import codes, password_rules, passwords, recovery, telling, trust, undoing
from portal.auth.asking import Asker
from portal.auth.inputs import Answer, EmailChange, PasswordChange
from portal.errors import Invalid
from portal.extensions import db
from portal.models import BrowserSession, OneTimeCode, User
from portal.transaction import transaction

NOT_IT = "This is not your password. Enter the one that you sign in with now."
SAME = "The new password must be another one than now."


def change_password(user: User, change: PasswordChange, asker: Asker) -> User:
    """Set another password and end every session; the caller signs this browser in anew."""
    if not passwords.is_right(change.current_password, user.password_digest):
        with transaction():
            telling.note(user, "password change refused", asker)
        raise Invalid("current_password", NOT_IT)
    if change.new_password == change.current_password:
        raise Invalid("new_password", SAME)
    _check_personal(change.new_password, user)
    password_digest = passwords.digest(change.new_password)
    with transaction():
        user.password_digest, user.password_changed_at = password_digest, clock.now()
        recovery.end_sessions(user)
        codes.close_all(user.email)
        undoing.tell_old_address(user, "password", "password_changed")
        telling.note(user, "password changed", asker)
    return user


def ask_new_email(user: User, change: EmailChange, asker: Asker) -> OneTimeCode:
    """A code to the new address; alike when somebody has that already, who gets a letter that says so.

    Raises Invalid, and TooSoon.
    """
    if change.email == user.email.lower():
        raise Invalid("email", "This is your address already. Enter another one.")
    with transaction():
        known = db.session.scalar(User.by_email(change.email))
        telling.note(user, "other address asked", asker)
        return codes.ask(change.email, "email", None if known else user, asker)


def change_email(user: User, code_id: int, answer: Answer, asker: Asker) -> User:
    """The account has the new address from now on; the old one gets a letter with a way back.

    Raises Invalid.
    """
    with transaction():
        code = OneTimeCode.answer(code_id, answer.code)
        if code is not None and code.purpose == "email" and code.user_id == user.id:
            codes.hold(code.email)
            if db.session.scalar(User.by_email(code.email)) is None:
                undoing.tell_old_address(user, "email", "email_changed", new_email=code.email)
                codes.close_all(user.email)
                user.email = code.email
                trust.forget_all(user)
                telling.note(user, "address changed", asker)
                return user
    raise Invalid("code", codes.refusal(code_id))


def sessions_of(user: User) -> Select[BrowserSession]:
    """Where this person is signed in, the most recent first."""
    newest = BrowserSession.last_seen_at.desc()
    return select(BrowserSession).where(BrowserSession.user_id == user.id).order_by(newest)


def end_session(row: BrowserSession, asker: Asker) -> None:
    """Sign one browser out."""
    with transaction():
        telling.note(row.user, "signed out a browser", asker)
        db.session.delete(row)


def end_other_sessions(user: User, but: BrowserSession, asker: Asker) -> None:
    """Sign every browser out except this one, and ask for a code everywhere from now on."""
    with transaction():
        others = BrowserSession.user_id == user.id, BrowserSession.id != but.id
        db.session.execute(delete(BrowserSession).where(*others))
        trust.forget_all(user)
        telling.note(user, "signed out everywhere else", asker)


def _check_personal(password: str, user: User) -> None:
    try:
        password_rules.check_personal(password, password_rules.words_of(user))
    except ValueError as refused:
        raise Invalid("new_password", str(refused)) from None
