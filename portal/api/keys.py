"""Keys of programs: who a key acts for, and whether it may make this call."""

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal import clock
from portal.errors import NotAllowed
from portal.extensions import db
from portal.models import ApiKey, Doctor
from portal.models.api_key import PREFIX, RIGHTS, USED_EVERY, digest
from portal.transaction import transaction

# Of a key, all that decides whether it may call; takes its digest. Whoever leaves has no keys any more.
HOLDER = """
SELECT k.id AS key_id, k.rights, k.expires_at, k.last_used_at, u.id AS user_id, d.id AS doctor_id
FROM api_key k JOIN doctor d ON d.id = k.doctor_id JOIN user_account u ON u.id = d.user_id
WHERE k.digest = %s AND k.revoked_at IS NULL
AND u.confirmed_at IS NOT NULL AND u.disabled_at IS NULL AND u.leaves_at IS NULL
"""
NOT_BY_KEY = "No key opens this. Sign in as an administrator and send the access token."


def is_key(words: str) -> bool:
    """Whether this looks like a key of ours, good or not."""
    return words.startswith(PREFIX)


def find(words: str) -> ApiKey | None:
    """The key with these words while it is active and its doctor may sign in; asked once in a request."""
    known: dict[str, ApiKey | None] = g.setdefault("api_keys", {})
    mark = digest(words)
    if mark not in known:
        known[mark] = _find(mark)
    return known[mark]


def require(key: ApiKey, right: str | None) -> None:
    """Raise NotAllowed, naming what is missing, unless the key may make a call that needs this right."""
    if right is None:
        raise NotAllowed(NOT_BY_KEY)
    if right not in key.rights:
        raise NotAllowed(
            f"This key lacks the right {right} ({RIGHTS[right]}). Make one that has it on the page Settings, "
            "API keys."
        )


def opens(holder: Sequence[Any], right: str | None) -> bool:
    """Whether the row of HOLDER that was found may make a call that needs this right, and nothing is to be
    noted about it."""
    _, rights, expires_at, last_used_at, *_ = holder
    now = clock.now()
    is_noted = last_used_at is not None and now - last_used_at < USED_EVERY
    return right in rights and is_noted and (expires_at is None or now < expires_at)


def note_use(key: ApiKey) -> None:
    """Remember, roughly, when the key was used last."""
    if not key.use_is_to_note:
        return
    now = clock.now()
    # Two requests at once write it once.
    is_old = ApiKey.last_used_at.is_(None) | (ApiKey.last_used_at <= now - USED_EVERY)
    with transaction():
        db.session.execute(update(ApiKey).where(ApiKey.id == key.id, is_old).values(last_used_at=now))


def _find(mark: str) -> ApiKey | None:
    whose = joinedload(ApiKey.doctor, innerjoin=True).joinedload(Doctor.user, innerjoin=True)
    key = db.session.scalar(select(ApiKey).where(ApiKey.digest == mark).options(whose))
    if key is None or key.state != "active" or not key.doctor.user.is_active:
        return None
    # The way back; it would be asked for once more.
    set_committed_value(key.doctor.user, "doctor", key.doctor)
    return key
