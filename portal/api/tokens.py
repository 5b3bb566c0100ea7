"""Access tokens: signed, for one hour, dead at once when the password changes or the user is disabled."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.extensions import db
from portal.models import RefreshToken, User

LIFE = timedelta(hours=1)
ALGORITHMS = ["HS256"]
KIND = "at+jwt"
AUDIENCE = "portal-api"
LONGEST_CHARACTERS = 4096
# Of whoever a token names, all that decides whether it is still good; takes the values of `asked_about`.
OWNER = """
SELECT u.id AS user_id, u.password_digest, u.password_changed_at, d.id AS doctor_id
FROM user_account u JOIN doctor d ON d.user_id = u.id
WHERE NOT EXISTS (SELECT FROM refresh_token r WHERE r.family = %s AND r.ended_at IS NOT NULL)
AND u.id = %s AND u.confirmed_at IS NOT NULL AND u.disabled_at IS NULL
AND u.leaves_at IS NULL
"""
# So many genuine tokens are known again without another look at their signature.
REMEMBERED = 1024


@dataclass(frozen=True)
class Claims:
    """What a genuine token of ours says; times in seconds since 1970."""

    user_id: int
    # Of the refresh tokens that it came with; "" when it came with none.
    family: str
    password_mark: str
    begins: int
    ends: int

    @property
    def is_on(self) -> bool:
        return self.begins <= int(clock.now().timestamp()) < self.ends

    @property
    def asked_about(self) -> tuple[str, int]:
        return self.family, self.user_id

    def are_of(self, owner: Sequence[Any]) -> bool:
        """Whether the row of OWNER that was found has the password still with which the token was made."""
        user_id, password_digest, changed_at, _ = owner
        return hmac.compare_digest(self.password_mark, _mark(user_id, password_digest, changed_at))


def issue(user: User, family: str | None = None) -> str:
    """A token that acts for `user` for an hour; of a family of refresh tokens it ends with the family."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": _issuer(),
        "aud": AUDIENCE,
        "sub": str(user.id),
        "iat": now,
        "nbf": now,
        "exp": now + int(LIFE.total_seconds()),
        "jti": secrets.token_urlsafe(16),
        "pwd": password_mark(user),
    }
    if family is not None:
        claims["sid"] = family
    return jwt.encode({"alg": ALGORITHMS[0], "typ": KIND}, claims, _key(), algorithms=ALGORITHMS)


def owner(token: str) -> User | None:
    """Who a token acts for, or None when it is forged, over, or its owner may no longer sign in."""
    claims = read(token)
    if claims is None:
        return None
    query = select(User).where(User.id == claims.user_id).options(joinedload(User.doctor))
    if claims.family:
        is_ended = (RefreshToken.family == claims.family) & RefreshToken.ended_at.is_not(None)
        query = query.where(~exists().where(is_ended))
    user = db.session.scalar(query)
    if user is None or not user.is_active or user.leaves_at is not None:
        return None
    return user if hmac.compare_digest(claims.password_mark, password_mark(user)) else None


def signed_for(token: str) -> int | None:
    """The id in a genuine token that is not over; says nothing about the user of today."""
    claims = read(token)
    return claims.user_id if claims else None


def read(token: str) -> Claims | None:
    """What a genuine token says that is not over; None for any other."""
    if len(token) > LONGEST_CHARACTERS:
        return None
    try:
        claims = _genuine(token, _secret(), _issuer())
    except (JoseError, ValueError):  # ValueError: no base64, no JSON, no UTF-8, no number
        return None
    return claims if claims.is_on else None


@lru_cache(maxsize=REMEMBERED)
def _genuine(token: str, secret: bytes, issuer: str) -> Claims:
    """What a token that we signed says; raises, and remembers nothing, for any other.

    A signature stays what it is. Whether the token is over, and for whom, is asked every time.
    """
    key = OctKey.import_key(secret)
    said = jwt.decode(token, key, algorithms=ALGORITHMS, registry=JWSRegistry(algorithms=ALGORITHMS))
    wanted = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        nbf={"essential": True},
        sub={"essential": True},
        jti={"essential": True},
        pwd={"essential": True},
    )
    wanted.validate(said.claims)
    if said.header.get("typ") != KIND or not str(said.claims["sub"]).isdecimal():
        raise ValueError("another kind of token")
    return Claims(
        user_id=int(said.claims["sub"]),
        family=str(said.claims.get("sid") or ""),
        password_mark=str(said.claims["pwd"]),
        begins=max(said.claims["nbf"], said.claims.get("iat", 0)),
        ends=said.claims["exp"],
    )


def _issuer() -> str:
    return str(current_app.config["PORTAL"].public_url)


def _key() -> OctKey:
    return OctKey.import_key(_secret())


def _secret() -> bytes:
    # One of its own for tokens, so that nothing else signed with the portal's secret passes for one.
    return _keyed(b"access tokens")


def password_mark(user: User) -> str:
    """Changes with the password, and tells nothing about it."""
    return _mark(user.id, user.password_digest, user.password_changed_at)


def _mark(user_id: int, password_digest: str, changed_at: datetime | None) -> str:
    return _keyed(f"password of {user_id}: {password_digest} {changed_at}".encode()).hex()[:16]


def _keyed(message: bytes) -> bytes:
    secret = current_app.config["PORTAL"].session_secret.encode()
    return hmac.digest(secret, message, "sha256")
