"""Every function that a worker may run: takes ids or nothing, calls one flow."""

from portal.publishing import flows as publishing
from portal.publishing import telling


def publish_due() -> None:
    """Publish what is due."""
    publishing.publish_due()


def look_for_lost() -> None:
    """Look for posts whose outcome is unknown."""
    publishing.look_for_lost()


def drain_letters() -> None:
    """Turn what doctors should know into letters, and send what waits."""
    telling.tell()
