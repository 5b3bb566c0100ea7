"""Passwords at rest: bcrypt over a keyed pre-hash, so that the whole password counts, however long."""

import base64
import hashlib
import hmac
import os
import unicodedata
from threading import BoundedSemaphore

import bcrypt
from flask import current_app

COST = 12
SCHEME = "nfkc.hmac-sha256.bcrypt"
# More hashes at once than processors would only make every other request wait.
AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)


def digest(password: str) -> str:
    """What is kept of a password: "scheme:key:bcrypt's own words"."""
    key_id, pepper = next(iter(_peppers().items()))
    with AT_ONCE:
        hashed = bcrypt.hashpw(_prepared(password, pepper), bcrypt.gensalt(COST))
    return f"{SCHEME}:{key_id}:{hashed.decode()}"


def is_right(password: str, stored: str | None) -> bool:
    """Whether `stored` was made of this password; without a usable one it is not, after the same time."""
    scheme, _, rest = (stored or "").partition(":")
    key_id, _, hashed = rest.partition(":")
    pepper = _peppers().get(key_id)
    is_usable = scheme == SCHEME and pepper is not None
    if not is_usable or pepper is None:
        key_id, pepper = next(iter(_peppers().items()))
        hashed = _nobodys()
    with AT_ONCE:
        matches = bcrypt.checkpw(_prepared(password, pepper), hashed.encode())
    return matches and is_usable


def is_outdated(stored: str) -> bool:
    """Whether a digest was made in another way, with an older key or at another cost than today's."""
    newest = next(iter(_peppers()))
    return not stored.startswith(f"{SCHEME}:{newest}:$2b${COST:02d}$")


def key_ids() -> list[str]:
    """The names of the keys, as they stand in what was made with them; the newest first."""
    return list(_peppers())


def _prepared(password: str, pepper: bytes) -> bytes:
    """44 bytes of any password: bcrypt refuses more than 72, and 64 letters of Hindi are 192.

    NFKC, because keyboards differ in how they put one and the same letter together.
    """
    normal = unicodedata.normalize("NFKC", password)
    keyed = hmac.new(pepper, normal.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.b64encode(keyed)


def _peppers() -> dict[str, bytes]:
    """The keys of TOKEN_KEYS by their names, newest first: a stolen table alone lets nobody guess."""
    keys = current_app.config["PORTAL"].token_keys
    peppers = [hmac.new(key.encode(), b"passwords", hashlib.sha256).digest() for key in keys]
    return {hashlib.sha256(pepper).hexdigest()[:8]: pepper for pepper in peppers}


def _nobodys() -> str:
    """A digest at today's cost that no password makes: bcrypt's words end in 22 of salt and 31 of hash."""
    return f"$2b${COST:02d}$" + "." * 53
