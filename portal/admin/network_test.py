"""Tries the operator's access to a network, doing nothing there, and says in a sentence how it is."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from portal import http
from portal.models import AuditEvent, User
from portal.platforms.base import Connection, Platform
from portal.social.apps import app_of, redirect_uri
from portal.transaction import let_go, transaction

# The operator waits for the answer on a page.
CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 6.0
MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class Tried:
    """What came of a test; `kind` is for the log, `words` for the operator."""

    kind: str
    words: str

    @property
    def is_good(self) -> bool:
        return self.kind in ("works", "by hand")


def try_out(network: Platform, connection: Connection, who: User) -> Tried:
    """Look at the settings, then knock at the network's own address for sign-ins; written down."""
    user_id = who.id
    let_go()  # nothing is held while the network thinks
    tried = _try(network, connection)
    with transaction():
        AuditEvent.write(
            "network tested",
            user_id=user_id,
            platform=network.key,
            connection=connection.key,
            outcome=tried.kind,
        )
    return tried


def _try(network: Platform, connection: Connection) -> Tried:
    label = connection.label
    if connection.by_address:
        return Tried("by hand", f"{label}: nothing to test. Doctors post there themselves.")
    if app_of(connection) is None:
        settings = f"{connection.app}_CLIENT_ID and {connection.app}_CLIENT_SECRET"
        return Tried("not set up", f"{label}: no app is set. Set {settings}, then start the portal again.")
    if (wrong := _wrong_address(redirect_uri(network.key))) is not None:
        return Tried("redirect", f"{label}: {wrong}")
    return _knock(label, connection)


def _wrong_address(redirect: str) -> str | None:
    """What a network would mind about the address that it sends doctors back to."""
    config, parts = current_app.config["PORTAL"], urlsplit(redirect)
    if config.is_practice or parts.scheme == "https":
        return None
    return "the redirect address must begin with https. Set PUBLIC_URL, then start the portal again."


def _knock(label: str, connection: Connection) -> Tried:
    """An empty question, which the network refuses: that it answers is all that is asked."""
    there = "the practice network" if current_app.config["PORTAL"].is_practice else "the network"
    try:
        answer = http.request(
            "POST",
            connection.token_url,
            form={},
            connect_seconds=CONNECT_SECONDS,
            total_seconds=TOTAL_SECONDS,
            most_bytes=MOST_BYTES,
        )
    except http.NotSent:
        return Tried("no way", f"{label}: {there} could not be reached. Check this machine’s way out.")
    except http.Unanswered:
        return Tried("no answer", f"{label}: {there} gave no answer in time. Try again in a while.")
    if answer.status == 404 or answer.status >= 500:
        return Tried("trouble", f"{label}: {there} has trouble itself just now. Try again in a while.")
    return Tried("works", f"{label}: the app is set, the redirect address is right, and {there} answers.")
