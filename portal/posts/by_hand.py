"""What a doctor decides about a post that is posted by hand: take it over, or put it off."""

from portal.errors import Conflict
from portal.models import Doctor, Publication
from portal.posts import history, planning
from portal.posts.flows import lock
from portal.posts.inputs import PostChanges
from portal.transaction import transaction


def take_over(publication: Publication) -> None:
    """Make what the portal could not send the doctor's own turn. Raises Conflict when it is on its way."""
    with transaction():
        lock(publication.post)
        if not publication.can_take_over:
            raise Conflict(_why_not(publication))
        publication.error_code = publication.error_message = None
        publication.hand_over(planning.database_now())


def put_off(doctor: Doctor, publication: Publication, wanted: PostChanges) -> Publication:
    """Give a task another time; until then it is planned like any post. Raises Conflict, or Invalid."""
    with transaction():
        post = publication.post
        lock(post)
        if not publication.can_put_off:
            raise Conflict(_why_not(publication))
        publication.due_at = planning.check_time(wanted.scheduled_at)
        publication.tries, publication.trying_since = 0, None
        publication.error_code = publication.error_message = None
        publication.handed_at = publication.remind_at = None
        publication.move("scheduled", by="doctor", why=history.PUT_OFF)
        # A post that goes nowhere else stands in the calendar at its new hour.
        if planning.live_publications(post) == [publication]:
            post.plan(publication.due_at, wanted.timezone or doctor.timezone)
        return publication


def _why_not(publication: Publication) -> str:
    label = publication.account.network.label
    if publication.status == "published":
        return f"This post is already out on {label}."
    if publication.status == "awaiting_doctor":
        return f"It is already your turn on {label}."
    return f"This is not waiting for you on {label} any more."
