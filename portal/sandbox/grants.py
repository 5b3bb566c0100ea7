"""What a person has allowed an app to do: codes, access tokens and refresh tokens, on every network alike.

How long each lives, whether it turns with use and what kills it, each network says for itself.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .journal import Journal
from .numbers import secret
from .people import Person


@dataclass(frozen=True)
class Code:
    """A permission on its way to the app that asked for it."""

    value: str
    platform: str
    client_id: str
    redirect_uri: str
    person: str
    scopes: tuple[str, ...]
    expires_at: float
    challenge: str = ""
    challenge_method: str = ""


@dataclass
class Grant:
    """One person's permission for one app; all of its tokens end together."""

    id: str
    platform: str
    client_id: str | None  # None: seeded, so any app may use it
    person: str
    scopes: tuple[str, ...]
    made_at: float
    ended: bool = False


@dataclass
class Token:
    """A string that stands for a grant for a while."""

    value: str
    purpose: str  # "access" or "refresh"
    grant: Grant
    made_at: float
    expires_at: float
    spent: bool = field(default=False)

    @property
    def state(self) -> str:
        if self.grant.ended or self.spent:
            return "revoked"
        return "active" if time.time() < self.expires_at else "expired"


class Grants:
    """Every code, grant and token of every network."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._codes: dict[str, Code] = {}
        self._grants: dict[str, Grant] = {}
        self._tokens: dict[str, Token] = {}
        for record in journal.load("grant"):
            grant = Grant(**{**record, "scopes": tuple(record["scopes"])})
            self._grants[grant.id] = grant
        for record in journal.load("token"):
            self._tokens[record["value"]] = Token(**{**record, "grant": self._grants[record["grant"]]})

    def offer(self, code: Code) -> str:
        """Remember a code until it is redeemed."""
        with self._lock:
            self._codes[code.value] = code
        return code.value

    def redeem(self, platform: str, value: str) -> Code | None:
        """The code, once, if it is still alive."""
        with self._lock:
            code = self._codes.pop(value, None)
        return code if code and code.platform == platform and time.time() < code.expires_at else None

    def open(self, platform: str, client_id: str | None, person: Person, scopes: tuple[str, ...]) -> Grant:
        grant = Grant(secret("", 12), platform, client_id, person.key, scopes, time.time())
        with self._lock:
            self._grants[grant.id] = grant
        self._keep_grant(grant)
        return grant

    def issue(self, grant: Grant, purpose: str, value: str, expires_at: float) -> Token:
        token = Token(value, purpose, grant, time.time(), expires_at)
        with self._lock:
            self._tokens[value] = token
        self._keep_token(token)
        return token

    def token(self, platform: str, value: str, purpose: str | None = None) -> Token | None:
        token = self._tokens.get(value)
        if token is None or token.grant.platform != platform:
            return None
        return token if purpose in (None, token.purpose) else None

    def refresh_token(self, grant: Grant) -> Token | None:
        """The refresh token of a grant that is still alive."""
        with self._lock:
            tokens = list(self._tokens.values())
        alive = (each for each in tokens if each.grant is grant and each.purpose == "refresh")
        return next((each for each in alive if each.state == "active"), None)

    def spend(self, token: Token) -> bool:
        """Use a single-use token up; false when somebody was faster."""
        with self._lock:
            if token.spent:
                return False
            token.spent = True
        self._keep_token(token)
        return True

    def expire(self, token: Token) -> None:
        token.expires_at = min(token.expires_at, time.time())
        self._keep_token(token)

    def end(self, grant: Grant) -> None:
        grant.ended = True
        self._keep_grant(grant)

    def narrow(self, grant: Grant, scopes: tuple[str, ...]) -> None:
        """Leave a grant with fewer permissions."""
        grant.scopes = scopes
        self._keep_grant(grant)

    def of(self, platform: str, client_id: str, person: Person) -> list[Grant]:
        """The grants a person has given an app and that are still alive."""
        with self._lock:
            grants = list(self._grants.values())
        wanted = (platform, client_id, person.key)
        return [g for g in grants if not g.ended and (g.platform, g.client_id, g.person) == wanted]

    def settle(self) -> None:
        """Have everything on disk before an answer tells of it."""
        self._journal.settle()

    def _keep_grant(self, grant: Grant) -> None:
        self._journal.keep("grant", grant.id, {**vars(grant)})

    def _keep_token(self, token: Token) -> None:
        record: dict[str, Any] = {**vars(token), "grant": token.grant.id}
        self._journal.keep("token", token.value, record)
