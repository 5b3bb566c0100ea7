"""Taking a published post away again, at its network."""

from portal import clock
from portal.errors import Conflict
from portal.extensions import db
from portal.models import AuditEvent, Doctor, Publication
from portal.platforms.base import Platform
from portal.platforms.errors import PlatformError
from portal.posts import planning
from portal.publishing.arming import token_of
from portal.transaction import transaction

GONE = "This post is already deleted on {network}."
NOT_OUT = "This post is not out on {network}, so there is nothing to delete there."
CONNECT = "Connect your {network} account again. Then you can delete the post there."


def can_remove(publication: Publication) -> bool:
    """Whether it is out and its network lets the portal delete posts."""
    if publication.account.is_by_hand:
        return False
    return _obstacle(publication) is None and type(publication.account.network).delete is not Platform.delete


def remove(doctor: Doctor, publication: Publication) -> None:
    """Delete a published post at its network; it stays in the portal's history.

    Raises Conflict with the reason when that does not work. Doing it twice is no trouble.
    """
    account = publication.account
    label, remote_id = account.network.label, publication.platform_post_id
    obstacle = _obstacle(publication)
    if obstacle is not None or remote_id is None:
        raise Conflict((obstacle or NOT_OUT).format(network=label))
    token = token_of(account, planning.database_now())
    if token is None:
        raise Conflict(CONNECT.format(network=label))
    author, network = account.author, account.network
    # No connection is held while the network thinks.
    db.session.commit()
    try:
        network.delete(remote_id, author, token)
    except PlatformError as refused:
        raise Conflict(f"The post could not be deleted on {label}. {refused.words}") from refused
    with transaction():
        _note(doctor, publication)


def note_removed(doctor: Doctor, publication: Publication) -> None:
    """The doctor says that it is deleted at its network, by hand. Raises Conflict when it is not out."""
    obstacle = _obstacle(publication)
    if obstacle is not None:
        raise Conflict(obstacle.format(network=publication.account.network.label))
    with transaction():
        _note(doctor, publication)


def _note(doctor: Doctor, publication: Publication) -> None:
    publication.removed_at = db.session.scalar(db.select(clock.database_now()))
    AuditEvent.write(
        "post.removed",
        user_id=doctor.user_id,
        subject="post",
        subject_id=publication.post_id,
        platform=publication.platform,
    )


def _obstacle(publication: Publication) -> str | None:
    if publication.status != "published" or publication.platform_post_id is None:
        return NOT_OUT
    return GONE if publication.removed_at is not None else None
