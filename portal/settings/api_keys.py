"""Keys for the doctor's own programs: made, listed, revoked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from portal import clock
from portal.errors import Invalid
from portal.extensions import db
from portal.inputs import Input, Name
from portal.models import ApiKey, AuditEvent, Doctor, OutboxLetter
from portal.models.api_key import RIGHTS
from portal.transaction import transaction

LIVES = {"30": "30 days", "90": "90 days", "365": "A year", "none": "No end"}
# More than one doctor's programs need; a list that nobody can look over hides what should not be there.
MOST_KEYS = 20

Right = Literal[tuple(RIGHTS)]  # type: ignore[valid-type]


class NewKey(Input):
    """What a program may do, and for how long."""

    name: Name
    rights: Annotated[
        list[Right],  # type: ignore[valid-type]
        Field(min_length=1),
    ]
    life: Literal["30", "90", "365", "none"]


def keys_of(doctor: Doctor) -> Sequence[ApiKey]:
    """All of them, the newest first."""
    return db.session.scalars(ApiKey.owned_by(doctor).order_by(ApiKey.id.desc())).all()


def make(doctor: Doctor, wanted: NewKey, address: str | None) -> tuple[ApiKey, str]:
    """A key and its words, which nobody can show again; a letter tells the doctor. Raises Invalid."""
    with transaction():
        db.session.refresh(doctor, with_for_update=True)  # two at once are counted one after the other
        if sum(key.state == "active" for key in keys_of(doctor)) >= MOST_KEYS:
            raise Invalid("", f"You have {MOST_KEYS} keys. Revoke one that you no longer need.")
        life = None if wanted.life == "none" else timedelta(days=int(wanted.life))
        key, words = ApiKey.mint(doctor, wanted.name, list(dict.fromkeys(wanted.rights)), life)
        db.session.add(key)
        db.session.flush()
        _note("API key made", key, doctor, address, rights=key.rights)
        about = {
            "full_name": doctor.full_name,
            "name": key.name,
            "rights": [RIGHTS[one] for one in key.rights],
        }
        OutboxLetter.post("api_key_made", doctor.user.email, about=about, doctor_id=doctor.id)
    return key, words


def revoke(doctor: Doctor, key_id: int, address: str | None) -> ApiKey | None:
    """End a key at once; None for no key of this doctor's."""
    with transaction():
        key = db.session.scalar(ApiKey.owned_by(doctor).where(ApiKey.id == key_id).with_for_update())
        if key is not None and key.revoked_at is None:
            key.revoked_at = clock.now()
            _note("API key revoked", key, doctor, address)
    return key


def _note(action: str, key: ApiKey, doctor: Doctor, address: str | None, **details: object) -> None:
    about = {"beginning": key.beginning, **details}
    AuditEvent.write(
        action, user_id=doctor.user_id, subject="api_key", subject_id=key.id, address=address, **about
    )
