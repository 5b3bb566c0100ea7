"""What a doctor can do with a post that is out: see what it reached, delete it at its network."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Conflict
from portal.pages import render
from portal.posts import figures, removing
from portal.posts.listing import excerpt
from portal.posts.views import BY_ID, PUBLICATION_BY_ID, own_post

bp = Blueprint("published", __name__, url_prefix="/posts")


@bp.post(f"{BY_ID}/figures")
@doctor_required
def read_figures(post_id: int) -> AnyResponse:
    post = own_post(current_doctor(), post_id)
    try:
        figures.want(post)
    except Conflict as reason:
        flash(reason.words, "attention")
    else:
        flash("We are asking. Look again in a moment.", "info")
    return redirect(url_for("posts.show", post_id=post.id), 303)


@bp.route(f"{PUBLICATION_BY_ID}/delete", methods=["GET", "POST"])
@doctor_required
def remove(post_id: int, publication_id: int) -> AnyResponse:
    """Asks before it acts; a GET changes nothing."""
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    publication = next((p for p in post.publications if p.id == publication_id), None) or abort(404)
    label = publication.account.network.label
    if request.method == "GET":
        return render(
            "posts/remove.html", post=post, publication=publication, label=label, words=excerpt(post.content)
        )
    try:
        removing.remove(doctor, publication)
    except Conflict as reason:
        flash(reason.words, "attention")
    else:
        flash(f"Your post is deleted on {label}.", "good")
    return redirect(url_for("posts.show", post_id=post.id), 303)
