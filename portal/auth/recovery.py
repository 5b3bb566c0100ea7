"""A forgotten password: a code by letter, then a new one."""

from sqlalchemy import delete

from portal import clock
from portal.auth import codes, password_rules, passwords, trust
from portal.auth.asking import Asker
from portal.auth.inputs import Address, NewPasswordByCode
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, BrowserSession, OneTimeCode, OutboxLetter, User
from portal.transaction import transaction


def forget(address: Address, asker: Asker) -> OneTimeCode:
    """Send a code with which the password can be set anew; alike for an address without an account."""
    with transaction():
        user = db.session.scalar(User.by_email(address.email))
        usable = user if user and user.disabled_at is None else None
        AuditEvent.write(
            "reset asked", subject="user", subject_id=user.id if user else None, address=asker.address
        )
        return codes.ask(address.email, "reset", usable, asker)


def reset(code_id: int, answer: NewPasswordByCode, asker: Asker) -> User:
    """Set the password anew and end every session; every wrong code is counted.

    Nobody is signed in by it: whoever can read the letters still has to know the new password.
    """
    password_digest = passwords.digest(answer.password)
    with transaction():
        code = OneTimeCode.answer(code_id, answer.code)
        if code is not None and code.purpose == "reset" and code.user is not None:
            _check_personal(answer.password, code.user)
            _change(code.user, password_digest, asker)
            return code.user
    raise Invalid("code", codes.refusal(code_id))


def end_sessions(user: User) -> None:
    """Sign the user out everywhere, and trust no browser any more."""
    db.session.execute(delete(BrowserSession).where(BrowserSession.user_id == user.id))
    trust.forget_all(user)


def _check_personal(password: str, user: User) -> None:
    """Only now, when the code was right, may the answer depend on whose account it is."""
    try:
        password_rules.check_personal(password, password_rules.words_of(user))
    except ValueError as refused:
        raise Invalid("password", str(refused)) from None


def _change(user: User, password_digest: str, asker: Asker) -> None:
    now = clock.now()
    user.password_digest, user.password_changed_at = password_digest, now
    # The letter with the code arrived, so the address is theirs.
    user.confirmed_at = user.confirmed_at or now
    end_sessions(user)
    codes.close_all(user.email)
    OutboxLetter.post("password_changed", user.email, doctor_id=user.doctor.id if user.doctor else None)
    AuditEvent.write(
        "password reset", user_id=user.id, subject="user", subject_id=user.id, address=asker.address
    )
