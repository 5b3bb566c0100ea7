"""Encryption at rest for platform tokens and doctors' papers: AES-256-GCM, newest key first, each bound to
its owner."""

import base64
import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

NONCE_BYTES = 12


class CannotOpen(Exception):
    """A sealed text whose key is lost, that was changed, or that belongs to somebody else."""


@dataclass(frozen=True)
class Key:
    id: str
    cipher: AESGCM

    @classmethod
    def from_setting(cls, word: str) -> "Key":
        material = HKDF(SHA256(), length=32, salt=None, info=b"portal vault").derive(word.encode())
        return cls(hashlib.sha256(material).hexdigest()[:8], AESGCM(material))


class Vault:
    """Seals with the newest key, opens with any of them."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.keys = [Key.from_setting(word) for word in keys]

    def seal(self, text: str, owner: str) -> str:
        """Encrypt `text` so that it opens only together with the same `owner` words."""
        key, nonce = self.keys[0], secrets.token_bytes(NONCE_BYTES)
        sealed = key.cipher.encrypt(nonce, text.encode(), owner.encode())
        return f"v1.{key.id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *owners: str) -> str:
        """The text again, sealed for one of these; raises CannotOpen for a lost key, a changed text or
        another owner's."""
        version, key_id, body = sealed.split(".", 2)
        key = next((key for key in self.keys if key.id == key_id), None)
        if version != "v1" or key is None:
            raise CannotOpen("The key that sealed this text is not among TOKEN_KEYS.")
        return _opened(key, base64.urlsafe_b64decode(body), owners).decode()

    def seal_bytes(self, content: bytes, owner: str) -> bytes:
        """As `seal`, for a file."""
        key, nonce = self.keys[0], secrets.token_bytes(NONCE_BYTES)
        return f"b1.{key.id}.".encode() + nonce + key.cipher.encrypt(nonce, content, owner.encode())

    def open_bytes(self, sealed: bytes, *owners: str) -> bytes:
        """The file again; raises CannotOpen as `open` does."""
        version, key_id, raw = sealed.split(b".", 2)
        key = next((key for key in self.keys if key.id.encode() == key_id), None)
        if version != b"b1" or key is None:
            raise CannotOpen("The key that sealed this file is not among TOKEN_KEYS.")
        return _opened(key, raw, owners)


def _opened(key: Key, raw: bytes, owners: tuple[str, ...]) -> bytes:
    for owner in owners:
        with suppress(InvalidTag):
            return key.cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode())
    raise CannotOpen("What is sealed here was changed or belongs to another row.")


def init_app(app: Flask) -> None:
    app.extensions["vault"] = Vault(app.config["PORTAL"].token_keys)


def seal(text: str, owner: str) -> str:
    """Seal with the running app's vault."""
    return _vault().seal(text, owner)


def open_sealed(sealed: str, *owners: str) -> str:
    """Open with the running app's vault; raises CannotOpen."""
    return _vault().open(sealed, *owners)


def seal_bytes(content: bytes, owner: str) -> bytes:
    """Seal a file with the running app's vault."""
    return _vault().seal_bytes(content, owner)


def open_bytes(sealed: bytes, *owners: str) -> bytes:
    """Open a file with the running app's vault; raises CannotOpen."""
    return _vault().open_bytes(sealed, *owners)


def key_ids() -> list[str]:
    """The names of the running app's keys, as they stand in what they sealed; the newest first."""
    return [key.id for key in _vault().keys]


def _vault() -> Vault:
    vault: Vault = current_app.extensions["vault"]
    return vault
