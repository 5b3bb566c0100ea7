"""Authenticator apps, and the recovery codes that stand in for a lost one."""

from datetime import timedelta

import pyotp
from sqlalchemy import delete, func, select, update

from portal import clock
from portal.auth import codes, telling, trust
from portal.auth.asking import Asker
from portal.auth.inputs import AppAnswer
from portal.errors import Invalid, TooSoon
from portal.extensions import db
from portal.models import Authenticator, RecoveryCode, User
from portal.models.authenticator import RECOVERY_CODES
from portal.transaction import transaction

# How the account is called in the app.
ISSUER = "Doctors portal"
# Whoever looks away while a key is on the screen begins anew with another one.
SETTING_UP = timedelta(minutes=15)
TOMORROW_SECONDS = 24 * 3600


def of(user: User) -> Authenticator | None:
    """The app that this account's sign-in asks for, if there is one."""
    is_in_use = Authenticator.confirmed_at.is_not(None)
    return db.session.scalar(select(Authenticator).where(Authenticator.user_id == user.id, is_in_use))


def pending(user: User) -> Authenticator | None:
    """The app that is being set up."""
    is_new = Authenticator.created_at > clock.now() - SETTING_UP
    mine = Authenticator.user_id == user.id, Authenticator.confirmed_at.is_(None)
    return db.session.scalar(select(Authenticator).where(*mine, is_new))


def address_of(app: Authenticator) -> str:
    """What the picture holds that an app reads with the camera."""
    return pyotp.TOTP(app.key).provisioning_uri(name=app.user.email, issuer_name=ISSUER)


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    mine = RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(*mine)) or 0


def begin(user: User) -> Authenticator:
    """A fresh key to put into an app; nothing asks for it before `finish`. Raises Invalid."""
    with transaction():
        _hold(user)
        if of(user) is not None:
            raise Invalid("", "An app is set up already. Remove it first.")
        db.session.execute(delete(Authenticator).where(Authenticator.user_id == user.id))
        app = Authenticator(user=user, user_id=user.id, created_at=clock.now())
        app.choose_key()
        db.session.add(app)
    return app


def finish(user: User, answer: AppAnswer, asker: Asker) -> list[str]:
    """Sign-in asks for the app from now on; the ten recovery codes, to be shown this once. Raises Invalid."""
    with transaction():
        _hold(user)
        app = pending(user)
        if app is None:
            raise Invalid("", "This took too long, and the key is no longer good. Please begin again.")
        if not app.is_spent and app.takes(answer.code):
            app.confirmed_at = clock.now()
            _ask_everywhere(user)
            telling.tell(user, "authenticator set up", asker)
            return _mint(user)
        app.count_wrong()
    raise Invalid("code", "That is not the code that your app shows now. Enter the newest one.")


def remove(user: User, asker: Asker) -> None:
    """Sign-in asks for a code by letter again; the recovery codes are worth nothing."""
    with transaction():
        _hold(user)
        if of(user) is None:
            return
        db.session.execute(delete(Authenticator).where(Authenticator.user_id == user.id))
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        _ask_everywhere(user)
        telling.tell(user, "authenticator removed", asker)


def new_recovery_codes(user: User, asker: Asker) -> list[str]:
    """Ten others, to be shown this once; the older ones are worth nothing. Raises Invalid."""
    with transaction():
        _hold(user)
        if of(user) is None:
            raise Invalid("", "Set up an authenticator app first.")
        telling.tell(user, "new recovery codes", asker)
        return _mint(user)


def accepts(user: User, typed: str, asker: Asker) -> bool:
    """Whether these digits, or this recovery code, are the account's own, and used now for the first time.

    Call it inside a transaction, and let that end well: a wrong try is counted in it.
    """
    app = db.session.scalar(
        select(Authenticator)
        .where(Authenticator.user_id == user.id, Authenticator.confirmed_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if app is None or app.is_spent:
        return False
    if app.takes(typed) if typed.isdecimal() else _takes_recovery_code(user, typed, asker):
        return True
    app.count_wrong()
    return False


def check_patience(app: Authenticator) -> None:
    """Raises TooSoon when the account had too many wrong codes since yesterday."""
    if app.is_spent:
        words = "There were too many wrong codes today. Please try again tomorrow."
        raise TooSoon(words, TOMORROW_SECONDS)


def _takes_recovery_code(user: User, typed: str, asker: Asker) -> bool:
    """In one statement, so that two who send the same code side by side do not both get in."""
    used = db.session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        .where(RecoveryCode.digest == RecoveryCode.digest_of(user.id, typed))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if used is None:
        return False
    telling.tell(user, "recovery code used", asker, left=codes_left(user))
    return True


def _mint(user: User) -> list[str]:
    minted = [RecoveryCode.mint() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(
        RecoveryCode(user_id=user.id, digest=RecoveryCode.digest_of(user.id, letters)) for letters in minted
    )
    return minted


def _ask_everywhere(user: User) -> None:
    """What was trusted, or asked, under the old way of signing in is over."""
    trust.forget_all(user)
    codes.close_all(user.email)


def _hold(user: User) -> None:
    """One change of an account's factors after the other."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
