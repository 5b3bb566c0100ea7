"""Sign-ins, and the letter about one that looks like nobody's who signed in before."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import select

from portal import clock
from portal.auth import devices, telling
from portal.auth.asking import Asker
from portal.extensions import db
from portal.models import AuditEvent, OutboxLetter, User

REMEMBERED = timedelta(days=180)
# An account that signs in oftener has been seen from everywhere it usually is.
MOST = 300
# Providers hand out addresses near each other: the next of the same is no news.
NEAR_BITS = {4: 16, 6: 32}

Mark = tuple[str, str]


def note(user: User, how: str, asker: Asker) -> None:
    """Write a sign-in down, in the open transaction; and to the owner, when device and network are new."""
    if is_new(user, asker):
        about = {"device": name_of(asker), "address": asker.address}
        OutboxLetter.post("new_device", user.email, about=about, doctor_id=telling.doctor_id(user))
    told = {"how": how, "device": asker.device, "by_program": not asker.by_browser}
    telling.note(user, "signed in", asker, **told)


def is_new(user: User, asker: Asker) -> bool:
    """Whether there were sign-ins before, and none by such a device from such a network."""
    mine = AuditEvent.subject == "user", AuditEvent.subject_id == user.id, AuditEvent.action == "signed in"
    lately = AuditEvent.created_at > clock.now() - REMEMBERED
    rows = db.session.scalars(
        select(AuditEvent).where(*mine, lately).order_by(AuditEvent.id.desc()).limit(MOST)
    )
    seen = {
        _mark(Asker(row.address, row.details.get("device"), not row.details.get("by_program")))
        for row in rows
    }
    return bool(seen) and _mark(asker) not in seen


def name_of(asker: Asker) -> str:
    """What the owner knows the device by."""
    return devices.name_of(asker.device) if asker.by_browser else "A program"


def _mark(asker: Asker) -> Mark:
    network = _network(asker.address)
    # Whoever sits at the portal's own machine is at one device, with whichever browser.
    return ("", network) if network == "here" else (name_of(asker), network)


def _network(address: str | None) -> str:
    try:
        number = ip_address(address or "")
    except ValueError:
        return ""
    if number.is_loopback:
        return "here"
    return str(ip_network((number, NEAR_BITS[number.version]), strict=False))
