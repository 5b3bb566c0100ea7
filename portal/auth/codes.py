"""Codes by letter: asked for, asked for again, ended. An address without an account looks just the same."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import func, select, update

from portal import clock
from portal.auth.asking import Asker
from portal.errors import TooSoon
from portal.extensions import db
from portal.models import OneTimeCode, OutboxLetter, User
from portal.models.one_time_code import LIFE, WRONG

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# How many letters an address gets in an hour. Behind "login" stands the right password, so that nobody can
# use it to fill a stranger's mailbox. No letter leaves for "authenticator".
IN_AN_HOUR = {"registration": 5, "reset": 5, "login": 60, "authenticator": 60, "email": 5}
# How many wrong answers to sign-in codes an account takes in a day, over all its codes.
WRONG_IN_A_DAY = 50
# How long one waits to ask again, after the first letter, the second, …
WAITS_SECONDS = (60, 120, 300, 600)
# What goes out instead of a code when there is nothing to confirm or to reset.
LETTER_WITHOUT_CODE = {"registration": "account_exists", "reset": "no_account", "email": "account_exists"}


def ask(
    email: str, purpose: str, user: User | None, asker: Asker, *, password_digest: str | None = None
) -> OneTimeCode:
    """A code that replaces the earlier ones, its letter in the outbox; raises TooSoon.

    `user` is None for an address without an account, or with one that is confirmed already: then a row is
    made all the same, which accepts nothing, and the address gets a letter that says how things are.
    """
    hold(email)
    _check_limit(email, purpose)
    code = _make(email, purpose, user, asker.by_browser, password_digest)
    _write(code)
    return code


def ask_again(code: OneTimeCode) -> OneTimeCode:
    """Fresh digits for the same question; raises TooSoon before the wait is over."""
    hold(code.email)
    _check_wait(code.email, code.purpose)
    _check_limit(code.email, code.purpose)
    fresh = _make(code.email, code.purpose, _who_waits(code), code.is_browser_bound, code.password_digest)
    _write(fresh)
    return fresh


def ask_again_by_address(email: str, purpose: str) -> None:
    """The same for a program, which knows the address only; alike whether there is something to send."""
    hold(email)
    _check_wait(email, purpose)
    _check_limit(email, purpose)
    last = newest(email, purpose)
    user = _who_waits(last) if last else None
    if last is None or user is None:
        # Counted like any other, and open for no answer. The address's real code stays what it was.
        _add(email, purpose, None, is_browser_bound=False)
        return
    _write(_make(email, purpose, user, False, last.password_digest))


def newest(email: str, *purposes: str) -> OneTimeCode | None:
    """The newest code of these purposes that a program may answer for an address."""
    by_program = OneTimeCode.is_browser_bound.is_(False)
    is_real = OneTimeCode.user_id.is_not(None)
    return db.session.scalar(OneTimeCode.of(email, *purposes).where(by_program, is_real).limit(1))


def refusal(code_id: int) -> str:
    """Why an answer was not taken, for the page."""
    code = db.session.get(OneTimeCode, code_id)
    return code.refusal if code else WRONG


def close_all(email: str) -> None:
    """End every question that is open for an address: its password has changed."""
    is_mine = OneTimeCode.email == email.lower()
    is_open = OneTimeCode.used_at.is_(None) & OneTimeCode.replaced_at.is_(None)
    db.session.execute(update(OneTimeCode).where(is_mine, is_open).values(replaced_at=clock.now()))


def seconds_to_wait(code: OneTimeCode) -> int:
    """How long until its letter may be asked for again; 0 when it may be now."""
    return _seconds_until(_may_ask_again_at(code.email, code.purpose))


def hold(email: str) -> None:
    """Make everybody who asks for this address wait in line until the transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"code for {email}", 0))))


def _make(
    email: str, purpose: str, user: User | None, is_browser_bound: bool, password_digest: str | None
) -> OneTimeCode:
    now = clock.now()
    for earlier in db.session.scalars(
        OneTimeCode.of(email, purpose).where(OneTimeCode.used_at.is_(None), OneTimeCode.replaced_at.is_(None))
    ):
        earlier.replaced_at = now
    return _add(email, purpose, user, is_browser_bound=is_browser_bound, password_digest=password_digest)


def _add(
    email: str,
    purpose: str,
    user: User | None,
    *,
    is_browser_bound: bool,
    password_digest: str | None = None,
) -> OneTimeCode:
    code = OneTimeCode(
        email=email,
        purpose=purpose,
        user=user,
        is_browser_bound=is_browser_bound,
        expires_at=clock.now() + LIFE,
        password_digest=password_digest,
    )
    db.session.add(code)
    db.session.flush()
    return code


def _write(code: OneTimeCode) -> None:
    """The letter: with a code, or with the news that there is nothing to enter it for."""
    if code.purpose == "authenticator":
        return
    if code.user is not None:
        OutboxLetter.post("code", code.email, code_id=code.id, stale_after=LIFE)
    elif code.purpose in LETTER_WITHOUT_CODE:
        OutboxLetter.post(LETTER_WITHOUT_CODE[code.purpose], code.email, stale_after=HOUR)


def _who_waits(code: OneTimeCode) -> User | None:
    """Who proved a password, or registered, and still waits for the digits; None when nobody does.

    Without this, knowing an address would be enough to have a sign-in code sent, and so to sign in without
    the password; and an old question could confirm a password after the account was confirmed with another.
    """
    user = code.user
    if user is None or code.used_at is not None or user.disabled_at is not None:
        return None
    if code.purpose == "registration":
        return user if user.confirmed_at is None else None
    is_fresh = clock.now() - code.created_at < HOUR
    return user if is_fresh or code.purpose == "reset" else None


def _check_limit(email: str, purpose: str) -> None:
    if purpose == "login" and _wrong_in_last_day(email) >= WRONG_IN_A_DAY:
        raise TooSoon("There were too many wrong codes today. Please try again tomorrow.", 24 * 3600)
    times = _times_in_last_hour(email, purpose)
    if len(times) >= IN_AN_HOUR[purpose]:
        seconds = _seconds_until(times[-IN_AN_HOUR[purpose]] + HOUR)
        minutes = ceil(seconds / 60)
        words = (
            f"We have sent several letters to this address. Please wait {minutes} minutes, then try again."
        )
        raise TooSoon(words, seconds)


def _wrong_in_last_day(email: str) -> int:
    """Wrong answers of whoever knows the password: without this, patience would find the digits."""
    since = OneTimeCode.of(email, "login").where(OneTimeCode.created_at > clock.now() - DAY)
    unused = since.where(OneTimeCode.used_at.is_(None)).order_by(None)
    return int(db.session.scalar(unused.with_only_columns(func.sum(OneTimeCode.tries))) or 0)


def _check_wait(email: str, purpose: str) -> None:
    if seconds := _seconds_until(_may_ask_again_at(email, purpose)):
        raise TooSoon(f"A letter is on its way. You can ask for another one in {seconds} seconds.", seconds)


def _may_ask_again_at(email: str, purpose: str) -> datetime | None:
    times = _times_in_last_hour(email, purpose)
    if not times:
        return None
    wait = WAITS_SECONDS[min(len(times), len(WAITS_SECONDS)) - 1]
    return times[-1] + timedelta(seconds=wait)


def _times_in_last_hour(email: str, purpose: str) -> list[datetime]:
    """When codes were asked for, oldest first."""
    since = OneTimeCode.of(email, purpose).where(OneTimeCode.created_at > clock.now() - HOUR)
    return sorted(db.session.scalars(since.with_only_columns(OneTimeCode.created_at)))


def _seconds_until(at: datetime | None) -> int:
    return max(0, ceil((at - clock.now()).total_seconds())) if at else 0
