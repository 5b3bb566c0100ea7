"""Passkeys: kept by a phone, a computer or a stick, opened by its owner's finger, face or PIN."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import webauthn
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Select, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal import clock
from portal.auth import arrivals, telling
from portal.auth.asking import Asker
from portal.auth.inputs import PasskeyAnswer
from portal.auth.places import Place
from portal.errors import Invalid
from portal.extensions import db
from portal.models import Passkey, User
from portal.transaction import transaction

RP_NAME = "Doctors’ portal"
MOST = 20
# How long a question waits for a finger.
LIFE_SECONDS = 300
MUST_VERIFY = UserVerificationRequirement.REQUIRED

NOT_IT = "This passkey did not work. Try again, or choose another way."
NOT_NOW = "Passkeys do not work at the moment. Please choose another way."


@dataclass(frozen=True)
class Question:
    """What the browser asks the device: `options` as JSON for it, `challenge` for this browser's session."""

    options: dict[str, Any]
    challenge: str


def of(user: User) -> Select[Passkey]:
    """An account's passkeys, oldest first."""
    return select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)


def ask_for_new(user: User, place: Place) -> Question:
    """What a device needs to make a key for this account. Raises Invalid."""
    mine = list(db.session.scalars(of(user)))
    if len(mine) >= MOST:
        raise Invalid("", f"An account has at most {MOST} passkeys. Remove one first.")
    challenge = _pose("new", user)
    options = webauthn.generate_registration_options(
        rp_id=place.name,
        rp_name=RP_NAME,
        user_id=_handle(user),
        user_name=user.email,
        user_display_name=user.doctor.full_name if user.doctor else user.email,
        challenge=challenge,
        exclude_credentials=_described(mine),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=MUST_VERIFY
        ),
    )
    return _question(options, challenge)


def ask_to_show(place: Place, user: User | None = None) -> Question:
    """What a device needs to show a key: any of its own to sign in, or one of `user`'s as fresh proof."""
    challenge = _pose("proof" if user else "sign in", user)
    options = webauthn.generate_authentication_options(
        rp_id=place.name,
        challenge=challenge,
        allow_credentials=_described(db.session.scalars(of(user))) if user else None,
        user_verification=MUST_VERIFY,
    )
    return _question(options, challenge)


def add(user: User, answer: PasskeyAnswer, challenge: str | None, place: Place, asker: Asker) -> Passkey:
    """Keep the public half of a new key under its name. Raises Invalid."""
    expected = _redeem(challenge, "new", user)
    try:
        made = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=expected,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):  # whatever a browser may send
        raise Invalid("", NOT_IT) from None
    with transaction():
        db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
        if db.session.scalar(select(Passkey).where(Passkey.credential_id == made.credential_id)):
            raise Invalid("", "This passkey is here already.")
        passkey = Passkey(
            user_id=user.id,
            name=answer.name,
            credential_id=made.credential_id,
            handle=_handle(user),
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
        db.session.add(passkey)
        telling.tell(user, "passkey added", asker, name=answer.name)
    return passkey


def sign_in(answer: PasskeyAnswer, challenge: str | None, place: Place, asker: Asker) -> User:
    """Who shows this passkey: it is both steps at once, for the device asked for a finger. Raises Invalid."""
    expected = _redeem(challenge, "sign in", None)
    with transaction():
        user = _shown(answer, expected, place)
        if user is not None and user.is_active:
            arrivals.note(user, "passkey", asker)
            return user
        if user is not None:
            telling.note(user, "sign-in failed", asker, how="passkey")
    raise Invalid("", NOT_IT)


def proves(user: User, answer: PasskeyAnswer, challenge: str | None, place: Place) -> bool:
    """Whether this is a passkey of `user`, shown now; call it inside a transaction. Raises Invalid."""
    return _shown(answer, _redeem(challenge, "proof", user), place) == user


def remove(passkey: Passkey, asker: Asker) -> None:
    """It signs nobody in any more."""
    with transaction():
        telling.tell(passkey.user, "passkey removed", asker, name=passkey.name)
        db.session.delete(passkey)


def _shown(answer: PasskeyAnswer, expected: bytes, place: Place) -> User | None:
    """Whose key signed the challenge; its row stays locked, so that its counter goes up one by one."""
    try:
        sent = json.loads(answer.credential)
        key_id = base64url_to_bytes(sent["rawId"])
        mine = select(Passkey).where(Passkey.credential_id == key_id).with_for_update()
        passkey = db.session.scalar(mine)
        if passkey is None:
            return None
        shown = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=expected,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):  # whatever a browser may send
        return None
    passkey.sign_count, passkey.last_used_at = shown.new_sign_count, clock.now()
    return passkey.user


def _handle(user: User) -> bytes:
    """By which devices know the account: it tells nobody who that is."""
    older = db.session.scalars(of(user)).first()
    key = current_app.config["PORTAL"].session_secret.encode()
    return (
        older.handle if older else hmac.new(key, f"passkeys of {user.id}".encode(), hashlib.sha256).digest()
    )


def _described(passkeys: Any) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def _question(options: Any, challenge: bytes) -> Question:
    return Question(json.loads(webauthn.options_to_json(options)), bytes_to_base64url(challenge))


def _pose(purpose: str, user: User | None) -> bytes:
    """A challenge that waits in Redis, so that every process knows it and it is answered once."""
    challenge = generate_challenge()
    try:
        _redis().set(_name(challenge), _about(purpose, user), ex=LIFE_SECONDS)
    except RedisError:
        raise Invalid("", NOT_NOW) from None
    return challenge


def _redeem(challenge: str | None, purpose: str, user: User | None) -> bytes:
    """The challenge that this browser was given, for this purpose and account; gone with being asked for."""
    expected = base64url_to_bytes(challenge or "")
    try:
        kept = _redis().getdel(_name(expected))
    except RedisError:
        raise Invalid("", NOT_NOW) from None
    if kept != _about(purpose, user).encode():
        raise Invalid("", NOT_IT)
    return expected


def _about(purpose: str, user: User | None) -> str:
    return f"{purpose} {user.id if user else ''}"


def _name(challenge: bytes) -> str:
    return f"passkey:{hashlib.sha256(challenge).hexdigest()}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
