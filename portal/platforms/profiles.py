"""Profiles by their address alone: whose they are is read off its form, and nothing is done in their name."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from portal.platforms.accounts import Connection, Identity

#: The key of the connection by which a doctor posts everything by hand on a network that has an interface.
BY_HAND = "by_hand"

NEEDS = (
    "The portal cannot post on {label} by itself here. You post there yourself: we tell you when it is time, "
    "and have everything ready."
)


@dataclass(frozen=True)
class Profiles:
    """Where a network shows people's profiles. The first group of `path` is the name that is known there."""

    example: str
    hosts: frozenset[str]
    path: re.Pattern[str]

    def connection(self, label: str) -> Connection:
        """The way in for accounts on which the doctor posts by hand."""
        name = f"{label}, posted by hand"
        return Connection(BY_HAND, name, app="", needs=NEEDS.format(label=label), by_address=self.example)

    def identity(self, address: str) -> Identity | None:
        """Whose profile it is; None for any other address."""
        try:
            parts = urlsplit(address.strip())
            is_plain = parts.scheme in ("http", "https") and parts.port is None and "@" not in parts.netloc
        except ValueError:
            return None
        host = (parts.hostname or "").lower().removeprefix("www.")
        path = unquote(parts.path).rstrip("/")
        found = self.path.fullmatch(path)
        if not is_plain or host not in self.hosts or found is None or not found[1].isprintable():
            return None
        name = found[1]
        # No id of the network's own looks like this: the same account connected by signing in is another one.
        return Identity(
            f"by-hand:{name.casefold()}",
            "profile",
            name,
            handle=name.removeprefix("@"),
            facts={"by_hand": True},
        )
