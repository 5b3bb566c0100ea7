"""The composer: a new post, a changed one, and how it will look."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as AnyResponse

from portal import extensions
from portal.auth.sessions import current_doctor, doctor_required
from portal.errors import Invalid
from portal.extensions import db
from portal.kept_pages import kept
from portal.media import flows as media
from portal.media.doors import takes_files
from portal.media.inputs import Upload
from portal.models import Doctor, MediaFile, Post, SocialAccount
from portal.pages import render, wants_fragment
from portal.platforms.base import Told
from portal.posts import (
    advice,
    attachments,
    autosaving,
    comparing,
    filling,
    flows,
    link_cards,
    link_views,
    offering,
    own_days,
    places,
    planning,
    remedies,
    same_words,
    shaping,
    sketching,
    slots_views,
    submissions,
    texts,
)
from portal.posts.attachments import Attachment
from portal.posts.autosaving import Sheet
from portal.posts.forms import PostForm, post_form
from portal.posts.inputs import MEDIA_AT_MOST, NewPost
from portal.posts.previews import previews
from portal.posts.typed_again import keeps_typed
from portal.posts.views import own_post

bp = Blueprint("composer", __name__)

PRESSED = ("plan", "now", "draft")
# What the browser may refuse before it sends a file.
MEDIA_LIMITS = {
    "picture": media.MOST_BYTES["picture"],
    "video": media.MOST_BYTES["video"],
    "files": MEDIA_AT_MOST,
}


@bp.route("/posts/new", methods=["GET", "POST"])
@kept
@keeps_typed
@doctor_required
@takes_files
def new() -> AnyResponse:
    doctor = current_doctor()
    form = form_of(doctor).wants(pressed())
    _ask_places(form)
    if _take_files(form, doctor) and (post := form.run(_create_once, doctor)):
        return _kept(post)
    if form.is_refused and (draft := autosaving.post_of_page(doctor, form.sheet)):
        return _page_or_both(form, draft)
    if request.method == "GET":
        filling.suggest(form, request.args.get("on", ""))
        form.attachments = attachments.picked(doctor, request.args.getlist("file"))
        form.content.data = own_days.starter(doctor, request.args.get("about", ""))
        form.footer.data = texts.usual_footer(doctor)
    return _page(form)


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
    form = form_of(doctor, post).wants(pressed(), request.form.get("version"))
    _ask_places(form)
    if _take_files(form, doctor) and (changed := form.run(autosaving.save, doctor, post, sheet=form.sheet)):
        return _kept(changed)
    return _page_or_both(form, post) if request.method == "POST" else _open(form, post)


@bp.post("/posts/preview")
@doctor_required
def preview() -> AnyResponse:
    """Nothing is stored; without JavaScript the whole composer comes back with the preview in it."""
    doctor = current_doctor()
    post = named_post(doctor)
    form = form_of(doctor, post)
    if request.form.get("do") == "slot":
        slots_views.propose(form, doctor, form.chosen.data or [])
    if request.form.get("do") == "link":
        link_views.take_title(form)
    if tapped := request.form.get("insert"):
        offering.put(form, doctor, tapped)
    return _page(form, post)


@bp.post("/posts/look-up")
@extensions.limiter.limit("60 per minute")
@doctor_required
def look_up() -> AnyResponse:
    """What the network tells of the place that is named for the account `of`: the composer with it, or that
    part alone. Nothing is stored."""
    doctor = current_doctor()
    post = named_post(doctor)
    form = form_of(doctor, post).wants(pressed(), request.form.get("version"))
    number = request.args.get("of", type=int)
    account = next((one for one in form.accounts if one.id == number and one.place), None)
    if account is None:
        return _page(form, post)
    told = places.look_up(account, form.options_of(account))
    _tell(form, account, told or places.NO_NAME)
    if wants_fragment():
        return render("posts/_told.html", form=form, account=account)
    return _page(form, post)


@bp.post("/posts/attach")
@keeps_typed
@doctor_required
@takes_files
def attach() -> AnyResponse:
    """Adds the chosen files, moves one or takes one away, and shows the composer again. Without JavaScript
    only; of the post itself nothing is stored."""
    doctor = current_doctor()
    post = named_post(doctor)
    form = form_of(doctor, post).wants(pressed(), request.form.get("version"))
    form.attachments = attachments.rearranged(form.attachments, request.form.get("do", ""))
    more = attachments.picked(doctor, request.form.getlist("pick"))
    form.attachments = attachments.with_picked(form.attachments, more)
    _take_files(form, doctor)
    return _page(form, post)


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


def accounts_for(doctor: Doctor, post: Post | None = None) -> list[SocialAccount]:
    """What can be chosen: every account that is not disconnected, and those that the post has already."""
    rows = db.session.scalars(SocialAccount.owned_by(doctor).order_by(SocialAccount.id)).all()
    had = {publication.social_account_id for publication in post.publications} if post else set()
    return [account for account in rows if account.status != "disconnected" or account.id in had]


def pressed() -> str:
    word = request.form.get("do", "plan")
    return word if word in PRESSED else "plan"


def named_post(doctor: Doctor) -> Post | None:
    """The post that the composer says it changes; None for a new one."""
    number = request.args.get("post", type=int)
    return own_post(doctor, number) if number else None


def form_of(doctor: Doctor, post: Post | None = None, left: "MultiDict[str, str] | None" = None) -> PostForm:
    """The composer as it was sent, or as it was `left` unsaved."""
    form = post_form(accounts_for(doctor, post), doctor.timezone, post, left)
    said = request.form if left is None else left
    form.attachments = attachments.of_form(doctor, said)
    form.reasons = advice.reasons_in(said.items())
    form.sheet = Sheet.of(request.form)
    form.version, form.kept = request.form.get("version"), form.sheet.kept or 0
    if request.method == "POST" or left is not None:
        # Before anything reads the answers: a chosen label is kept with its words.
        _remember_places(form)
    return form


def _ask_places(form: PostForm) -> None:
    """Before a post is planned, ask about the places that it goes to: what they would refuse is told now."""
    if request.method != "POST" or form.pressed == "draft":
        return
    for account in form.chosen_accounts():
        said = form.options_of(account)
        if account.place and account.network.place_of(said) and form.told.get(account.id) is None:
            _tell(form, account, places.look_up(account, said))


def _remember_places(form: PostForm) -> None:
    """Show what was told of the places that are named; nobody is asked."""
    for account in form.accounts:
        if account.place and form.told.get(account.id) is None:
            _tell(form, account, places.remembered(account, form.options_of(account)))


def _tell(form: PostForm, account: SocialAccount, told: Told | str | None) -> None:
    form.told[account.id] = told
    form.offer(account, told if isinstance(told, Told) else None)


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
    key = submissions.key_of(request.form, request.files)
    return autosaving.create(doctor, wanted, Sheet.of(request.form), key)


def _page(form: PostForm, post: Post | None = None, status: int | None = None, **more: Any) -> Response:
    _remember_places(form)
    accounts = form.chosen_accounts()
    form.attachments = attachments.proposed(form.attachments, shaping.networks_of(accounts))
    shapes = shaping.shapes(form.attachments, accounts)
    shown = previews(
        accounts,
        form.publications(),
        form.content.data or "",
        form.link.data or None,
        attachments.placed(form.attachments),
        form.footer.data or None,
        form.link_title.data or None,
        form.first_comment.data or None,
    )
    return render(
        "posts/compose.html",
        fragment="posts/_previewed.html",
        form=form,
        post=post,
        previews=shown,
        advice=sketching.advice_on(form, current_doctor()),
        link_card=link_cards.remembered(form.link.data),
        offered=offering.offers(form, current_doctor()),
        shapes=shapes,
        media_limits=MEDIA_LIMITS,
        doctor=current_doctor(),
        status=status,
        **more,
    )


def compare(form: PostForm, post: Post, then: str | None = None) -> Response:
    """What is there now and what was typed, side by side; whatever is pressed next knows both. "Keep mine"
    goes on with `then`, the button that was pressed before."""
    doctor = current_doctor()
    copy = autosaving.copy_of(doctor, post)
    is_copy = copy is not None and autosaving.is_copy_moved(copy, form.sheet)
    there = form_of(doctor, post, autosaving.fields_of(copy) if copy and is_copy else MultiDict())
    if not is_copy:
        filling.fill(there, post)
    form.stands_on(post.version, copy.version if copy else 0)
    return _page(form, post, status=409, clash=comparing.differences(there, form), then=then)


def _page_or_both(form: PostForm, post: Post) -> Response:
    """The refused composer; where somebody else saved meanwhile, with both sides of it."""
    copy = autosaving.copy_of(current_doctor(), post)
    if autosaving.clashes(post, copy, form.sheet):
        return compare(form, post, form.pressed)
    return _page(form, post)


def _open(form: PostForm, post: Post) -> Response:
    """The composer of a post, as it is or as it was left; what lies beside it unsaved is offered."""
    doctor = current_doctor()
    copy = autosaving.copy_of(doctor, post)
    left = form_of(doctor, post, autosaving.fields_of(copy)) if copy else None
    if copy and left and (autosaving.is_same_draft(post, copy) or request.args.get("unsaved") == "go"):
        left.stands_on(copy.post_version, copy.version)
        return _page(left, post)
    filling.fill(form, post)
    if left and not comparing.differences(form, left):
        copy = None
    if "on" in request.args and post.scheduled_at is None:
        filling.suggest(form, request.args["on"])
    if remedies.can_mend(post) and post.scheduled_at and post.scheduled_at <= planning.database_now():
        filling.suggest(form, "")
    return _page(form, post, unsaved=copy)


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
