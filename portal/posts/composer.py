"""The composer: a new post, a changed one, and how it will look."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from portal import extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.kept_pages import kept
from portal.media import flows as media
from portal.media.doors import takes_files
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, Post
from portal.pages import render, wants_fragment
from portal.posts import (
    attachments,
    autosaving,
    composing,
    filling,
    flows,
    link_views,
    offering,
    own_days,
    places,
    planning,
    remedies,
    same_words,
    slots_views,
    submissions,
    texts,
)
from portal.posts.attachments import Attachment
from portal.posts.autosaving import Sheet
from portal.posts.forms import PostForm
from portal.posts.inputs import NewPost
from portal.posts.typed_again import keeps_typed
from portal.posts.views import own_post

bp = Blueprint("composer", __name__)


@bp.route("/posts/new", methods=["GET", "POST"])
@kept
@keeps_typed
@doctor_required
@takes_files
def new() -> AnyResponse:
    doctor = current_doctor()
    form = composing.form_of(doctor).wants(composing.pressed())
    composing.ask_places(form)
    if _take_files(form, doctor) and (post := form.run(_create_once, doctor)):
        return _kept(post)
    if form.is_refused and (draft := autosaving.post_of_page(doctor, form.sheet)):
        return composing.page_or_both(form, draft)
    if request.method == "GET":
        filling.suggest(form, request.args.get("on", ""))
        form.attachments = attachments.picked(doctor, request.args.getlist("file"))
        form.content.data = own_days.starter(doctor, request.args.get("about", ""))
        form.footer.data = texts.usual_footer(doctor)
    return composing.page(form)


@bp.route("/posts/<int(max=9223372036854775807):post_id>/edit", methods=["GET", "POST"])
@keeps_typed
@doctor_required
@takes_files
def edit(post_id: int) -> AnyResponse:
    doctor = current_doctor()
    post = own_post(doctor, post_id)
    failed = remedies.can_mend(post)
    if request.method == "GET" and not (post.can_change or failed):
        flash(flows.why_too_late(post), "attention")
        return redirect(url_for("posts.show", post_id=post_id), 303)
    form = composing.form_of(doctor, post).wants(composing.pressed(), request.form.get("version"))
    composing.ask_places(form)
    if _take_files(form, doctor) and (changed := form.run(autosaving.save, doctor, post, sheet=form.sheet)):
        return _kept(changed)
    return composing.page_or_both(form, post) if request.method == "POST" else composing.opened(form, post)


@bp.post("/posts/preview")
@doctor_required
def preview() -> AnyResponse:
    """Nothing is stored; without JavaScript the whole composer comes back with the preview in it."""
    doctor = current_doctor()
    post = composing.named_post(doctor)
    form = composing.form_of(doctor, post)
    if request.form.get("do") == "slot":
        slots_views.propose(form, doctor, form.chosen.data or [])
    if request.form.get("do") == "link":
        link_views.take_title(form)
    if tapped := request.form.get("insert"):
        offering.put(form, doctor, tapped)
    return composing.page(form, post)


@bp.post("/posts/look-up")
@extensions.limiter.limit("60 per minute")
@doctor_required
def look_up() -> AnyResponse:
    """What the network tells of the place that is named for the account `of`: the composer with it, or that
    part alone. Nothing is stored."""
    doctor = current_doctor()
    post = composing.named_post(doctor)
    form = composing.form_of(doctor, post).wants(composing.pressed(), request.form.get("version"))
    number = request.args.get("of", type=int)
    account = next((one for one in form.accounts if one.id == number and one.place), None)
    if account is None:
        return composing.page(form, post)
    told = places.look_up(account, form.options_of(account))
    composing.tell(form, account, told or places.NO_NAME)
    if wants_fragment():
        return render("posts/_told.html", form=form, account=account)
    return composing.page(form, post)


@bp.post("/posts/attach")
@keeps_typed
@doctor_required
@takes_files
def attach() -> AnyResponse:
    """Adds the chosen files, moves one or takes one away, and shows the composer again. Without JavaScript
    only; of the post itself nothing is stored."""
    doctor = current_doctor()
    post = composing.named_post(doctor)
    form = composing.form_of(doctor, post).wants(composing.pressed(), request.form.get("version"))
    form.attachments = attachments.rearranged(form.attachments, request.form.get("do", ""))
    more = attachments.picked(doctor, request.form.getlist("pick"))
    form.attachments = attachments.with_picked(form.attachments, more)
    _take_files(form, doctor)
    return composing.page(form, post)


@bp.post("/posts/upload")
@extensions.limiter.limit("60 per minute")
@doctor_required
@takes_files
def upload() -> AnyResponse:
    """One file, as soon as it was chosen: 201 with its place in the composer, or 422 with a sentence."""
    file = request.files.get("file")
    try:
        row = _keep(current_doctor(), file) if file else None
    except Invalid as refused:
        return Response(refused.words, 422, mimetype="text/plain")
    if row is None:
        return Response("Choose a file.", 422, mimetype="text/plain")
    return Response(render_template("posts/_attachment.html", item=Attachment(row.id, row)), 201)


def _take_files(form: PostForm, doctor: Doctor) -> bool:
    """Keep the files that came along, also when another field is refused: a browser cannot hold a chosen
    file over to the next try. False when one of them cannot be taken."""
    for file in attachments.sent_files():
        try:
            row = _keep(doctor, file)
        except Invalid as refused:
            form.refuse("files", f"{file.filename}: {refused.words}")
        else:
            form.attachments = [*form.attachments, Attachment(row.id, row)]
    return not form.is_refused


def _keep(doctor: Doctor, file: FileStorage) -> MediaFile:
    return media.keep(doctor, file.stream, file.filename or "", Upload())


def _create_once(doctor: Doctor, wanted: NewPost) -> Post:
    sending = submissions.sending_of(request.form, request.files)
    return autosaving.create(doctor, wanted, Sheet.of(request.form), sending)


def _kept(post: Post) -> AnyResponse:
    flash(_what_happens(post), "good")
    for words in (*planning.warnings(post), *same_words.warnings(post)):
        flash(words, "attention")
    return redirect(url_for("posts.show", post_id=post.id), 303)


def _what_happens(post: Post) -> str:
    if post.status == "draft":
        return "Your draft is kept."
    if any(publication.held_for == "verification" for publication in post.publications):
        return "Your post is planned. It waits until we have verified you."
    if any(publication.held_for == "account" for publication in post.publications):
        return "Your post is planned. Part of it waits until you connect an account again."
    if post.scheduled_at and post.scheduled_at <= planning.database_now():
        return "Your post is going out now."
    return "Your post is planned."
