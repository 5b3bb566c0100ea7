"""`appsecret_proof`: a call may show that it is the app's own, and a wrong proof is refused.

An app's secret is learnt when the app trades a code for a token: seeded tokens belong to no app.
"""

import hashlib
import hmac
import threading

from flask import abort, request

from ..grants import Token
from ..journal import Journal
from . import errors


class AppSecrets:
    """What each app last signed in with."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._known = {record["id"]: record["secret"] for record in journal.load("app_secret")}

    def learn(self, client_id: str, secret: str) -> None:
        with self._lock:
            if self._known.get(client_id) == secret:
                return
            self._known[client_id] = secret
        self._journal.keep("app_secret", client_id, {"id": client_id, "secret": secret})
        self._journal.settle()

    def check(self, token: Token) -> None:
        """End the request when it brings a proof that is not this token's."""
        proof, secret = request.args.get("appsecret_proof"), self._known.get(token.grant.client_id or "")
        if proof is None or secret is None:
            return
        wanted = hmac.new(secret.encode(), token.value.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof.encode(), wanted.encode()):
            abort(errors.error(100, "Invalid appsecret_proof provided in the API argument"))
