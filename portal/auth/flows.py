"""Joining and signing in."""

import hashlib
import hmac
from collections.abc import Callable

from flask import current_app
from sqlalchemy import select

from portal import clock
from portal.auth import arrivals, authenticators, codes, passwords, trust
from portal.auth.asking import Asker
from portal.auth.inputs import Address, Answer, AppAnswer, Credentials, Registration
from portal.errors import Invalid
from portal.extensions import db
from portal.models import AuditEvent, Doctor, OneTimeCode, User
from portal.transaction import transaction

WRONG = "The email address or the password is not right."

Fill = Callable[[Doctor], object]


class WrongCredentials(Invalid):
    """The same whether the address, the password or the account was the reason."""

    def __init__(self) -> None:
        super().__init__("", WRONG)


def register(person: Registration, asker: Asker, fill: Fill | None = None) -> OneTimeCode:
    """Make an account that waits for its code, and send the code; alike for an address that has an account.

    `fill` puts further fields into the new profile, and may refuse them.
    """
    password_digest = passwords.digest(person.password)
    with transaction():
        codes.hold(person.email)
        known = db.session.scalar(User.by_email(person.email))
        if known is not None and (known.confirmed_at or known.doctor is None):
            _try_out(fill)
            return codes.ask(person.email, "registration", None, asker)
        user = known or _new_user(person.email)
        # Until it is confirmed the account is whoever's registered last; see OneTimeCode.password_digest.
        user.password_digest = password_digest
        doctor = user.doctor or Doctor(user=user)
        doctor.full_name = person.full_name
        db.session.add(doctor)
        db.session.flush()
        if fill:
            fill(doctor)
        AuditEvent.write("registered", subject="user", subject_id=user.id, address=asker.address)
        return codes.ask(person.email, "registration", user, asker, password_digest=password_digest)


def confirm(code_id: int, answer: Answer | AppAnswer, asker: Asker) -> User:
    """Who registered, or gave the right password, and now answers the code; every wrong try is counted."""
    with transaction():
        code = OneTimeCode.count_try(code_id)
        if code is not None and _admits(code) and _is_right(code, answer.code, asker):
            user = _owner(code)
            code.used_at = clock.now()
            if code.purpose == "registration":
                user.confirmed_at = clock.now()
                user.password_digest = code.password_digest or user.password_digest
            arrivals.note(user, code.purpose, asker)
            return user
    _record_wrong_code(code_id, asker)
    raise Invalid("code", codes.refusal(code_id))


def sign_in(person: Credentials, asker: Asker, trusted: str | None = None) -> User | OneTimeCode:
    """The code to answer next, or at once the user in a browser that need not; raises WrongCredentials.

    Whoever never confirmed the address gets a registration's code.
    """
    user = db.session.scalar(User.by_email(person.email))
    is_right = passwords.is_right(person.password, user.password_digest if user else None)
    if user is None or not is_right or user.disabled_at is not None:
        _record_failure(user, person.email, asker)
        raise WrongCredentials
    with transaction():
        if passwords.is_outdated(user.password_digest):
            user.password_digest = passwords.digest(person.password)
        if user.confirmed_at is None:
            own = user.password_digest
            return codes.ask(person.email, "registration", user, asker, password_digest=own)
        app = authenticators.of(user)
        if trusted and may_trust(user) and trust.is_trusted(user, trusted):
            arrivals.note(user, "trusted browser", asker)
            return user
        if app is not None:
            authenticators.check_patience(app)
        return codes.ask(person.email, "login" if app is None else "authenticator", user, asker)


def may_trust(user: User) -> bool:
    """Whether a trusted browser may leave the code out.

    Not for an administrator with an app: the app is there in a moment, and the backoffice is worth it. One
    without has the letters' codes only, and keeps what every account of that kind has.
    """
    return not user.is_administrator or authenticators.of(user) is None


def send_again(code_id: int) -> OneTimeCode:
    """Another letter for the question that this browser is at; raises TooSoon."""
    with transaction():
        return codes.ask_again(db.session.get_one(OneTimeCode, code_id))


def send_again_by_address(address: Address, purpose: str) -> None:
    """Another letter for a program; raises TooSoon."""
    with transaction():
        codes.ask_again_by_address(address.email, purpose)


def _new_user(email: str) -> User:
    user = User(email=email)
    db.session.add(user)
    return user


def _try_out(fill: Fill | None) -> None:
    """Refuse for a known address what would be refused for a new one, and keep nothing of it."""
    if fill is None:
        return
    with db.session.begin_nested() as trial:
        nobody = Doctor(
            full_name="", user=User(email=f"nobody.{clock.now().timestamp()}", password_digest="")
        )
        db.session.add(nobody)
        db.session.flush()
        fill(nobody)
        trial.rollback()


def _admits(code: OneTimeCode) -> bool:
    """Whether the account is still one that this code can open."""
    user = _owner(code)
    if user.disabled_at is not None:
        return False
    if user.confirmed_at is None:
        return code.purpose == "registration"
    # A code by letter, asked for before the app was set up, must not go round it.
    return code.purpose == ("login" if authenticators.of(user) is None else "authenticator")


def _is_right(code: OneTimeCode, typed: str, asker: Asker) -> bool:
    """Compared with what the letter says, or with what the app shows."""
    if code.purpose == "authenticator":
        return authenticators.accepts(_owner(code), typed, asker)
    return code.matches(typed)


def _owner(code: OneTimeCode) -> User:
    return db.session.scalars(select(User).where(User.id == code.user_id).with_for_update()).one()


def _record_failure(user: User | None, email: str, asker: Asker) -> None:
    """An address that nobody has is kept only as a mark: it may be a password in the wrong field."""
    with transaction():
        if user is None:
            AuditEvent.write("sign-in failed", address=asker.address, typed=_mark(email))
        else:
            AuditEvent.write(
                "sign-in failed", user_id=user.id, subject="user", subject_id=user.id, address=asker.address
            )


def _record_wrong_code(code_id: int, asker: Asker) -> None:
    with transaction():
        AuditEvent.write("wrong code", subject="code", subject_id=code_id, address=asker.address)


def _mark(email: str) -> str:
    """Tells two unknown addresses apart, and nothing more."""
    key = current_app.config["PORTAL"].session_secret.encode()
    return hmac.new(key, f"typed {email}".encode(), hashlib.sha256).hexdigest()[:16]
