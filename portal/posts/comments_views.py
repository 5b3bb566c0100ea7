"""What the doctor says about a first comment that did not come right."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queue
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.posts.views import PUBLICATION_BY_ID, own_post
from portal.publishing import commenting

bp = Blueprint("comments", __name__, url_prefix="/posts")

SAID = {
    "there": "Thank you. It is noted.",
    "again": "The first comment is on its way again.",
    "leave": "The first comment is left out.",
}


@bp.post(f"{PUBLICATION_BY_ID}/comment")
@doctor_required
def settle(post_id: int, publication_id: int) -> AnyResponse:
    """It is there, it shall be written again, or it is left out."""
    post = own_post(current_doctor(), post_id)
    answer = request.form.get("answer", "")
    row = commenting.of_post(post.id).get(publication_id)
    if row is None or answer not in SAID:
        abort(404)
    try:
        commenting.settle_by_hand(row, answer)
    except Conflict as moved_on:
        flash(moved_on.words, "attention")
    else:
        flash(SAID[answer], "good")
        if answer == "again":
            queue.enqueue("write_comments")
    return redirect(url_for("posts.show", post_id=post.id), 303)
