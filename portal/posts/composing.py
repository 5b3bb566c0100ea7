"""The composer's page: its form as it was sent or left, drawn with all that stands around it."""

from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from portal.auth.sessions import current_doctor
from portal.extensions import db
from portal.media import flows as media
from portal.models import Doctor, Post, SocialAccount
from portal.pages import render
from portal.platforms.base import Told
from portal.posts import (
    advice,
    attachments,
    autosaving,
    comparing,
    filling,
    link_cards,
    offering,
    places,
    planning,
    remedies,
    shaping,
    sketching,
)
from portal.posts.autosaving import Sheet
from portal.posts.forms import PostForm, post_form
from portal.posts.inputs import MEDIA_AT_MOST
from portal.posts.previews import previews
from portal.posts.views import own_post

PRESSED = ("plan", "now", "draft")
# What the browser may refuse before it sends a file.
MEDIA_LIMITS = {
    "picture": media.MOST_BYTES["picture"],
    "video": media.MOST_BYTES["video"],
    "files": MEDIA_AT_MOST,
}


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


def ask_places(form: PostForm) -> None:
    """Before a post is planned, ask about the places that it goes to: what they would refuse is told now."""
    if request.method != "POST" or form.pressed == "draft":
        return
    for account in form.chosen_accounts():
        said = form.options_of(account)
        if account.place and account.network.place_of(said) and form.told.get(account.id) is None:
            tell(form, account, places.look_up(account, said))


def _remember_places(form: PostForm) -> None:
    """Show what was told of the places that are named; nobody is asked."""
    for account in form.accounts:
        if account.place and form.told.get(account.id) is None:
            tell(form, account, places.remembered(account, form.options_of(account)))


def tell(form: PostForm, account: SocialAccount, told: Told | str | None) -> None:
    form.told[account.id] = told
    form.offer(account, told if isinstance(told, Told) else None)


def page(form: PostForm, post: Post | None = None, status: int | None = None, **more: Any) -> Response:
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
    return page(form, post, status=409, clash=comparing.differences(there, form), then=then)


def page_or_both(form: PostForm, post: Post) -> Response:
    """The refused composer; where somebody else saved meanwhile, with both sides of it."""
    copy = autosaving.copy_of(current_doctor(), post)
    if autosaving.clashes(post, copy, form.sheet):
        return compare(form, post, form.pressed)
    return page(form, post)


def opened(form: PostForm, post: Post) -> Response:
    """The composer of a post, as it is or as it was left; what lies beside it unsaved is offered."""
    doctor = current_doctor()
    copy = autosaving.copy_of(doctor, post)
    left = form_of(doctor, post, autosaving.fields_of(copy)) if copy else None
    if copy and left and (autosaving.is_same_draft(post, copy) or request.args.get("unsaved") == "go"):
        left.stands_on(copy.post_version, copy.version)
        return page(left, post)
    filling.fill(form, post)
    if left and not comparing.differences(form, left):
        copy = None
    if "on" in request.args and post.scheduled_at is None:
        filling.suggest(form, request.args["on"])
    if remedies.can_mend(post) and post.scheduled_at and post.scheduled_at <= planning.database_now():
        filling.suggest(form, "")
    return page(form, post, unsaved=copy)
