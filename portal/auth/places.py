"""Under which names of the portal a passkey works: a device binds each to a name, and to no number."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request


@dataclass(frozen=True)
class Place:
    """The name, and the address that browsers say they are at."""

    name: str
    origin: str


def here() -> Place | None:
    """The place that this request came by; None where no passkey works.

    That is PUBLIC_URL. While practising that is this machine's own number, and its name "localhost" will do.
    """
    own = urlsplit(str(current_app.config["PORTAL"].public_url))
    name = own.hostname or ""
    if not _is_number(name):
        return Place(name, f"{own.scheme}://{own.netloc}")
    port = f":{own.port}" if own.port else ""
    at_home = ip_address(name).is_loopback and request.host == f"localhost{port}"
    return Place("localhost", f"{own.scheme}://localhost{port}") if at_home else None


def by_name() -> str | None:
    """Where passkeys work, when they do not where this request came by: only while practising."""
    own = urlsplit(str(current_app.config["PORTAL"].public_url))
    name = own.hostname or ""
    if here() is not None or not _is_number(name) or not ip_address(name).is_loopback:
        return None
    return f"{own.scheme}://localhost" + (f":{own.port}" if own.port else "")


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
