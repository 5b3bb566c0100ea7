"""Rows for tests: each makes what the test does not care about, and commits."""

from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

from portal import clock
from portal.extensions import db
from portal.models import Doctor, Post, Publication, SocialAccount, User
from portal.platforms.base import Token

Row = TypeVar("Row")
numbers = count(1)

# A digest of no password: sign in with `sign_in`, or let the auth tests make real ones.
NO_PASSWORD = "none"


def save(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row


def make_user(**changes: Any) -> User:
    values = {
        "email": f"person{next(numbers)}@example.org",
        "password_digest": NO_PASSWORD,
        "confirmed_at": clock.now(),
    }
    return save(User(**values | changes))


def make_doctor(*, email: str | None = None, verified: bool = True, **changes: Any) -> Doctor:
    """A confirmed doctor, verified unless told otherwise."""
    user = make_user(**({"email": email} if email else {}))
    values: dict[str, Any] = {
        "full_name": f"Dr. Person {user.id}",
        "timezone": "Asia/Kolkata",
        "verification": "verified" if verified else "pending",
    }
    return save(Doctor(user=user, **values | changes))


def make_account(doctor: Doctor, platform: str = "twitter", **changes: Any) -> SocialAccount:
    """A connected account with a token that is good for two hours."""
    connection = {"linkedin": "profile"}.get(platform, "account")
    number = next(numbers)
    values: dict[str, Any] = {
        "connection": connection,
        "remote_id": f"remote-{number}",
        "display_name": doctor.full_name,
        "handle": f"doctor_{number}",
        "connected_at": clock.now(),
    }
    account = SocialAccount(doctor_id=doctor.id, platform=platform, **values | changes)
    if account.status is None or account.status == "connected":
        account.token = Token("access", "refresh", clock.now() + timedelta(hours=2))
    return save(account)


def make_post(doctor: Doctor, *accounts: SocialAccount, status: str = "scheduled", **changes: Any) -> Post:
    """A post for these accounts, an hour from now, each publication in `status`; the checks let it pass."""
    at = changes.pop("scheduled_at", clock.now() + timedelta(hours=1))
    publication = changes.pop("publication", {})
    values: dict[str, Any] = {"content": "Wash your hands.", "timezone": doctor.timezone, "scheduled_at": at}
    values["checks_key"] = doctor.checks_key
    post = Post(doctor_id=doctor.id, **values | changes)
    for account in accounts:
        facts = {"platform": account.platform, "doctor_id": doctor.id, "status": status, "due_at": at}
        post.publications.append(Publication(social_account_id=account.id, **facts | publication))
    return save(post)
