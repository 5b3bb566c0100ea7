"""What a doctor does about a post that is stuck: try again, change it, or say what became of it."""

from sqlalchemy import select

from portal import http
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.models import Doctor, Post, Publication, states
from portal.posts import flows, planning
from portal.posts.flows import lock
from portal.posts.inputs import Confirmation, PostChanges
from portal.transaction import transaction

NOT_FOUND_BY_DOCTOR = "You looked and it was not there."


def retry(doctor: Doctor, post: Post, only: Publication | None = None) -> Post:
    """Let what failed or is on hold go out again: at its hour, or at once when that has passed.
    `only` says which one, where not all of the post is meant.

    Raises Conflict when nothing can be tried, with the reason.
    """
    with transaction():
        lock(post)
        wanted = [only] if only is not None else post.publications
        stuck = [publication for publication in wanted if publication.can_retry]
        ready = [publication for publication in stuck if obstacle(publication, doctor) is None]
        if not ready:
            reasons = [obstacle(publication, doctor) for publication in stuck]
            raise Conflict(
                reasons[0] if reasons and reasons[0] else "Nothing of this post waits to be tried again."
            )
        for publication in ready:
            _try_again(publication, doctor)
        return post


def obstacle(publication: Publication, doctor: Doctor) -> str | None:
    """What has to be done before another try makes sense; None when nothing is in the way."""
    if planning.waits_for_verification(doctor):
        return "Your posts wait until we have verified you. Then they go out by themselves."
    if publication.held_for == "checks":
        return "The checks found something in this post. Change it, or say why it is right to post."
    if not publication.account.is_connected:
        return (
            f"Connect {publication.account.display_name} on {publication.account.network.label} again first."
        )
    return None


def _try_again(publication: Publication, doctor: Doctor) -> None:
    now = planning.database_now()
    publication.due_at = max(publication.due_at or now, now)
    publication.tries, publication.trying_since = 0, None
    publication.error_code = publication.error_message = None
    planning.set_waiting(publication, doctor, why="You asked for another try.")


def can_mend(post: Post) -> bool:
    """Whether some of it failed and none of it can be on a network: then it may be changed as a whole."""
    statuses = {publication.status for publication in planning.live_publications(post)}
    return "failed" in statuses and statuses - {"failed"} <= states.NOT_BEGUN


def mend(doctor: Doctor, post: Post, wanted: PostChanges) -> Post:
    """Change a post that failed, and plan it again; its hour has to be one that is still to come.

    Raises Conflict when some of it is out or may be, and Invalid as any change does.
    """
    with transaction():
        lock(post)
        if not can_mend(post):
            raise Conflict(flows.why_too_late(post))
        if wanted.status != "draft":
            planning.check_time(wanted.scheduled_at if wanted.says("scheduled_at") else post.scheduled_at)
        for publication in planning.live_publications(post):
            if publication.status == "failed":
                _back_on_the_plan(publication)
        db.session.flush()
        return flows.change(doctor, post, wanted)


def _back_on_the_plan(publication: Publication) -> None:
    publication.due_at = publication.post.scheduled_at or planning.database_now()
    publication.tries, publication.trying_since = 0, None
    publication.error_code = publication.error_message = None
    publication.move("scheduled", by="doctor", why="You changed it.")


def confirm(publication: Publication, answer: Confirmation) -> Publication:
    """Settle a publication by what the doctor saw: it is out at this address, or it is not there."""
    with transaction():
        lock(publication.post)
        if not publication.can_confirm:
            raise Conflict(_why_settled(publication))
        if answer.absent:
            _settle_absent(publication)
        else:
            _settle_out(publication, answer.permalink or "")
        return publication


def _settle_out(publication: Publication, address: str) -> None:
    account = publication.account
    remote_id = account.network.remote_id_from_permalink(http.original(address))
    if remote_id is None:
        words = f"This is not the address of a post on {account.network.label}. Copy it from the post itself."
        raise Invalid("permalink", words)
    if _is_known(publication, remote_id):
        raise Invalid("permalink", "This is the address of another post of yours. Copy the one of this post.")
    publication.platform_post_id = remote_id
    publication.permalink = account.network.permalink(remote_id, account.author)
    publication.published_at = planning.database_now()
    publication.error_code = publication.error_message = None
    publication.look_at = None
    publication.move("published", by="doctor", why="You gave us its address.")


def _settle_absent(publication: Publication) -> None:
    publication.error_code = "absent"
    publication.error_message = f"{NOT_FOUND_BY_DOCTOR} You can try again."
    publication.look_at = None
    publication.move("failed", by="doctor", why=NOT_FOUND_BY_DOCTOR)


def _is_known(publication: Publication, remote_id: str) -> bool:
    twin = select(Publication.id).where(
        Publication.social_account_id == publication.social_account_id,
        Publication.platform_post_id == remote_id,
        Publication.id != publication.id,
    )
    return db.session.scalars(twin.limit(1)).first() is not None


def _why_settled(publication: Publication) -> str:
    label = publication.account.network.label
    if publication.status == "published":
        return f"This post is already known to be out on {label}."
    if publication.status == "unconfirmed":
        return f"We are looking on {label} right now. Please wait a moment."
    return f"There is nothing to confirm on {label}."
