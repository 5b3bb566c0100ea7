"""Where the composer keeps what was typed by itself, and what becomes of it when the doctor comes back."""

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, request, url_for
from flask_wtf.csrf import generate_csrf
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from portal import extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.inputs import Input
from portal.models import Doctor, Post, WorkingCopy
from portal.pages import local_time
from portal.posts import autosaving, composing
from portal.posts.autosaving import Clash, Sheet, Typed
from portal.posts.forms import PostForm
from portal.posts.inputs import CONTENT_AT_MOST, NewPost, PostChanges

bp = Blueprint("unsaved", __name__, url_prefix="/posts")


@bp.get("/autosave")
@doctor_required
def ask() -> AnyResponse:
    """What a page that was open for long needs to go on: who is signed in, and a new mark for its form.
    `page` asks whether the page with this ticket made a post, and how far what it typed is kept."""
    doctor = current_doctor()
    sheet = Sheet(request.args.get("page", ""))
    is_saved = autosaving.post_of_page(doctor, sheet) is not None
    turn = autosaving.newest_turn(doctor, sheet)
    answer = jsonify(doctor=doctor.id, csrf_token=generate_csrf(), is_saved=is_saved, turn=turn)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/autosave")
@extensions.limiter.limit("60 per minute")
@doctor_required
def keep() -> AnyResponse:
    """200 with where and when it was kept; 204 while nothing is typed; 409 rather than lose the words of
    another window."""
    doctor = current_doctor()
    post = composing.named_post(doctor)
    form = composing.form_of(doctor, post).wants("draft")
    if post is None and not form.is_begun:
        return Response(status=204)
    try:
        copy = _keep(doctor, post, form)
    except Clash as clash:
        other = post or autosaving.post_of_page(doctor, Sheet.of(request.form))
        compare = url_for(".unsaved", post=other.id if other else None)
        return make_response(jsonify(words=clash.words, compare=compare), 409)
    return jsonify(
        post=copy.post_id,
        version=copy.post_version,
        kept=copy.version,
        turn=copy.turn,
        at=local_time(copy.saved_at, doctor.timezone, "time"),
        edit=url_for("composer.edit", post_id=copy.post_id),
        compare=url_for(".unsaved", post=copy.post_id),
    )


@bp.post("/unsaved")
@doctor_required
def unsaved() -> AnyResponse:
    """The doctor decides: "resume" and "mine" go on with what is sent, "other" leaves it, "compare" shows
    both, "forget" throws away what lies beside the post."""
    doctor = current_doctor()
    post = composing.named_post(doctor)
    wish = request.form.get("do")
    if post is not None and wish == "forget":
        autosaving.forget(doctor, post)
        flash("Your unsaved changes are thrown away.", "good")
        return redirect(url_for("composer.edit", post_id=post.id), 303)
    if post is not None and wish == "other":
        return _leave(doctor, post)
    form = composing.form_of(doctor, post).wants("draft", request.form.get("version"))
    if post is not None and wish == "compare":
        return composing.compare(form, post)
    return _go_on(doctor, post, form)


def _go_on(doctor: Doctor, post: Post | None, form: PostForm) -> AnyResponse:
    if post is None and not form.is_begun:
        return redirect(url_for("composer.new"), 303)
    try:
        copy = _keep(doctor, post, form)
    except Clash:
        post = post or autosaving.post_of_page(doctor, Sheet.of(request.form))
        return composing.compare(form, post) if post else redirect(url_for("composer.new"), 303)
    return redirect(url_for("composer.edit", post_id=copy.post_id, unsaved="go"), 303)


def _leave(doctor: Doctor, post: Post) -> AnyResponse:
    """Back to what is there; what this page itself had put beside the post goes."""
    copy = autosaving.copy_of(doctor, post)
    is_own = autosaving.is_own(copy, Sheet.of(request.form))
    if is_own:
        autosaving.forget(doctor, post)
    goes_on = "go" if copy is not None and not is_own else None
    return redirect(url_for("composer.edit", post_id=post.id, unsaved=goes_on), 303)


def _keep(doctor: Doctor, post: Post | None, form: PostForm) -> WorkingCopy:
    sheet = Sheet.of(request.form)
    typed = Typed.of(request.form, [item.id for item in form.attachments if item.file])
    wanted = _wanted(form)
    if post is not None:
        changes = wanted if isinstance(wanted, PostChanges) else None
        return autosaving.keep(doctor, post, typed, changes, sheet)
    text = (form.content.data or "").replace("\x00", "")[:CONTENT_AT_MOST]
    return autosaving.begin(doctor, typed, wanted if isinstance(wanted, NewPost) else None, text, sheet)


def _wanted(form: PostForm) -> Input | None:
    """The draft that the form makes; None while it holds something that no draft may."""
    try:
        return form.to_input()
    except (ValidationError, Invalid):
        return None
